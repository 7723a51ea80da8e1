/* SPDX-License-Identifier: MIT */
/* hosts.csv as it may lie in a directory of somebody else's. */
#include "core/base/array.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"
#include "tuner/store/hosts_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                     \
    "workload,block,level,rank,host,share,window_s,throughput_per_s,latency_p99_s,cpu_user_s,"     \
    "cpu_system_s,cpus,foreign_cpus,reason\n"

#define ROW(block, level, rank, host, share, throughput)                                           \
    "cpu," #block "," #level "," #rank "," #host "," #share ",.5," #throughput ",.1,.2,.3,2,0,\n"

static size_t read_text(struct knee_fleet_part **parts, uint32_t *level, const char *text)
{
    const struct tree_file files[] = {{"/hosts.csv", text}, {NULL, NULL}};
    size_t count = 99;
    char *root = tree_make(files);
    *level = 4;
    assert_int_equal(knee_hosts_read(parts, &count, level, root, "cpu", NULL), 0);
    tree_remove(root);
    return count;
}

static void parts_are_those_of_the_level_by_rank(void **state)
{
    (void)state;
    struct knee_fleet_part *parts;
    uint32_t level;
    assert_int_equal(read_text(&parts, &level,
                               HEADER ROW(0, 4, 1, b, 2, 100) ROW(1, 4, 1, b, 2, 300)
                                   ROW(0, 4, 0, a, 2, 100) ROW(0, 8, 0, a, 4, 900)),
                     2);
    assert_string_equal(parts[1].name, "b");
    assert_close(parts[1].throughput_per_s, 200, 1e-12);
    assert_close(parts[0].throughput_per_s, 100, 1e-12);
    free(parts);
}

static void ranks_that_no_host_has_are_left_out(void **state)
{
    (void)state;
    struct knee_fleet_part *parts;
    uint32_t level;
    assert_int_equal(read_text(&parts, &level,
                               HEADER ROW(0, 4, -1, b, 2, 100) ROW(0, 4, 1e9, b, 2, 100)
                                   ROW(0, 4, nan, b, 2, 100) ROW(0, 4, , b, 2, 100)),
                     0);
    free(parts);
}

static void a_name_cannot_speak_to_the_terminal(void **state)
{
    (void)state;
    struct knee_fleet_part *parts;
    uint32_t level;
    assert_int_equal(
        read_text(&parts, &level, HEADER "cpu,0,4,0,\"a\033[2J\nb\",2,.5,100,.1,.2,.3,2,0,\n"), 1);
    assert_string_equal(parts[0].name, "a?[2J?b");
    free(parts);
}

/* Of two hosts. */
#define WINDOW(block, level, first, second)                                                        \
    ROW(block, level, 0, a, 2, first) ROW(block, level, 1, b, 2, second)

static void a_host_is_slow_only_beyond_chance(void **state)
{
    (void)state;
    static const struct {
        const char *windows;
        uint32_t level; /* that tells of all hosts */
        bool slow;      /* the second one */
    } CASES[] = {
        {WINDOW(0, 4, 100, 40) WINDOW(1, 4, 110, 44) WINDOW(2, 4, 90, 37), 4, true},
        {WINDOW(0, 4, 100, 98) WINDOW(1, 4, 110, 112) WINDOW(2, 4, 90, 91), 4, false},
        /* The mean is low, but its windows are far apart. */
        {WINDOW(0, 4, 100, 20) WINDOW(1, 4, 100, 130) WINDOW(2, 4, 100, 10), 4, false},
        /* All windows of a slow time are slow: they are compared with each other. */
        {WINDOW(0, 4, 100, 60) WINDOW(1, 4, 20, 12) WINDOW(2, 4, 200, 119), 4, true},
        /* One window tells nothing, nor does a level at which a host is alone. */
        {WINDOW(0, 4, 100, 10), 4, false},
        {ROW(0, 4, 0, a, 4, 90) WINDOW(1, 6, 100, 40) WINDOW(2, 6, 110, 43) WINDOW(3, 6, 105, 42),
         6, true},
        {WINDOW(0, 2, 100, 40) WINDOW(1, 2, 100, 41), 4, false}, /* below the level */
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_fleet_part *parts;
        uint32_t level;
        char text[2048];
        snprintf(text, sizeof text, HEADER "%s", CASES[i].windows);
        size_t count = read_text(&parts, &level, text);
        const struct knee_fleet_part *slow = knee_fleet_part_slow(parts, count);
        assert_int_equal(level, CASES[i].level);
        assert_int_equal(slow != NULL, CASES[i].slow);
        assert_true(!slow || slow == &parts[1]);
        free(parts);
    }
}

static void a_pipe_or_a_device_is_refused(void **state)
{
    (void)state;
    static const char *const MAKE[] = {"mkfifo hosts.csv", "ln -s /dev/zero hosts.csv"};
    for (size_t i = 0; i < 2; i++) {
        char dir[128];
        struct shell_run run;
        struct knee_fleet_part *parts;
        size_t count;
        uint32_t level = 4;
        struct knee_err err = {0};
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, MAKE[i]);
        shell_run_release(&run);
        assert_int_equal(knee_hosts_read(&parts, &count, &level, dir, "cpu", &err), -1);
        assert_non_null(strstr(err.message, "hosts.csv: not a regular file"));
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_those_of_the_level_by_rank),
        cmocka_unit_test(ranks_that_no_host_has_are_left_out),
        cmocka_unit_test(a_name_cannot_speak_to_the_terminal),
        cmocka_unit_test(a_host_is_slow_only_beyond_chance),
        cmocka_unit_test(a_pipe_or_a_device_is_refused),
    };
    return cmocka_run_group_tests_name("hosts_read", tests, NULL, NULL);
}
