/* SPDX-License-Identifier: MIT */
/* The program as a user meets it: one line for each mistake, on the right stream, with the right
 * exit code, and nothing written. */
#include "tests/support/test.h"

#include "core/base/version.h"
#include "tests/support/shell.h"
#include "tuner/cli/commands.h"

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* Each runs in a directory of its own, which must stay empty. */
static void mistakes_end_with_one_line_and_code_2(void **state)
{
    (void)state;
    static const struct {
        const char *command, *error;
    } CASES[] = {
        {"$KNEE lst", "knee: lst: unknown command; did you mean list?\n"},
        {"$KNEE frobnicate", "knee: frobnicate: unknown command; knee --help shows all\n"},
        {"$KNEE ''", "knee: : unknown command; knee --help shows all\n"},
        {"$KNEE --versoin", "knee: --versoin: unknown option; did you mean --version?\n"},
        {"$KNEE --hlep", "knee: --hlep: unknown option; did you mean --help?\n"},
        {"$KNEE --levels 1", "knee: --levels: options go after the command; write knee COMMAND "
                             "--levels\n"},
        {"$KNEE -q", "knee: -q: options go after the command; write knee COMMAND -q\n"},
        {"$KNEE list", "knee: list: an argument is missing; write knee list "
                       "workloads|strategies|objectives|formats|targets\n"},
        {"$KNEE list workload", "knee: list: workload: no such list; did you mean workloads?\n"},
        {"$KNEE list foo", "knee: list: foo: no such list; write one of workloads strategies "
                           "objectives formats targets\n"},
        {"$KNEE list workloads strategies",
         "knee: list: \"strategies\" is one argument too many; write knee list "
         "workloads|strategies|objectives|formats|targets\n"},
        {"$KNEE list --hlep", "knee: list: unknown option --hlep; did you mean --help?\n"},
        {"$KNEE list \"$(printf 'a\\nb')\"", "knee: list: a?b: no such list; write one of "
                                             "workloads strategies objectives formats targets\n"},
        {"$KNEE report gone", "knee: gone/plan.json: No such file or directory; name a result "
                              "directory of knee\n"},
        {"$KNEE limit --from gone", "knee: gone/result.json: No such file or directory; name a "
                                    "result directory of knee\n"},
        {"$KNEE sweep io --dir gone -o d", "knee: --dir: cannot make files in gone: No such file "
                                           "or directory; choose another directory\n"},
        {"$KNEE sweep mixed --param wriet=1", "knee: --param wriet: unknown parameter; did you "
                                              "mean write?\n"},
        {"$KNEE sweep mixed --param mixed.write=1", "knee: --param mixed.write: unknown "
                                                    "parameter; did you mean write?\n"},
        {"$KNEE sweep mixed --param mixed.depth=1", "knee: --param mixed.depth: no workload of "
                                                    "this sweep has it; see knee list workloads\n"},
        {"$KNEE simulate --run --compare a.csv b.csv",
         "knee: simulate: --run and --compare; name one of them\n"},
        {"$KNEE simulate --run --at 10% a.csv", "knee: simulate: --at is for --change; add it\n"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, CASES[i].command);
        assert_string_equal(run.err, CASES[i].error);
        assert_string_equal(run.out, "");
        assert_int_equal(run.status, 2);
        assert_int_equal(shell_dir_count(dir), 0);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

static void every_command_refuses_an_unknown_option(void **state)
{
    (void)state;
    for (size_t i = 0; knee_commands[i]; i++) {
        char command[96], dir[128];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE %s --frobnicate", knee_commands[i]->name);
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, command);
        assert_int_equal(lines(run.err), 1);
        assert_non_null(strstr(run.err, "unknown option --frobnicate"));
        assert_string_equal(run.out, "");
        assert_int_equal(run.status, 2);
        assert_int_equal(shell_dir_count(dir), 0);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

static void output_that_cannot_be_written_is_one_line_and_code_1(void **state)
{
    (void)state;
    static const struct {
        const char *command, *error;
    } CASES[] = {
        {"$KNEE list workloads >/dev/full",
         "knee: standard output: No space left on device; the output did not get there in full\n"},
        {"$KNEE --help >&-",
         "knee: standard output: Bad file descriptor; the output did not get there in full\n"},
        {"mkfifo pipe; : <pipe & exec 3>pipe; wait; exec $KNEE list workloads >&3",
         "knee: standard output: Broken pipe; the output did not get there in full\n"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, CASES[i].command);
        assert_string_equal(run.err, CASES[i].error);
        assert_int_equal(run.status, 1);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

static void whoever_stops_reading_a_help_text_is_not_told(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, NULL,
              "for a in help --help 'sweep --help'; do $KNEE $a | :; done; $KNEE help | head -n 1");
    assert_string_equal(run.out, "usage: knee COMMAND [OPTIONS] [ARGUMENTS]\n");
    assert_string_equal(run.err, "");
    shell_run_release(&run);
}

/* Runs a command that must succeed and keep standard error empty. */
static void run_well(struct shell_run *run, const char *command)
{
    shell_run(run, NULL, command);
    assert_string_equal(run->err, "");
    assert_int_equal(run->status, 0);
}

static void version_is_one_line(void **state)
{
    (void)state;
    struct shell_run run;
    static const char *const COMMANDS[] = {"$KNEE --version", "$KNEE list --version"};
    for (size_t i = 0; i < COUNT(COMMANDS); i++) {
        run_well(&run, COMMANDS[i]);
        assert_string_equal(run.out, "knee " KNEE_VERSION "\n");
        shell_run_release(&run);
    }
}

/* For a terminal of 80 columns. */
static void check_width(const char *text)
{
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        if (strcspn(line, "\n") > 80)
            fail_msg("wider than 80 columns: %.100s", line);
}

static void bare_knee_leads_to_a_command(void **state)
{
    (void)state;
    struct shell_run run;
    run_well(&run, "$KNEE");
    assert_true(lines(run.out) <= 6);
    assert_non_null(strstr(run.out, "knee --help"));
    check_width(run.out);
    shell_run_release(&run);
}

/* Help tells all that exists. */
static void help_names_every_command_and_option(void **state)
{
    (void)state;
    struct shell_run all, one;
    run_well(&all, "$KNEE --help");
    check_width(all.out);
    for (size_t i = 0; knee_commands[i]; i++) {
        char command[64], spelling[64];
        snprintf(spelling, sizeof spelling, "\n  %-10s  ", knee_commands[i]->name);
        assert_non_null(strstr(all.out, spelling));
        snprintf(command, sizeof command, "$KNEE %s --help", knee_commands[i]->name);
        run_well(&one, command);
        struct knee_command_list every = {.count = 0};
        for (size_t j = 0; knee_commands[j]; j++)
            knee_command_add_options(knee_commands[j], &every);
        for (size_t j = 0; j < every.count; j++) {
            const struct knee_option *option = every.at[j];
            char letter[] = {'-', option->letter, ',', ' ', '\0'};
            snprintf(spelling, sizeof spelling, "\n  %s--%s%s", option->letter ? letter : "",
                     option->name, option->argument ? " " : "");
            int named = strstr(one.out, spelling) != NULL;
            /* Two commands may have an option of that name, each with its own line. */
            bool has = knee_command_option(knee_commands[i], option->name, strlen(option->name), 0,
                                           NULL) != NULL;
            assert_int_equal(named, has);
        }
        check_width(one.out);
        shell_run_release(&one);
    }
    shell_run_release(&all);
}

/* Each way to call a command is in its usage, and a default of one word is not parted from it. */
static void usage_shows_every_way(void **state)
{
    (void)state;
    static const struct {
        const char *command, *says;
    } CASES[] = {
        {"$KNEE help sweep", "\n       knee sweep [OPTIONS] -- COMMAND [ARG...]\n\n"},
        {"$KNEE help compare", "usage: knee compare [OPTIONS] BASE NEW\n"
                               "       knee compare [OPTIONS] --base LINE --new LINE\n"
                               "       knee compare [OPTIONS] --history DIR...\n\n"},
        {"$KNEE help analyze", "usage: knee analyze [OPTIONS] -- COMMAND [ARG...]\n"},
        {"$KNEE help sweep", "at random\n                          (default: 1)\n"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct shell_run run;
        run_well(&run, CASES[i].command);
        if (!strstr(run.out, CASES[i].says))
            fail_msg("%s: not said: %s", CASES[i].command, CASES[i].says);
        shell_run_release(&run);
    }
}

static void lists_begin_with_names(void **state)
{
    (void)state;
    struct shell_run run;
    run_well(&run, "$KNEE list workloads");
    assert_true(strncmp(run.out, "cpu ", 4) == 0);
    assert_non_null(strstr(run.out, "\n    work=1ms "));
    shell_run_release(&run);
    run_well(&run, "$KNEE list strategies");
    assert_non_null(strstr(run.out, "adaptive "));
    assert_non_null(strstr(run.out, "\ngrid "));
    shell_run_release(&run);
}

/* It named the candidates "and levels between them that matter", and 5 to 60 s. */
static void a_dry_run_of_a_grid_names_all_of_it(void **state)
{
    (void)state;
    struct shell_run run;
    run_well(&run, "$KNEE sweep sleep --max-level 16 --strategy grid --dry-run");
    assert_non_null(strstr(run.out, "levels 1 2 3 4 6 8 11 16, each 12 times; up to 16: "));
    assert_non_null(strstr(run.out, "about 26 s"));
    shell_run_release(&run);
    run_well(&run, "$KNEE sweep sleep --max-level 16 --strategy grid --dry-run --budget 5s");
    assert_non_null(strstr(run.out, "16, each up to 12 times; "));
    assert_non_null(strstr(run.out, "about 5 s"));
    shell_run_release(&run);
}

/* "levels 1; up to 1: --levels" hid what had cut the list. */
static void a_dry_run_names_what_bounds_the_levels(void **state)
{
    (void)state;
    static const struct {
        const char *options, *said;
    } CASES[] = {
        {"--levels 1,2,8", "levels 1 2 8; up to 8: --levels;"},
        {"--levels 1,2,8 --max-level 4", "levels 1 2; up to 2: --max-level 4;"},
        {"--levels 1,2,8 --max-level 8", "levels 1 2 8; up to 8: --levels;"},
        {"--max-level 4", "up to 4: --max-level 4;"},
        {"--max-level 4 --current 3", "up to 4: --max-level 4;"},
        {"--max-level 4 --current 9", "up to 9: --current 9;"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct shell_run run;
        char command[160];
        snprintf(command, sizeof command, "$KNEE sweep sleep --dry-run %s", CASES[i].options);
        run_well(&run, command);
        if (!strstr(run.out, CASES[i].said))
            fail_msg("%s: %s", CASES[i].options, run.out);
        shell_run_release(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_end_with_one_line_and_code_2),
        cmocka_unit_test(every_command_refuses_an_unknown_option),
        cmocka_unit_test(output_that_cannot_be_written_is_one_line_and_code_1),
        cmocka_unit_test(whoever_stops_reading_a_help_text_is_not_told),
        cmocka_unit_test(version_is_one_line),
        cmocka_unit_test(bare_knee_leads_to_a_command),
        cmocka_unit_test(help_names_every_command_and_option),
        cmocka_unit_test(usage_shows_every_way),
        cmocka_unit_test(lists_begin_with_names),
        cmocka_unit_test(a_dry_run_of_a_grid_names_all_of_it),
        cmocka_unit_test(a_dry_run_names_what_bounds_the_levels),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
