/* SPDX-License-Identifier: MIT */
/* workloads/command/first_look: what it says of items, and which commands it refuses. */
#include "workloads/command/first_look.h"

#include "core/base/clock.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

/* Runs a shell line on items named `first` to `fourth` in a directory that holds the first. */
static int look(const char *line, struct knee_first_look_params *params,
                struct knee_first_look *seen, struct knee_err *err)
{
    static char names[] = "first\nsecond\nthird\nfourth\n";
    char dir[128], copy[sizeof names];
    struct shell_run run;
    struct knee_items items = {0};
    memcpy(copy, names, sizeof names);
    FILE *in = fmemopen(copy, sizeof names - 1, "r");
    assert_int_equal(knee_items_read(&items, in, "names", false, err), 0);
    fclose(in);
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, "echo text >first");
    shell_run_release(&run);
    char *words[] = {(char *)line};
    const struct knee_actor_params actor_params = {
        .argv = words, .argc = 1, .shell = true, .items = &items, .directory = dir, .cold = true};
    assert_int_equal(knee_actor_open(&params->actor, &actor_params, err), 0);
    int status = knee_first_look_run(params, seen, err);
    knee_actor_close(params->actor, NULL, 0);
    knee_items_release(&items);
    shell_dir_remove(dir);
    return status;
}

static void the_input_is_looked_at_where_the_command_runs(void **state)
{
    (void)state;
    struct knee_first_look_params params = {.runs = 4, .time_ns = UINT64_MAX};
    struct knee_first_look seen;
    struct knee_err err = {0};
    assert_int_equal(look("true {}", &params, &seen, &err), 0);
    assert_close(seen.input_bytes, 5, 0);
    assert_false(seen.changed);
    assert_int_equal(seen.runs, 4);
    assert_int_equal(look("echo more >>{}", &params, &seen, &err), 0);
    assert_true(seen.changed);
    assert_int_equal(look("rm {}", &params, &seen, &err), -1);
    assert_non_null(strstr(err.message, "gone after one run"));
}

static void a_command_that_cannot_run_twice_is_refused(void **state)
{
    (void)state;
    struct knee_first_look_params params = {.runs = 4, .time_ns = UINT64_MAX};
    struct knee_first_look seen;
    struct knee_err err = {0};
    assert_int_equal(look("mkdir {}.made", &params, &seen, &err), -1);
    assert_int_equal(err.code, KNEE_FAILED);
    assert_non_null(strstr(err.message, "item first: ran once, but not again"));
    assert_int_equal(look("exit 3", &params, &seen, &err), -1);
    assert_int_equal(err.code, KNEE_COMMAND_FAILED);
}

/* `true` took ten times its CPU time beside other work, and was net work with a knee of 33. */
static void few_looks_tell_waiting_from_the_wait_for_a_cpu(void **state)
{
    (void)state;
    static const struct {
        double cpu_of_time_ratio, least_ratio, most_ratio;
        struct knee_first_look_states states;
        bool hardly_seen;
    } CASES[] = {
        {.2, .99, 1, {.running = 24}, false},
        {.3, .7, .85, {.running = 10}, true},
        {.2, .4, .6, {.running = 3}, true},
        {.1, .1, .2, {.running = 0}, true},
        {.07, .07, .1, {.running = 1, .other = 8}, false},
        {.07, .07, .1, {.running = 8, .other = 31}, false},
        {1.6, 1.6, 1.6, {.running = 5}, true},
        {.9, .9, 1, {.running = 50, .disk = 1}, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct knee_first_look seen = {.runs = 10};
        knee_first_look_split(&seen, CASES[i].cpu_of_time_ratio, &CASES[i].states);
        assert_true(seen.cpu_ratio >= CASES[i].least_ratio);
        assert_true(seen.cpu_ratio <= CASES[i].most_ratio);
        assert_int_equal(seen.hardly_seen, CASES[i].hardly_seen);
        if (seen.cpu_ratio < 1)
            assert_close(seen.cpu_ratio + seen.disk_ratio + seen.network_ratio + seen.other_ratio,
                         1, 1e-9);
    }
}

static void count_slow(void *context, double elapsed_s)
{
    int *count = context;
    *count += elapsed_s >= 0.1;
}

/* Otherwise one that never ends hangs in silence. */
static void a_long_run_is_said_once(void **state)
{
    (void)state;
    int count = 0;
    struct knee_first_look_params params = {
        .runs = 2, .slow = count_slow, .slow_context = &count, .slow_ns = 100 * KNEE_NS_PER_MS};
    struct knee_first_look seen;
    struct knee_err err = {0};
    assert_int_equal(look("sleep 0.3; true", &params, &seen, &err), 0);
    assert_int_equal(count, 1);
    params.slow_ns = 0;
    assert_int_equal(look("sleep 0.2; true", &params, &seen, &err), 0);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_input_is_looked_at_where_the_command_runs),
        cmocka_unit_test(a_command_that_cannot_run_twice_is_refused),
        cmocka_unit_test(few_looks_tell_waiting_from_the_wait_for_a_cpu),
        cmocka_unit_test(a_long_run_is_said_once),
    };
    return cmocka_run_group_tests_name("first_look", tests, NULL, NULL);
}
