/* SPDX-License-Identifier: MIT */
/* The command line: defaults, every spelling of an option, lists, and the one line for each
 * mistake. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "tuner/options/arguments.h"
#include "tuner/options/option_readers.h"
#include "tuner/options/sweep_options.h"

#include <stdio.h>
#include <string.h>

#define ARGUMENTS_MAX 24

/* A command with options of its own, and a list as its operands. */
struct other_options {
    const char *curves[8];
    size_t curves_count;
    double cv_ratio;
    uint32_t trials;
    bool colours;
};
static void init_other(void *values)
{
    ((struct other_options *)values)->trials = 1;
}
static const struct knee_option OTHER[] = {
    {.name = "curve",
     .argument = "FILE",
     .section = "Other",
     .help = "a curve",
     .read = knee_option_list,
     .offset = offsetof(struct other_options, curves),
     .count_offset = offsetof(struct other_options, curves_count),
     .max = 8,
     .example = "a.csv"},
    {.name = "cv",
     .argument = "RATIO",
     .section = "Other",
     .help = "spread",
     .read = knee_option_ratio,
     .offset = offsetof(struct other_options, cv_ratio),
     .max = 1,
     .example = "2%"},
    {.name = "trials",
     .argument = "T",
     .section = "Other",
     .help = "trials",
     .read = knee_option_uint32,
     .offset = offsetof(struct other_options, trials),
     .min = 1,
     .max = 1e6,
     .example = "100"},
    {.name = "colours",
     .section = "Other",
     .help = "paint the curves",
     .read = knee_option_flag,
     .offset = offsetof(struct other_options, colours),
     .lacks = "libpaint"},
    {.name = NULL},
};
static const struct knee_option_part OTHER_PART = {.options = OTHER, .init = init_other};
static const struct knee_option_use OTHER_USES[] = {{&OTHER_PART, 0, NULL}, {NULL, 0, NULL}};

static const struct knee_command SWEEP = {.name = "sweep",
                                          .options = knee_sweep_options_uses,
                                          .values_bytes = sizeof(struct knee_sweep_options),
                                          .operands = "[WORKLOAD...]",
                                          .operands_max = 4};
static const struct knee_command LIST = {
    .name = "list", .operands = "WHAT", .operands_min = 1, .operands_max = 1};
static const struct knee_command TOPOLOGY = {.name = "topology", .operands = ""};
static const struct knee_command SIMULATE = {.name = "simulate",
                                             .options = OTHER_USES,
                                             .values_bytes = sizeof(struct other_options),
                                             .operands = "[FILE...]",
                                             .operands_option = "curve"};
static const struct knee_command *const COMMANDS[] = {&SWEEP, &LIST, &TOPOLOGY, &SIMULATE, NULL};

static int parse(const struct knee_command *command, const char *line, char storage[256],
                 struct knee_arguments *arguments, struct knee_err *err)
{
    static char program[] = "knee", name[] = "name";
    char *argv[ARGUMENTS_MAX] = {program, name};
    int argc = 2;
    strncpy(storage, line, 255);
    storage[255] = '\0';
    for (char *rest = storage, *word; (word = strsep(&rest, " ")) && argc < ARGUMENTS_MAX;)
        if (*word)
            argv[argc++] = word;
    *err = (struct knee_err){0};
    return knee_arguments_parse(arguments, command, COMMANDS, argc, argv, err);
}

static void defaults_hold(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP, "", storage, &arguments, &err), 0);
    const struct knee_sweep_options *options = arguments.values;
    assert_string_equal(options->measuring.strategy, "curve");
    assert_close(options->measuring.tolerance_ratio, .02, 0);
    assert_close(options->measuring.confidence_ratio, .95, 0);
    assert_close(options->host.load.factor, 1, 0);
    assert_int_equal(options->measuring.seed, 1);
    assert_int_equal(options->work.pin, KNEE_PIN_NONE);
    assert_int_equal(options->measuring.budget_ns, 0);
    assert_int_equal(arguments.words_count, 0);
    assert_false(options->measuring.quick || options->output.json || arguments.help ||
                 options->host.load.measured);
    knee_arguments_release(&arguments);
}

static void every_spelling_is_read(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP,
                           "cpu --budget 20s --max-level=8 -qvv -oout --pin core io --quick "
                           "--tolerance 5% --current 16 --total 40000 --load auto",
                           storage, &arguments, &err),
                     0);
    const struct knee_sweep_options *options = arguments.values;
    assert_int_equal(options->measuring.budget_ns, 20 * KNEE_NS_PER_S);
    assert_int_equal(options->levels.max_level, 8);
    assert_true(options->output.quiet && options->measuring.quick && options->host.load.measured);
    assert_int_equal(options->output.verbose, 2);
    assert_string_equal(options->output.output, "out");
    assert_int_equal(options->work.pin, KNEE_PIN_CORE);
    assert_close(options->measuring.tolerance_ratio, .05, 1e-12);
    assert_int_equal(options->levels.current, 16);
    assert_int_equal(options->work.total, 40000);
    assert_int_equal(arguments.words_count, 2);
    assert_string_equal(arguments.words[0], "cpu");
    assert_string_equal(arguments.words[1], "io");
    knee_arguments_release(&arguments);
    assert_int_equal(parse(&SWEEP, "-q -o out", storage, &arguments, &err), 0);
    options = arguments.values;
    assert_string_equal(options->output.output, "out");
    knee_arguments_release(&arguments);
}

static void goal_is_read(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP, "", storage, &arguments, &err), 0);
    const struct knee_sweep_options *options = arguments.values;
    assert_true(knee_goal_is_default(&options->measuring.goal));
    assert_close(options->measuring.goal.min_efficiency_ratio, .5, 0);
    knee_arguments_release(&arguments);
    assert_int_equal(parse(&SWEEP,
                           "--objective efficiency --min-efficiency 70% --slo p99=50ms --slo "
                           "errors<1%",
                           storage, &arguments, &err),
                     0);
    options = arguments.values;
    assert_ptr_equal(options->measuring.goal.objective, knee_goal_objective_find("efficiency"));
    assert_close(options->measuring.goal.min_efficiency_ratio, .7, 1e-12);
    assert_int_equal(options->measuring.goal.slos_count, 2);
    assert_close(options->measuring.goal.slos[1].limit, .01, 1e-12);
    knee_arguments_release(&arguments);
    assert_int_equal(parse(&SWEEP, "--objective speed", storage, &arguments, &err), -1);
    assert_string_equal(err.message, "--objective: \"speed\" is unknown; write one of "
                                     "throughput|efficiency|power");
    assert_int_equal(parse(&SWEEP, "--slo p99", storage, &arguments, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
}

static void given_tells_what_was_written(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP, "--tolerance 2% -q", storage, &arguments, &err), 0);
    assert_true(knee_arguments_given(&arguments, "tolerance"));
    assert_true(knee_arguments_given(&arguments, "quiet"));
    assert_false(knee_arguments_given(&arguments, "confidence"));
    assert_false(knee_arguments_given(&arguments, "no such option"));
    knee_arguments_release(&arguments);
}

static void last_one_wins_but_lists_grow(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP,
                           "--budget 5s --budget 7s --load auto --load 0.5 --levels 1,2 "
                           "--levels 4-6 --param work=1ms --param spread=0.5",
                           storage, &arguments, &err),
                     0);
    const struct knee_sweep_options *options = arguments.values;
    assert_int_equal(options->measuring.budget_ns, 7 * KNEE_NS_PER_S);
    assert_false(options->host.load.measured);
    assert_close(options->host.load.factor, .5, 0);
    assert_int_equal(options->levels.levels.numbers.count, 3);
    assert_int_equal(options->levels.levels.numbers.at[0], 4);
    assert_int_equal(options->work.settings_count, 2);
    assert_string_equal(options->work.settings[0], "work=1ms");
    assert_string_equal(options->work.settings[1], "spread=0.5");
    knee_arguments_release(&arguments);
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SWEEP, "-q -- --json -", storage, &arguments, &err), 0);
    const struct knee_sweep_options *options = arguments.values;
    assert_true(options->output.quiet);
    assert_false(options->output.json);
    assert_int_equal(arguments.words_count, 2);
    assert_string_equal(arguments.words[0], "--json");
    assert_string_equal(arguments.words[1], "-");
    knee_arguments_release(&arguments);
}

static void operands_of_simulate_are_curves(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(
        parse(&SIMULATE, "--curve a.csv b.csv c.csv --cv 2%", storage, &arguments, &err), 0);
    const struct other_options *options = arguments.values;
    assert_int_equal(options->curves_count, 3);
    assert_string_equal(options->curves[0], "a.csv");
    assert_string_equal(options->curves[2], "c.csv");
    assert_int_equal(arguments.words_count, 0);
    assert_close(options->cv_ratio, .02, 1e-12);
    knee_arguments_release(&arguments);
}

static void help_and_version_end_it(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&LIST, "-h --bogus", storage, &arguments, &err), 0);
    assert_true(arguments.help);
    knee_arguments_release(&arguments);
    assert_int_equal(parse(&LIST, "--version", storage, &arguments, &err), 0);
    assert_true(arguments.version);
    knee_arguments_release(&arguments);
}

static void each_mistake_has_its_line(void **state)
{
    (void)state;
    static const struct {
        const struct knee_command *command;
        const char *line, *error;
    } CASES[] = {
        {&SWEEP, "--bugdet 5s", "sweep: unknown option --bugdet; did you mean --budget?"},
        {&SWEEP, "--frobnicate=1",
         "sweep: unknown option --frobnicate; knee sweep --help shows all"},
        {&SWEEP, "-x", "sweep: unknown option -x; knee sweep --help shows all"},
        {&SWEEP, "-qx", "sweep: unknown option -x; knee sweep --help shows all"},
        {&SWEEP, "--budget", "sweep: --budget needs a value; write --budget 60s"},
        {&SWEEP, "--output --json", "sweep: --output needs a value; write --output out"},
        {&SWEEP, "-qo", "sweep: --output needs a value; write --output out"},
        {&SWEEP, "--output=", "--output: an empty value; write --output DIR"},
        {&SWEEP, "--quick=yes", "sweep: --quick takes no value; write --quick alone"},
        {&SWEEP, "--budget 60", "--budget: \"60\" has no unit; write 60s (ns us ms s m h)"},
        {&SWEEP, "--budget 1ms", "--budget: 1ms is out of range; it goes from 1s to 24h"},
        {&SWEEP, "--window 1h", "--window: 1h is out of range; it goes from 10ms to 1m"},
        {&SWEEP, "--tolerance 2",
         "--tolerance: 2 is out of range; did you mean 2%? It goes from 0.1% to 50%"},
        {&SWEEP, "--max-level 0", "--max-level: 0 is out of range; it goes from 1 to 4096"},
        {&SWEEP, "--pin cores", "--pin: \"cores\" is unknown; write one of none|core|pu|numa"},
        {&SWEEP, "--strategy best",
         "--strategy: \"best\" is unknown; write one of curve|adaptive|grid"},
        {&SWEEP, "--load high", "--load: \"high\" is neither auto nor a number; write --load 0.6"},
        {&SWEEP, "--param work",
         "--param: \"work\" sets nothing; write --param NAME=VALUE (knee list workloads shows the "
         "names)"},
        {&SWEEP, "--param =1ms",
         "--param: \"=1ms\" sets nothing; write --param NAME=VALUE (knee list workloads shows the "
         "names)"},
        {&SWEEP, "a b c d e",
         "sweep: \"e\" is one argument too many; write knee sweep [WORKLOAD...]"},
        {&TOPOLOGY, "cpu",
         "topology: \"cpu\" is one argument too many; it takes options alone (knee topology "
         "--help)"},
        {&LIST, "", "list: an argument is missing; write knee list WHAT"},
        {&SIMULATE, "--trials 0", "--trials: 0 is out of range; it goes from 1 to 1000000"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_arguments arguments = {0};
        struct knee_err err = {0};
        char storage[256];
        assert_int_equal(parse(CASES[i].command, CASES[i].line, storage, &arguments, &err), -1);
        assert_string_equal(err.message, CASES[i].error);
        assert_int_equal(err.code, KNEE_USAGE);
    }
}

static void too_many_of_a_list_are_refused(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char *argv[2 + 2 * (KNEE_WORK_SETTINGS_MAX + 1)];
    char name[] = "--param", value[] = "work=1ms", program[] = "knee", command[] = "sweep";
    argv[0] = program;
    argv[1] = command;
    for (int i = 0; i <= KNEE_WORK_SETTINGS_MAX; i++) {
        argv[2 + 2 * i] = name;
        argv[3 + 2 * i] = value;
    }
    assert_int_equal(knee_arguments_parse(&arguments, &SWEEP, COMMANDS,
                                          2 + 2 * (KNEE_WORK_SETTINGS_MAX + 1), argv, &err),
                     -1);
    assert_string_equal(err.message, "--param: more than 32 of them; give fewer");
}

static void what_was_given_is_kept_in_order(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    char storage[256];
    static const struct {
        const char *name, *value;
    } GIVEN[] = {{"env", "A=1"}, {"quiet", NULL}, {"env", "B=2"}, {"tolerance", "5%"}};
    assert_int_equal(
        parse(&SWEEP, "--env A=1 -q --env=B=2 --tolerance 5%", storage, &arguments, &err), 0);
    assert_int_equal(arguments.given_count, KNEE_COUNT(GIVEN));
    for (size_t i = 0; i < KNEE_COUNT(GIVEN); i++) {
        assert_string_equal(arguments.given[i].option->name, GIVEN[i].name);
        if (GIVEN[i].value)
            assert_string_equal(arguments.given[i].value, GIVEN[i].value);
        else
            assert_null(arguments.given[i].value);
    }
    knee_arguments_release(&arguments);
}

/* An earlier command line may have it: an option that this knee can do nothing with is read, but
 * named neither in help nor in advice. */
static void an_option_that_lacks_a_library_is_read_but_not_named(void **state)
{
    (void)state;
    struct knee_arguments arguments = {0};
    struct knee_command_list list = {.count = 0};
    struct knee_err err = {0};
    char storage[256];
    assert_int_equal(parse(&SIMULATE, "--colours", storage, &arguments, &err), 0);
    assert_true(((const struct other_options *)arguments.values)->colours);
    knee_arguments_release(&arguments);
    knee_command_add_options(&SIMULATE, &list);
    for (size_t i = 0; i < list.count; i++)
        assert_string_not_equal(list.at[i]->name, "colours");
    assert_int_equal(parse(&SIMULATE, "--colour", storage, &arguments, &err), -1);
    assert_null(strstr(err.message, "--colours"));
    assert_int_equal(parse(&SWEEP, "--colours", storage, &arguments, &err), -1);
    assert_non_null(strstr(err.message, "sweep: unknown option --colours; knee sweep --help"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold),
        cmocka_unit_test(every_spelling_is_read),
        cmocka_unit_test(goal_is_read),
        cmocka_unit_test(given_tells_what_was_written),
        cmocka_unit_test(last_one_wins_but_lists_grow),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(operands_of_simulate_are_curves),
        cmocka_unit_test(help_and_version_end_it),
        cmocka_unit_test(each_mistake_has_its_line),
        cmocka_unit_test(too_many_of_a_list_are_refused),
        cmocka_unit_test(what_was_given_is_kept_in_order),
        cmocka_unit_test(an_option_that_lacks_a_library_is_read_but_not_named),
    };
    return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
