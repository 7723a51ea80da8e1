/* SPDX-License-Identifier: MIT */
/* The stream of items: the same items whatever the source, none lost at the edges of buffers. */
#include "core/base/clock.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "tuner/dispatch/item_source.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void on_arrival(void *context)
{
    atomic_fetch_add((_Atomic unsigned *)context, 1);
}

static int next(struct knee_item_source *source, struct knee_item_source_item *item)
{
    int found;
    while ((found = knee_item_source_next(source, item)) == 0)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_NS_PER_MS);
    return found;
}

static void write_file(const char *path, const char *text, size_t bytes)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, bytes, file), bytes);
    fclose(file);
}

/* Half of such an item would be another one: `rm` would remove another file. */
static void a_nul_byte_in_a_line_is_the_end(void **state)
{
    (void)state;
    char dir[128], path[256];
    _Atomic unsigned arrivals = 0;
    struct knee_item_source *source;
    struct knee_item_source_item item;
    struct knee_err err = {0};
    shell_dir_make(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/list", dir);
    write_file(path, "a\nb\0c\nd\n", 8);
    const struct knee_item_source_params params = {
        .path = path, .name = "list", .arrived = on_arrival, .context = (void *)&arrivals};
    assert_int_equal(knee_item_source_open(&source, &params, NULL), 0);
    assert_int_equal(next(source, &item), 1);
    assert_int_equal(next(source, &item), -1);
    assert_int_equal(next(source, &item), -1);
    assert_int_equal(knee_item_source_check(source, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_string_equal(err.message,
                        "list: item 2 holds a NUL byte, which no argument can; if NUL bytes "
                        "separate the items, give -0");
    knee_item_source_close(source);
    shell_dir_remove(dir);
}

static void empty_items_are_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bytes;
        bool nul;
        const char *items;
    } cases[] = {
        {"", 0, false, ""},
        {"\n\n", 2, false, ""},
        {"a", 1, false, "a|"},
        {"a\n\nb\n", 5, false, "a|b|"},
        {"a\nx\0\0b", 6, true, "a\nx|b|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char dir[128], path[256], seen[64] = "";
        _Atomic unsigned arrivals = 0;
        shell_dir_make(dir, sizeof dir);
        snprintf(path, sizeof path, "%s/list", dir);
        write_file(path, cases[i].text, cases[i].bytes);
        const struct knee_item_source_params params = {.path = path,
                                                       .name = path,
                                                       .nul = cases[i].nul,
                                                       .arrived = on_arrival,
                                                       .context = (void *)&arrivals};
        struct knee_item_source *source;
        struct knee_item_source_item item;
        uint64_t count = 0;
        assert_int_equal(knee_item_source_open(&source, &params, NULL), 0);
        while (next(source, &item) > 0) {
            assert_int_equal(item.number, ++count);
            assert_int_equal(item.bytes, strlen(item.text));
            size_t used = strlen(seen);
            snprintf(seen + used, sizeof seen - used, "%s|", item.text);
        }
        assert_string_equal(seen, cases[i].items);
        while (!knee_item_source_is_whole(source))
            knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_NS_PER_MS);
        assert_int_equal(knee_item_source_total(source), count);
        knee_item_source_close(source);
        shell_dir_remove(dir);
    }
}

#define MANY 30000

static void a_long_list_crosses_buffers(void **state)
{
    (void)state;
    char dir[128], path[256], spool[256], whole[256], *text = malloc(MANY * 40);
    size_t bytes = 0;
    assert_non_null(text);
    for (int i = 1; i <= MANY; i++) /* of very different lengths */
        bytes += (size_t)snprintf(text + bytes, 40, "%d%.*s\n", i, i % 31,
                                  "-------------------------------");
    shell_dir_make(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/pipe", dir);
    snprintf(spool, sizeof spool, "%s/part", dir);
    snprintf(whole, sizeof whole, "%s/whole", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t pid = fork();
    if (pid == 0) {
        FILE *out = fopen(path, "we");
        bool well = out && fwrite(text, 1, bytes, out) == bytes && fclose(out) == 0;
        _exit(well ? 0 : 1);
    }
    _Atomic unsigned arrivals = 0;
    const struct knee_item_source_params params = {.path = path,
                                                   .name = "pipe",
                                                   .spool = spool,
                                                   .whole = whole,
                                                   .arrived = on_arrival,
                                                   .context = (void *)&arrivals};
    struct knee_item_source *source;
    struct knee_item_source_item item;
    assert_int_equal(knee_item_source_open(&source, &params, NULL), 0);
    int count = 0;
    while (next(source, &item) > 0) {
        count++;
        assert_int_equal(strtol(item.text, NULL, 10), count);
        assert_int_equal(item.bytes, (size_t)snprintf(NULL, 0, "%d", count) + (size_t)count % 31);
    }
    assert_int_equal(count, MANY);
    assert_int_equal(knee_item_source_total(source), MANY);
    assert_true(atomic_load(&arrivals) > 0);
    assert_int_equal(knee_item_source_check(source, NULL), 0);
    knee_item_source_close(source);
    assert_int_equal(access(whole, R_OK), 0);
    assert_int_not_equal(access(spool, R_OK), 0);
    shell_dir_remove(dir);
    free(text);
}

static void a_directory_is_not_a_list(void **state)
{
    (void)state;
    const struct knee_item_source_params params = {.path = "/tmp", .name = "/tmp"};
    struct knee_item_source *source = NULL;
    struct knee_err err;
    assert_int_equal(knee_item_source_open(&source, &params, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_null(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_items_are_left_out),
        cmocka_unit_test(a_nul_byte_in_a_line_is_the_end),
        cmocka_unit_test(a_long_list_crosses_buffers),
        cmocka_unit_test(a_directory_is_not_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
