/* SPDX-License-Identifier: MIT */
/* The contract's `reason` and `next`: one sentence for each kind of decision. */
#include "core/base/array.h"
#include "reports/words/next.h"
#include "reports/words/reason.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    struct knee_decision_why why;
    const char *max_by, *text;
} REASON_CASES[] = {
    {{0}, NULL, ""},
    {{.kind = KNEE_DECISION_NO_WINDOW},
     NULL,
     "None of 9 windows could be used, so no limit is known."},
    {{.kind = KNEE_DECISION_PROVEN, .bound_ratio = .98765, .below = 6, .smaller_ratio = .9641},
     NULL,
     "The limit 8 gives at least 98.7 % of the speed of any other; 6 and less stay below 96.5 "
     "%."},
    {{.kind = KNEE_DECISION_PROVEN,
      .bound_ratio = .98765,
      .below = 1,
      .smaller_ratio = .9641,
      .tried_only = true},
     NULL,
     "The limit 8 gives at least 98.7 % of the speed of any other that was tried; 1 stays "
     "below 96.5 %."},
    {{.kind = KNEE_DECISION_RISING, .level_max = 64},
     "",
     "Throughput still grew at 64, the highest limit allowed."},
    {{.kind = KNEE_DECISION_RISING, .level_max = 64},
     "--max-level 64",
     "Throughput still grew at 64, the highest limit tried (--max-level 64)."},
    {{.kind = KNEE_DECISION_INTERVAL, .window_cv = .0421},
     NULL,
     "Any limit from 7 to 16 may be the smallest at full speed: single windows vary by 4.2 %."},
    {{.kind = KNEE_DECISION_TOO_FEW, .window_cv = .0421},
     NULL,
     "The limit 8 looks best, but single windows vary by 4.2 % and there were too few of "
     "them."},
    {{.kind = KNEE_DECISION_UNTRIED, .level_max = 64, .tried = 3, .untried = 4},
     NULL,
     "The sweep ended when 3 of 7 levels had been tried; nothing is known of the others, up to "
     "64."},
    {{.kind = KNEE_DECISION_REJECTED, .rejected_ratio = .34},
     NULL,
     "34 % of the windows had to be rejected: too much else went on on this machine."},
    {{.kind = KNEE_DECISION_OTHER_WORK, .other_cpus = .84, .spoilt = 5, .judged = 9},
     NULL,
     "Other processes took 0.8 CPUs, which spoilt 5 of the 9 windows that can tell."},
    {{.kind = KNEE_DECISION_OTHER_WORK, .steal_ratio = .27, .spoilt = 5, .judged = 9},
     NULL,
     "This virtual machine's host took 27 % of the CPUs (steal), which spoilt 5 of the 9 "
     "windows that can tell."},
};

static void every_reason_has_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(REASON_CASES); i++) {
        const struct knee_decision decision = {.knee = 8,
                                               .limit = 8,
                                               .knee_low = 7,
                                               .knee_high = 16,
                                               .windows = 9,
                                               .why = REASON_CASES[i].why};
        char text[KNEE_REASON_BYTES];
        assert_string_equal(knee_reason_decision(&decision, REASON_CASES[i].max_by, text),
                            REASON_CASES[i].text);
    }
}

/* The table has 102 items/s at 16: "of any other" would contradict it. */
static void a_proof_leaves_out_failing_levels_and_says_so(void **state)
{
    (void)state;
    struct knee_level levels[] = {{.level = 8, .throughput_per_s = 100},
                                  {.level = 16, .throughput_per_s = 102}};
    const struct knee_workload_result workload = {
        .levels = levels,
        .levels_count = KNEE_COUNT(levels),
        .decision = {.verdict = KNEE_VERDICT_RESOLVED,
                     .knee = 8,
                     .limit = 8,
                     .why = {.kind = KNEE_DECISION_PROVEN, .bound_ratio = 1}}};
    char text[KNEE_REASON_BYTES];
    assert_string_equal(knee_reason_evidence(&workload, text),
                        "The limit 8 gives at least 100.0 % of the speed of any other.");
    levels[1].marks = KNEE_MARK_ERRORS;
    assert_string_equal(knee_reason_evidence(&workload, text),
                        "The limit 8 gives at least 100.0 % of the speed of any other that does "
                        "not fail too often.");
}

/* Windows without a use, by what spoilt them. */
static void windows_without_a_use_say_why(void **state)
{
    (void)state;
    static const struct {
        struct knee_window windows[4]; /* until one of level 0 */
        enum knee_decision_reason kind;
        const char *text;
    } CASES[] = {
        {{{.level = 1, .reasons = KNEE_WINDOW_EMPTY}},
         KNEE_DECISION_NO_WINDOW,
         "The one window could not be used (no item ended in it), so no limit is known."},
        {{{.level = 1, .reasons = KNEE_WINDOW_EMPTY | KNEE_WINDOW_STEAL},
          {.level = 1, .reasons = KNEE_WINDOW_EMPTY}},
         KNEE_DECISION_NO_WINDOW,
         "None of 2 windows could be used (no item ended in 2), so no limit is known."},
        {{{.level = 1, .failed_items = 7, .reasons = KNEE_WINDOW_ERRORS | KNEE_WINDOW_FOREIGN},
          {.level = 2, .failed_items = 9, .reasons = KNEE_WINDOW_ERRORS, .valid = true},
          {.level = 4, .failed_items = 9, .items = 1, .reasons = KNEE_WINDOW_FOREIGN}},
         KNEE_DECISION_NO_WINDOW,
         "None of 3 windows could be used (every item failed in 2, other processes took CPU time "
         "in 1), so no limit is known."},
        {{{.level = 1, .reasons = KNEE_WINDOW_STOPPED | KNEE_WINDOW_UNSETTLED},
          {.level = 2, .reasons = KNEE_WINDOW_MEMORY},
          {.level = 2, .items = 3, .reasons = KNEE_WINDOW_SHARED},
          {.level = 2, .items = 3, .reasons = KNEE_WINDOW_STEAL | KNEE_WINDOW_FOREIGN}},
         KNEE_DECISION_NO_WINDOW,
         "None of 4 windows could be used (1 would have needed too much memory, knee itself was "
         "stopped in 1, the server held other requests in 1, this machine's host took CPU time in "
         "1), so no limit is known."},
        {{{.level = 4, .reasons = KNEE_WINDOW_UNSETTLED}},
         KNEE_DECISION_SINGLE,
         "Only the limit 4 was to be tried, and the one window could not be used (there was no "
         "time to settle before it)."},
        {{{.level = 4, .items = 3}, {.level = 4, .items = 3}},
         KNEE_DECISION_SINGLE,
         "Only the limit 4 was to be tried, and none of 2 windows could be used."},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_window windows[4];
        struct knee_workload_result workload = {
            .windows = windows,
            .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                         .why = {.kind = CASES[i].kind, .level_max = 4}}};
        char text[KNEE_REASON_BYTES];
        memcpy(windows, CASES[i].windows, sizeof windows);
        while (workload.windows_count < 4 && windows[workload.windows_count].level > 0)
            workload.windows_count++;
        workload.decision.windows = (uint32_t)workload.windows_count;
        assert_string_equal(knee_reason_text(&workload, text), CASES[i].text);
    }
}

static const struct {
    struct knee_decision decision;
    struct knee_choice choice;
    struct knee_way_on way_on;
    const char *sentence, *clause;
} NEXT_CASES[] = {
    {{.verdict = KNEE_VERDICT_RESOLVED, .limit = 8},
     {.settled = false},
     {.more_s = 0},
     "Use the limit 8.",
     "use the limit 8"},
    {{.verdict = KNEE_VERDICT_UNRESOLVED, .limit = 8, .windows_more = 30},
     {.settled = false},
     {.more_s = 39.2, .budget_s = 100, .dir = "results/latest"},
     "About 40 s more would tell: knee sweep --resume results/latest --budget 100s",
     "about 40 s more would tell: knee sweep --resume results/latest --budget 100s"},
    {{.verdict = KNEE_VERDICT_UNRESOLVED, .limit = 8, .knee = 8, .windows_more = 30},
     {.settled = false},
     {.more_s = 0},
     "Use the limit 8 for now; about 30 more windows would tell: sweep again with a larger "
     "budget.",
     "use the limit 8 for now; about 30 more windows would tell: sweep again with a larger "
     "budget"},
    {{.verdict = KNEE_VERDICT_RISING,
      .limit = 64,
      .why = {.kind = KNEE_DECISION_RISING, .level_max = 64}},
     {.settled = false},
     {.more_s = 0},
     "Use 64, or see how far it goes: the same sweep with --max-level 256.",
     "use 64, or see how far it goes: the same sweep with --max-level 256"},
    {{.verdict = KNEE_VERDICT_RISING,
      .limit = 64,
      .why = {.kind = KNEE_DECISION_RISING, .level_max = 64}},
     {.settled = false},
     {.fixed_levels = true},
     "Use 64, or see how far it goes: the same sweep with --levels 1-256:x2.",
     "use 64, or see how far it goes: the same sweep with --levels 1-256:x2"},
    {{.verdict = KNEE_VERDICT_RISING,
      .limit = 4096,
      .why = {.kind = KNEE_DECISION_RISING, .level_max = 4096}},
     {.settled = false},
     {.more_s = 0},
     "Use 4096.",
     "use 4096"},
    {{.verdict = KNEE_VERDICT_DISTURBED, .limit = 2, .rule_of_thumb = 2},
     {.settled = false},
     {.more_s = 0},
     "Use the rule of thumb, 2, until the machine is quiet; then sweep again.",
     "use the rule of thumb, 2, until the machine is quiet; then sweep again"},
    {{.verdict = KNEE_VERDICT_RESOLVED, .limit = 8},
     {.kind = KNEE_CHOICE_CLOSEST},
     {.more_s = 0},
     "Allow more, or make an item faster; until then 8 is the least bad.",
     "allow more, or make an item faster; until then 8 is the least bad"},
};

/* The smallest limit of connections is the one to raise. */
static void a_limit_of_a_database_is_to_be_raised(void **state)
{
    static const struct {
        const char *by, *next;
    } CASES[] = {
        {"max_connections 30, 3 reserved, 0 in use",
         "Use 10, or raise max_connections and see how far it goes."},
        {"CONNECTION LIMIT 10 of the role shop, 0 in use",
         "Use 10, or raise that CONNECTION LIMIT and see how far it goes."},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_workload_result workload = {
            .decision = {
                .verdict = KNEE_VERDICT_RISING, .knee = 10, .limit = 10, .why = {.level_max = 10}}};
        char text[KNEE_NEXT_BYTES];
        snprintf(workload.way_on.max_by, sizeof workload.way_on.max_by, "%s", CASES[i].by);
        assert_string_equal(knee_next_text(&workload, text), CASES[i].next);
    }
}

/* Items that hang would use up a longer budget as well. */
static void what_hangs_is_to_fail_in_time(void **state)
{
    (void)state;
    struct knee_workload_result workload = {
        .decision = {.verdict = KNEE_VERDICT_UNRESOLVED, .limit = 16}, .way_on = {.more_s = 17}};
    char text[KNEE_NEXT_BYTES];
    knee_facts_add(&workload.warnings, KNEE_FACT_HANG, (const double[]){32, 14, 2}, NULL);
    assert_non_null(strstr(knee_next_text(&workload, text), "--resume"));
    workload.service = true; /* it has the option */
    assert_string_equal(knee_next_text(&workload, text),
                        "Sweep again with --timeout 2s: what takes longer then fails, and the "
                        "other limits are tried.");
}

/* A clause ends an error line: no capital, no full stop. */
static void next_is_a_sentence_or_a_clause(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(NEXT_CASES); i++) {
        const struct knee_workload_result workload = {.decision = NEXT_CASES[i].decision,
                                                      .choice = NEXT_CASES[i].choice,
                                                      .way_on = NEXT_CASES[i].way_on};
        char text[KNEE_NEXT_BYTES];
        assert_string_equal(knee_next_text(&workload, text), NEXT_CASES[i].sentence);
        assert_string_equal(knee_next_clause(&workload, text), NEXT_CASES[i].clause);
    }
}

/* Rejected windows still show that a level is far too low, but never for cpu work. */
static void a_disturbed_sweep_gives_a_bound(void **state)
{
    (void)state;
    static const struct {
        enum knee_class resource;
        double seen_per_s[4];
        const char *bound;
    } CASES[] = {
        {KNEE_CLASS_NET, {10, 43, 99, 100}, "Even so, 2 gave only 43 % of the best"},
        {KNEE_CLASS_NET, {80, 90, 99, 100}, NULL},
        {KNEE_CLASS_CPU, {10, 43, 99, 100}, NULL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_level levels[4] = {{0}};
        struct knee_workload_result workload = {
            .resource = CASES[i].resource,
            .levels = levels,
            .levels_count = 4,
            .decision = {.verdict = KNEE_VERDICT_DISTURBED,
                         .why = {.kind = KNEE_DECISION_OTHER_WORK}}};
        char text[KNEE_REASON_BYTES];
        for (uint32_t j = 0; j < 4; j++)
            levels[j] = (struct knee_level){.level = 1u << j,
                                            .throughput_per_s = NAN,
                                            .throughput_seen_per_s = CASES[i].seen_per_s[j]};
        knee_reason_text(&workload, text);
        if (CASES[i].bound ? !strstr(text, CASES[i].bound) : strstr(text, "Even so") != NULL)
            fail_msg("case %zu: %s", i, text);
    }
}

/* At a coarser tolerance a smaller limit is proven than the one to use. */
static void an_open_answer_names_the_likeliest_limit(void **state)
{
    (void)state;
    struct knee_workload_result workload = {
        .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                     .knee = 7,
                     .limit = 7,
                     .knee_low = 5,
                     .knee_high = 8,
                     .tolerance_ratio = .02,
                     .tolerance_resolved_ratio = .08,
                     .limit_resolved = 5,
                     .uses_coarser = true,
                     .why = {.kind = KNEE_DECISION_INTERVAL, .window_cv = .05}}};
    char text[KNEE_REASON_BYTES];
    assert_string_equal(knee_reason_text(&workload, text),
                        "Within 8 %, 7 is proven, and so is the smaller 5; within 2 %, any limit "
                        "from 5 to 8 may be the "
                        "smallest at full speed, most likely 7: single windows vary by 5.0 %.");
    workload.decision.limit = 5;
    assert_null(strstr(knee_reason_text(&workload, text), "most likely"));
}

/* Then the line that names the best so far says why another limit is the one to use. */
static void a_rule_that_is_used_as_a_guess_is_explained(void **state)
{
    (void)state;
    static const char LOOKS[] =
        "The limit 6 looks best, but too few windows were measured to tell.",
                      SAFER[] =
                          " Until more is measured, 8, the rule of thumb, is the safer guess.";
    static const struct {
        bool thin;
        uint32_t rule;
        bool explained;
    } CASES[] = {{true, 8, true}, {true, 6, false}, {true, 4, false}, {false, 8, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_workload_result workload = {
            .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                         .knee = 6,
                         .limit = 6,
                         .thin = CASES[i].thin,
                         .rule_of_thumb = CASES[i].rule,
                         .why = {.kind = KNEE_DECISION_TOO_FEW, .window_cv = NAN}}};
        char text[KNEE_REASON_BYTES], wanted[KNEE_REASON_BYTES];
        snprintf(wanted, sizeof wanted, "%s%s", LOOKS, CASES[i].explained ? SAFER : "");
        assert_string_equal(knee_reason_text(&workload, text), wanted);
    }
}

/* Under another goal, the search's proof is about the knee and not about the limit to use. */
static void a_proof_about_the_knee_says_so(void **state)
{
    (void)state;
    struct knee_workload_result workload = {
        .goal = {.objective = knee_goal_objective_find("power")},
        .choice = {.kind = KNEE_CHOICE_SCORED},
        .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                     .knee = 2,
                     .limit = 3,
                     .knee_low = 2,
                     .knee_high = 4,
                     .tolerance_ratio = .02,
                     .tolerance_resolved_ratio = .04,
                     .limit_resolved = 2,
                     .why = {.kind = KNEE_DECISION_INTERVAL, .window_cv = .05}}};
    char text[KNEE_REASON_BYTES];
    assert_string_equal(knee_reason_text(&workload, text),
                        "3 gives the most throughput per latency; the knee is 2. About the knee: "
                        "Within 4 %, 2 is proven; within 2 %, any limit from 2 to 4 may be the "
                        "smallest at full speed: single windows vary by 5.0 %.");
    workload.decision.limit = 2;
    assert_null(strstr(knee_reason_text(&workload, text), "About the knee"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_answer_names_the_likeliest_limit),
        cmocka_unit_test(a_rule_that_is_used_as_a_guess_is_explained),
        cmocka_unit_test(a_proof_about_the_knee_says_so),
        cmocka_unit_test(a_disturbed_sweep_gives_a_bound),
        cmocka_unit_test(windows_without_a_use_say_why),
        cmocka_unit_test(a_proof_leaves_out_failing_levels_and_says_so),
        cmocka_unit_test(every_reason_has_its_sentence),
        cmocka_unit_test(a_limit_of_a_database_is_to_be_raised),
        cmocka_unit_test(what_hangs_is_to_fail_in_time),
        cmocka_unit_test(next_is_a_sentence_or_a_clause),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
