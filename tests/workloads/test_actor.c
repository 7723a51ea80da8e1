/* SPDX-License-Identifier: MIT */
/* The process actor: what it runs, what it notices, and that it leaves nothing behind. */
#include "tests/support/test.h"

#include "core/base/clock.h"
#include "tests/support/shell.h"
#include "workloads/command/actor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const struct knee_items NO_ITEMS;

struct fixture {
    struct knee_actor *actor;
    struct knee_actor_slot *slot;
    struct knee_actor_params params;
    char *words[4];
};

/* A shell line as the command. */
static void open_line(struct fixture *fixture, const char *line)
{
    struct knee_err err = {0};
    fixture->words[0] = (char *)line;
    fixture->params.argv = fixture->words;
    fixture->params.argc = 1;
    fixture->params.shell = true;
    if (!fixture->params.items)
        fixture->params.items = &NO_ITEMS;
    assert_int_equal(knee_actor_open(&fixture->actor, &fixture->params, &err), 0);
    fixture->slot = knee_actor_slot_open(fixture->actor, 0);
    assert_non_null(fixture->slot);
}

static void close_line(struct fixture *fixture)
{
    char warning[256];
    knee_actor_slot_close(fixture->slot);
    knee_actor_close(fixture->actor, warning, sizeof warning);
    assert_string_equal(warning, "");
    *fixture = (struct fixture){0};
}

static void failures_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int error;
        const char *told;
    } CASES[] = {
        {"true", 0, ""},
        {"exit 3", EIO, "exit code 3"},
        {"echo one >&2; echo; echo 'no such thing' >&2; exit 1", EIO, "exit code 1: no such thing"},
        {"kill -9 $$", EIO, "was ended by signal 9 (Killed)"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fixture fixture = {0};
        char told[256];
        open_line(&fixture, CASES[i].line);
        assert_int_equal(knee_actor_run(fixture.slot, NULL), CASES[i].error);
        knee_actor_failure(fixture.actor, told, sizeof told);
        assert_string_equal(told, CASES[i].told);
        close_line(&fixture);
    }
}

static void ignored_failures_are_successes(void **state)
{
    (void)state;
    struct fixture fixture = {.params = {.ignore_failure = true}};
    open_line(&fixture, "exit 3");
    assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
    close_line(&fixture);
}

static void a_timeout_ends_the_whole_group(void **state)
{
    (void)state;
    struct fixture fixture = {.params = {.timeout_ns = 100000000}};
    struct knee_actor_outcome outcome;
    open_line(&fixture, "sleep 77.5 & sleep 77.5");
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), ETIMEDOUT);
    assert_true(outcome.wall_ns > 90000000);
    assert_int_equal(shell_live("sleep 77[.]5"), 0);
    close_line(&fixture);
}

static void what_an_item_leaves_behind_is_ended_with_it(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    struct knee_err err;
    open_line(&fixture, "sleep 66.5 & exit 0");
    for (int i = 0; i < 5; i++)
        assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
    assert_int_equal(knee_actor_begin(fixture.actor, 0, 1, &err), 0);
    knee_clock_sleep_until_ns(knee_clock_now_ns() + 100 * KNEE_NS_PER_MS);
    assert_int_equal(shell_live("sleep 66[.]5"), 0);
    close_line(&fixture);
}

/* Each does less, or nothing, if its output is /dev/null. */
static void output_that_no_one_keeps_is_a_pipe(void **state)
{
    (void)state;
    static const char *const LINES[] = {
        "[ -p /dev/stdout ] && [ -p /dev/stderr ]",
        /* More than pipes hold, on both, and the end of the second is kept. */
        "head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2",
        "(sleep 0.2; head -c 1000000 /dev/zero) | cat",
    };
    struct knee_actor_outcome outcome;
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        struct fixture fixture = {.params = {.timeout_ns = 20 * KNEE_NS_PER_S}};
        open_line(&fixture, LINES[i]);
        for (int run = 0; run < 2; run++)
            assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
        close_line(&fixture);
    }
}

static double resident_bytes(void)
{
    struct shell_run run;
    char command[96];
    snprintf(command, sizeof command, "grep VmRSS /proc/%d/status; grep Shmem: /proc/meminfo",
             (int)getpid());
    shell_run(&run, NULL, command);
    double bytes = 1024 * (strtod(strstr(run.out, "VmRSS:") + 6, NULL) +
                           strtod(strstr(run.out, "Shmem:") + 6, NULL));
    shell_run_release(&run);
    return bytes;
}

/* Its size was that of all that an item had said, for each item in flight. */
static void only_the_end_of_standard_error_is_kept(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    char said[256];
    double before = resident_bytes();
    open_line(&fixture, "head -c 300000000 /dev/zero >&2; echo; echo the end >&2; exit 1");
    assert_int_equal(knee_actor_run(fixture.slot, NULL), EIO);
    assert_true(resident_bytes() - before < 100e6);
    knee_actor_failure(fixture.actor, said, sizeof said);
    assert_non_null(strstr(said, "exit code 1: the end"));
    close_line(&fixture);
}

/* A link that another user has put in the place of the slot's file. */
static void output_files_follow_no_link(void **state)
{
    (void)state;
    char dir[128], path[160], line[512];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/out", dir);
    snprintf(line, sizeof line,
             "mkdir out; echo precious >file; for e in out err; do ln -s ../file out/.slot-1.$e; "
             "ln -s ../file out/1.$e; done");
    shell_run(&run, dir, line);
    shell_run_release(&run);
    struct fixture fixture = {.params = {.output_dir = path}};
    open_line(&fixture, "echo printed");
    assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
    close_line(&fixture);
    shell_run(&run, dir, "cat file out/1.out; ls -A out | wc -l");
    assert_string_equal(run.out, "precious\nprinted\n4\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* Our ended children that nobody has reaped. */
static unsigned count_zombies(void)
{
    struct shell_run run;
    char command[128];
    snprintf(command, sizeof command,
             "grep -l '^[0-9]* (.*) Z %d ' /proc/[0-9]*/stat 2>/dev/null | wc -l", (int)getpid());
    shell_run(&run, NULL, command);
    unsigned count = (unsigned)strtoul(run.out, NULL, 10);
    shell_run_release(&run);
    return count;
}

/* A stray that leads a group of its own hid all that came after it: they filled the process table.
 * With a setup there is one child that stays. */
static void strays_that_lead_a_group_are_reaped(void **state)
{
    (void)state;
    static const char *const SETUPS[] = {NULL, "true"};
    for (size_t s = 0; s < 2; s++) {
        struct fixture fixture = {.params = {.setup = SETUPS[s]}};
        struct knee_err err;
        open_line(&fixture, "setsid sh -c 'exit 0' & exit 0");
        for (int i = 0; i < 200; i++)
            assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
        assert_true(count_zombies() <= 80);
        knee_clock_sleep_until_ns(knee_clock_now_ns() + 200 * KNEE_NS_PER_MS);
        assert_int_equal(knee_actor_begin(fixture.actor, 0, 1, &err), 0);
        assert_true(count_zombies() <= 1); /* the setup's shell */
        close_line(&fixture);
        assert_int_equal(count_zombies(), 0);
    }
}

/* In its group or out of it: a server serves until the end, and then goes. */
static void what_setup_starts_lives_until_the_end(void **state)
{
    (void)state;
    struct fixture fixture = {
        .params = {.setup = "sleep 62.5 & setsid sleep 62.5 &", .cleanup = "sleep 0"}};
    open_line(&fixture, "true");
    assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
    knee_clock_sleep_until_ns(knee_clock_now_ns() + 100 * KNEE_NS_PER_MS);
    assert_int_equal(shell_live("sleep 62[.]5"), 2);
    close_line(&fixture);
    assert_int_equal(shell_live("sleep 62[.]5"), 0);
}

static void retries_run_again_and_the_last_one_counts(void **state)
{
    (void)state;
    char dir[128], line[512];
    struct fixture fixture = {.params = {.retries = 2}};
    struct knee_actor_outcome outcome;
    shell_dir_make(dir, sizeof dir);
    snprintf(line, sizeof line, "echo x >>%s/count; [ $(wc -l <%s/count) -ge 3 ]", dir, dir);
    open_line(&fixture, line);
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    assert_true(outcome.wall_ns > 100000000); /* the pauses: at least 50 and 100 ms */
    close_line(&fixture);
    shell_dir_remove(dir);
}

static void temporary_paths_are_fresh_and_removed(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    struct knee_actor_outcome outcome;
    open_line(&fixture, "[ ! -e {out} ] && mkdir {out} && echo {#} >{out}/file");
    for (int i = 0; i < 3; i++)
        assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    close_line(&fixture);
}

static void a_block_gives_every_level_the_same_items(void **state)
{
    (void)state;
    struct knee_items items = {0};
    struct knee_err err;
    assert_int_equal(knee_items_number(&items, 10, &err), 0);
    struct fixture fixture = {.params = {.items = &items}};
    struct knee_actor_outcome outcome;
    open_line(&fixture, "true {}");
    assert_int_equal(knee_actor_begin(fixture.actor, 0, 1, &err), 0);
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    assert_int_equal(outcome.item->number, 2);
    assert_int_equal(knee_actor_begin(fixture.actor, 0, 2, &err), 0);
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    assert_int_equal(outcome.item->number, 1);
    assert_int_equal(knee_actor_begin(fixture.actor, 1, 1, &err), 0);
    assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
    assert_int_equal(outcome.item->number, 3); /* after the furthest of the block before */
    close_line(&fixture);
    knee_items_release(&items);
}

static void a_list_can_be_gone_through(void **state)
{
    (void)state;
    static const struct {
        uint32_t block, level, number;
    } WINDOWS[] = {{0, 1, 5}, {0, 2, 6}, {1, 1, 7}, {1, 4, 8}, {2, 1, 1}};
    struct knee_items items = {0};
    struct knee_err err;
    assert_int_equal(knee_items_number(&items, 8, &err), 0);
    struct fixture fixture = {.params = {.items = &items}};
    struct knee_actor_outcome outcome;
    open_line(&fixture, "true {}");
    knee_actor_go_through(fixture.actor, 4);
    for (size_t i = 0; i < sizeof WINDOWS / sizeof *WINDOWS; i++) {
        assert_int_equal(knee_actor_begin(fixture.actor, WINDOWS[i].block, WINDOWS[i].level, &err),
                         0);
        assert_int_equal(knee_actor_run(fixture.slot, &outcome), 0);
        assert_int_equal(outcome.item->number, WINDOWS[i].number);
    }
    close_line(&fixture);
    knee_items_release(&items);
}

static void processor_time_and_memory_are_the_items_own(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    struct knee_workload_probe before, after;
    open_line(&fixture, "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
    knee_actor_probe(fixture.actor, &before);
    assert_int_equal(knee_actor_run(fixture.slot, NULL), 0);
    knee_actor_probe(fixture.actor, &after);
    assert_true(after.cpu_user_s > before.cpu_user_s);
    assert_true(after.processes);
    assert_close(after.live_cpu_s, 0, 0);
    close_line(&fixture);
}

static void a_program_that_is_not_there_is_said_at_once(void **state)
{
    (void)state;
    struct fixture fixture = {.params = {.items = &NO_ITEMS, .argc = 1}};
    struct knee_err err;
    char word[] = "no-such-program-7";
    fixture.words[0] = word;
    fixture.params.argv = fixture.words;
    assert_int_equal(knee_actor_open(&fixture.actor, &fixture.params, &err), -1);
    assert_int_equal(err.code, KNEE_COMMAND_FAILED);
    assert_string_equal(err.message, "no-such-program-7: no such program in PATH; write its path, "
                                     "or let a shell run it if it is a shell's own command");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(ignored_failures_are_successes),
        cmocka_unit_test(a_timeout_ends_the_whole_group),
        cmocka_unit_test(what_an_item_leaves_behind_is_ended_with_it),
        cmocka_unit_test(output_that_no_one_keeps_is_a_pipe),
        cmocka_unit_test(only_the_end_of_standard_error_is_kept),
        cmocka_unit_test(output_files_follow_no_link),
        cmocka_unit_test(strays_that_lead_a_group_are_reaped),
        cmocka_unit_test(what_setup_starts_lives_until_the_end),
        cmocka_unit_test(retries_run_again_and_the_last_one_counts),
        cmocka_unit_test(temporary_paths_are_fresh_and_removed),
        cmocka_unit_test(a_block_gives_every_level_the_same_items),
        cmocka_unit_test(a_list_can_be_gone_through),
        cmocka_unit_test(processor_time_and_memory_are_the_items_own),
        cmocka_unit_test(a_program_that_is_not_there_is_said_at_once),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("actor", tests, NULL, NULL);
}
