/* SPDX-License-Identifier: MIT */
/* Files of the kernel may be missing, empty, longer than expected or in another format: whatever
 * cannot be read is unknown, and leaves the output as it was. */
#include "core/host/hostfile.h"

#include "core/base/array.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <string.h>
#include <unistd.h>

static const struct tree_file FILES[] = {
    {"/proc/number", "150000\n"},
    {"/proc/max", "max\n"},
    {"/proc/empty", ""},
    {"/proc/minus", "-1\n"},
    {"/proc/huge", "99999999999999999999999\n"},
    {"/proc/long", "0123456789abcdef"},
    {NULL, NULL},
};

static void a_number_or_unknown(void **state)
{
    static const struct {
        const char *name;
        bool known;
        uint64_t number;
    } CASES[] = {
        {"number", true, 150000}, {"max", false, 7},  {"empty", false, 7},
        {"minus", false, 7},      {"huge", false, 7}, {"missing", false, 7},
    };
    (void)state;
    char *root = tree_make(FILES);
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        uint64_t number = 7;
        assert_int_equal(knee_hostfile_number(root, "/proc", CASES[i].name, &number),
                         CASES[i].known);
        assert_int_equal(number, CASES[i].number);
    }
    tree_remove(root);
}

static void a_text_is_cut_at_its_room(void **state)
{
    char text[8] = "";
    (void)state;
    char *root = tree_make(FILES);
    assert_true(knee_hostfile_read(root, "/proc", "long", text, sizeof text));
    assert_string_equal(text, "0123456");
    assert_false(knee_hostfile_read(root, "/proc", "missing", text, sizeof text));
    assert_true(knee_hostfile_exists(root, "/proc", "empty"));
    assert_false(knee_hostfile_exists(root, "/proc", "missing"));
    int fd = knee_hostfile_open(root, "/proc/number", "");
    assert_true(fd >= 0);
    for (int again = 0; again < 2; again++) {
        assert_true(knee_hostfile_pread(fd, text, sizeof text));
        assert_int_equal(strncmp(text, "150000", 6), 0);
    }
    close(fd);
    assert_int_equal(knee_hostfile_open(root, "/proc/missing", ""), -1);
    tree_remove(root);
}

static void numbers_are_read_until_something_else_comes(void **state)
{
    uint64_t numbers[4] = {9, 9, 9, 9};
    (void)state;
    assert_int_equal(knee_hostfile_numbers("  12 34\t56 x 78", numbers, 4), 3);
    assert_int_equal(numbers[2], 56);
    assert_int_equal(numbers[3], 9);
    assert_int_equal(knee_hostfile_numbers("1 2 3", numbers, 2), 2);
    assert_int_equal(knee_hostfile_numbers("", numbers, 4), 0);
    assert_int_equal(knee_hostfile_numbers("max 100000", numbers, 4), 0);
}

static void a_value_belongs_to_a_key_at_the_start_of_a_line(void **state)
{
    static const char TEXT[] = "MemTotal:  24 kB\nSwapMemFree: 5 kB\nMemFree:   12 kB\nBad: x\n";
    uint64_t number = 7;
    (void)state;
    assert_true(knee_hostfile_value(TEXT, "MemFree:", &number));
    assert_int_equal(number, 12);
    assert_true(knee_hostfile_value(TEXT, "MemTotal:", &number));
    assert_int_equal(number, 24);
    assert_false(knee_hostfile_value(TEXT, "Free:", &number));
    assert_false(knee_hostfile_value(TEXT, "Bad:", &number));
    assert_false(knee_hostfile_value("", "MemFree:", &number));
    assert_int_equal(number, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_or_unknown),
        cmocka_unit_test(a_text_is_cut_at_its_room),
        cmocka_unit_test(numbers_are_read_until_something_else_comes),
        cmocka_unit_test(a_value_belongs_to_a_key_at_the_start_of_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
