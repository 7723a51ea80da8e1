/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"

#include "core/base/clock.h"
#include "tuner/options/command.h"
#include "tuner/options/options.h"

#include <stdio.h>
#include <string.h>

#define ARGUMENTS_MAX 24

static const struct knee_command SWEEP = {
    .name = "sweep", .bit = KNEE_FOR_SWEEP, .operands = "[WORKLOAD...]", .operands_max = 4};
static const struct knee_command TOPOLOGY = {
    .name = "topology", .bit = KNEE_FOR_TOPOLOGY, .operands = ""};
static const struct knee_command LIST = {
    .name = "list", .bit = KNEE_FOR_LIST, .operands = "WHAT", .operands_min = 1, .operands_max = 1};
static const struct knee_command SIMULATE = {.name = "simulate",
                                             .bit = KNEE_FOR_SIMULATE,
                                             .operands = "[FILE.csv...]",
                                             .operands_max = KNEE_WORDS_MAX,
                                             .operands_option = "curve"};

/* Splits `line` at blanks (into `storage`) and parses it. */
static int parse(const struct knee_command *command, const char *line, char storage[256],
                 struct knee_options *options, struct knee_err *err)
{
    char *argv[ARGUMENTS_MAX];
    int argc = 0;
    strncpy(storage, line, 255);
    storage[255] = '\0';
    for (char *rest = storage, *word; (word = strsep(&rest, " ")) && argc < ARGUMENTS_MAX;)
        if (*word)
            argv[argc++] = word;
    *err = (struct knee_err){0};
    knee_options_init(options);
    return knee_options_parse(options, command, argc, argv, err);
}

static void defaults_hold(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP, "", storage, &options, &err), 0);
    assert_string_equal(options.strategy, "adaptive");
    assert_close(options.tolerance_ratio, .02, 0);
    assert_close(options.confidence_ratio, .95, 0);
    assert_close(options.load_factor, 1, 0);
    assert_close(options.cv_ratio, NAN, 0);
    assert_int_equal(options.seed, 1);
    assert_int_equal(options.pin, KNEE_PIN_NONE);
    assert_int_equal(options.budget_ns, 0);
    assert_int_equal(options.words_count, 0);
    assert_false(options.quick || options.json || options.help || options.load_auto);
}

static void every_spelling_is_read(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP,
                           "cpu --budget 20s --max-level=8 -qvv -oout --pin core io --quick "
                           "--tolerance 5% --current 16 --total 40000 --load auto",
                           storage, &options, &err),
                     0);
    assert_int_equal(options.budget_ns, 20 * KNEE_NS_PER_S);
    assert_int_equal(options.max_level, 8);
    assert_true(options.quiet && options.quick && options.load_auto);
    assert_int_equal(options.verbose, 2);
    assert_string_equal(options.output, "out");
    assert_int_equal(options.pin, KNEE_PIN_CORE);
    assert_close(options.tolerance_ratio, .05, 1e-12);
    assert_int_equal(options.current, 16);
    assert_int_equal(options.total, 40000);
    assert_int_equal(options.words_count, 2);
    assert_string_equal(options.words[0], "cpu");
    assert_string_equal(options.words[1], "io");
    assert_int_equal(parse(&SWEEP, "-q -o out", storage, &options, &err), 0);
    assert_string_equal(options.output, "out");
}

static void goal_is_read(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP, "", storage, &options, &err), 0);
    assert_true(knee_goal_is_default(&options.goal));
    assert_close(options.goal.min_efficiency_ratio, .5, 0);
    assert_int_equal(parse(&SWEEP,
                           "--objective efficiency --min-efficiency 70% --slo p99=50ms --slo "
                           "errors<1%",
                           storage, &options, &err),
                     0);
    assert_ptr_equal(options.goal.objective, knee_goal_objective_find("efficiency"));
    assert_close(options.goal.min_efficiency_ratio, .7, 1e-12);
    assert_int_equal(options.goal.slos_count, 2);
    assert_close(options.goal.slos[1].limit, .01, 1e-12);
    assert_int_equal(parse(&SWEEP, "--objective speed", storage, &options, &err), -1);
    assert_string_equal(err.message, "--objective: \"speed\" is unknown; write one of "
                                     "throughput|efficiency|power");
    assert_int_equal(parse(&SWEEP, "--slo p99", storage, &options, &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
}

static void given_tells_what_was_written(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP, "--tolerance 2% -q", storage, &options, &err), 0);
    assert_true(knee_options_given(&options, "tolerance"));
    assert_true(knee_options_given(&options, "quiet"));
    assert_false(knee_options_given(&options, "confidence"));
    assert_false(knee_options_given(&options, "no such option"));
}

static void last_one_wins_but_lists_grow(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP,
                           "--budget 5s --budget 7s --load auto --load 0.5 --levels 1,2 "
                           "--levels 4-6 --param work=1ms --param spread=0.5",
                           storage, &options, &err),
                     0);
    assert_int_equal(options.budget_ns, 7 * KNEE_NS_PER_S);
    assert_false(options.load_auto);
    assert_close(options.load_factor, .5, 0);
    assert_int_equal(options.levels.count, 3);
    assert_int_equal(options.levels.levels[0], 4);
    assert_int_equal(options.settings_count, 2);
    assert_string_equal(options.settings[0], "work=1ms");
    assert_string_equal(options.settings[1], "spread=0.5");
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SWEEP, "-q -- --json -", storage, &options, &err), 0);
    assert_true(options.quiet);
    assert_false(options.json);
    assert_int_equal(options.words_count, 2);
    assert_string_equal(options.words[0], "--json");
    assert_string_equal(options.words[1], "-");
}

static void operands_of_simulate_are_curves(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&SIMULATE, "--curve a.csv b.csv --noise noisy c.csv --cv 2%", storage,
                           &options, &err),
                     0);
    assert_int_equal(options.curves_count, 3);
    assert_string_equal(options.curves[0], "a.csv");
    assert_string_equal(options.curves[2], "c.csv");
    assert_int_equal(options.words_count, 0);
    assert_int_equal(options.noise, KNEE_NOISE_NOISY);
    assert_close(options.cv_ratio, .02, 1e-12);
}

static void help_and_version_end_it(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err;
    char storage[256];
    assert_int_equal(parse(&LIST, "-h --bogus", storage, &options, &err), 0);
    assert_true(options.help);
    assert_int_equal(parse(&LIST, "--version", storage, &options, &err), 0);
    assert_true(options.version);
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
        {&SWEEP, "--pin cores", "--pin: \"cores\" is unknown; write one of none|core|pu"},
        {&SWEEP, "--strategy best", "--strategy: \"best\" is unknown; write one of adaptive|grid"},
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
        struct knee_options options;
        struct knee_err err;
        char storage[256];
        assert_int_equal(parse(CASES[i].command, CASES[i].line, storage, &options, &err), -1);
        assert_string_equal(err.message, CASES[i].error);
        assert_int_equal(err.code, KNEE_USAGE);
    }
}

static void too_many_of_a_list_are_refused(void **state)
{
    (void)state;
    struct knee_options options;
    struct knee_err err = {0};
    char *argv[2 * (KNEE_SETTINGS_MAX + 1)];
    char name[] = "--param", value[] = "work=1ms";
    knee_options_init(&options);
    for (int i = 0; i <= KNEE_SETTINGS_MAX; i++) {
        argv[2 * i] = name;
        argv[2 * i + 1] = value;
    }
    assert_int_equal(knee_options_parse(&options, &SWEEP, 2 * (KNEE_SETTINGS_MAX + 1), argv, &err),
                     -1);
    assert_string_equal(err.message, "--param: more than 32 of them; give fewer");
}

static void table_is_sound(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct knee_option *a = knee_option_table; a->name; a++, count++) {
        assert_non_null(a->read);
        assert_non_null(a->help);
        assert_non_null(a->section);
        assert_true(a->commands);
        assert_true(a->offset < sizeof(struct knee_options));
        assert_true(!a->argument || a->example);
        bool left = false; /* a section is in one piece, or its heading would come twice */
        for (const struct knee_option *b = a + 1; b->name; b++) {
            left |= strcmp(a->section, b->section) != 0;
            assert_true(!left || strcmp(a->section, b->section) != 0);
            assert_true(strcmp(a->name, b->name) || !(a->commands & b->commands));
            assert_true(!a->letter || a->letter != b->letter || !(a->commands & b->commands));
        }
    }
    assert_true(count <= KNEE_OPTIONS_MAX);
}

/* Of all commands there are: a foreign option is called one of its owners', which exist. */
static void foreign_options_name_their_command(void **state)
{
    (void)state;
    for (size_t i = 0; knee_commands[i]; i++)
        for (const struct knee_option *option = knee_option_table; option->name; option++) {
            if (option->commands & knee_commands[i]->bit)
                continue;
            const char *owner = "unknown option";
            for (size_t j = 0; knee_commands[j]; j++)
                if (knee_commands[j]->bit & option->commands)
                    owner = knee_commands[j]->name;
            char line[64], storage[256];
            struct knee_options options;
            struct knee_err err;
            snprintf(line, sizeof line, "--%s 1", option->name);
            assert_int_equal(parse(knee_commands[i], line, storage, &options, &err), -1);
            assert_non_null(strstr(err.message, owner));
        }
}

/* The examples that errors name must work themselves. */
static void every_example_is_accepted(void **state)
{
    (void)state;
    for (const struct knee_option *option = knee_option_table; option->name; option++) {
        struct knee_options options;
        struct knee_err err = {0};
        knee_options_init(&options);
        assert_int_equal(option->read(option, option->example, &options, &err), 0);
    }
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
        cmocka_unit_test(table_is_sound),
        cmocka_unit_test(foreign_options_name_their_command),
        cmocka_unit_test(every_example_is_accepted),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
