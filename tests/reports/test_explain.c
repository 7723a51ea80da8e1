/* SPDX-License-Identifier: MIT */
/* Sentences about a result that do not contradict each other. */
#include "reports/words/explain.h"

#include "core/base/array.h"
#include "reports/words/explain_first.h"
#include "reports/words/explain_slo.h"
#include "reports/words/next.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

/* The answer, and the line about today's setting (0: none is known). */
struct answer {
    uint32_t current;
    const char *answer, *today;
};

static void expect_answers(const struct fixture_curve *curve,
                           void (*doubt)(struct knee_decision *decision),
                           const struct answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, curve);
        workload->current = answers[i].current;
        doubt(&workload->decision);
        assert_string_equal(knee_explain_answer(workload, text), answers[i].answer);
        assert_string_equal(knee_explain_current(workload, text), answers[i].today);
        knee_result_release(&result);
    }
}

static void make_a_guess(struct knee_decision *decision)
{
    decision->thin = true;
    decision->limit = 64;
    decision->knee_low = 1;
    decision->knee_high = 128;
}

/* The limit is a guess: one line says so, and how today's setting compares. */
static void a_guess_does_not_contradict_today(void **state)
{
    (void)state;
    static const struct answer ANSWERS[] = {
        {0, "between 1 and 128; run 64 at once until it is known", ""},
        {64, "between 1 and 128; run 64 at once until it is known", "keep 64 until it is known"},
        {16, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess: 16 looks 7 % slower, but too few windows prove it; keep 16 until it "
         "is known"},
        {128, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess, and 128 was as fast, though too few windows prove it: keep 128 until "
         "it is known"},
        {100, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess, and 100 was not compared with it: keep 100 until it is known"},
    };
    expect_answers(&fixture_io, make_a_guess, ANSWERS, KNEE_COUNT(ANSWERS));
}

static void leave_open(struct knee_decision *decision)
{
    decision->verdict = KNEE_VERDICT_UNRESOLVED;
    decision->knee_low = 1;
    decision->knee_high = 8;
}

/* An open answer gives one piece of advice: that of today's setting, if it may be right. */
static void open_answer_does_not_contradict_itself(void **state)
{
    (void)state;
    static const struct answer ANSWERS[] = {
        {0, "between 1 and 8; run 2 at once until it is known; the limit is this host's CPUs", ""},
        {2, "between 1 and 8; run 2 at once until it is known; the limit is this host's CPUs",
         "keep 2"},
        {8, "between 1 and 8; 2 is the closest guess; the limit is this host's CPUs",
         "keep 8 until it is known: it may be right, too"},
    };
    expect_answers(&fixture_cpu, leave_open, ANSWERS, KNEE_COUNT(ANSWERS));
}

/* A disturbed sweep: today's setting, the advice that follows, and whether the answer is that. Both
 * say the same. */
static void advice_of_a_disturbed_sweep_is_that_for_today(void **state)
{
    (void)state;
    static const struct {
        const struct fixture_curve *curve;
        uint32_t current;
        const char *today, *next;
        bool keeps;
    } CASES[] = {
        {&fixture_io, 0, "",
         "Use 16, the best guess, until the machine is quiet; then sweep again.", false},
        {&fixture_io, 16, "keep 16 until it is known",
         "Use 16, the best guess, until the machine is quiet; then sweep again.", false},
        {&fixture_io, 64,
         "16 is only a guess, and 64 looks faster, though too few windows prove it: keep 64 until "
         "it is known",
         "Keep 64 until the machine is quiet; then sweep again.", true},
        /* The limit is above 8, as the sweep says: 8 is not to be kept. */
        {&fixture_io, 5, "change 5 -> 16, the best guess: 5 looks 33 % slower",
         "Use 16, the best guess, until the machine is quiet; then sweep again.", false},
        {&fixture_io, 3, "change 3 -> 16, the best guess",
         "Use 16, the best guess, until the machine is quiet; then sweep again.", false},
        {&fixture_cpu, 2, "keep 2: nothing better is proven",
         "Use the rule of thumb, 2, until the machine is quiet; then sweep again.", false},
        {&fixture_cpu, 4, "keep 4: nothing better is proven; 2 is only the rule of thumb",
         "Keep 4 until the machine is quiet; then sweep again.", true},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES], next[KNEE_NEXT_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, CASES[i].curve);
        workload->decision.verdict = KNEE_VERDICT_DISTURBED;
        workload->current = CASES[i].current;
        assert_string_equal(knee_explain_current(workload, text), CASES[i].today);
        assert_string_equal(knee_next_text(workload, next), CASES[i].next);
        assert_int_equal(knee_workload_result_keeps(workload), CASES[i].keeps);
        knee_result_release(&result);
    }
}

static const struct headline {
    const struct fixture_curve *curve;
    enum knee_verdict verdict;
    bool thin;
    double coarser; /* the tolerance at which it is resolved; 0: none */
    uint32_t current;
    const char *use, *today, *source;
    bool bound; /* proven of this limit */
} HEADLINES[] = {
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, true, 0, 16, "USE 16",
     "32 is only a guess: 16 looks 5 % slower, but too few windows prove it; keep 16 until it "
     "is known",
     "guess", false},
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, false, 0, 16, "USE 16",
     "keep 16 until it is known: it may be right, too", "guess", false},
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, false, .04, 16, "USE 16",
     "keep 16 until it is known: it may be right, too", "guess", false},
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, false, 0, 32, "USE 32", "keep 32", "measured", true},
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, false, 0, 4, "USE 32",
     "change 4 -> 32: 75 % more throughput", "measured", true},
    /* The evidence is that the limit is 16 at least. */
    {&fixture_io, KNEE_VERDICT_UNRESOLVED, true, 0, 5, "USE 32",
     "change 5 -> 32, the best guess: 5 looks 36 % slower", "guess", true},
    {&fixture_io, KNEE_VERDICT_DISTURBED, false, 0, 64, "USE 64",
     "16 is only a guess, and 64 looks faster, though too few windows prove it: keep 64 until "
     "it is known",
     "guess", false},
    {&fixture_cpu, KNEE_VERDICT_DISTURBED, false, 0, 4, "USE 4",
     "keep 4: nothing better is proven; 2 is only the rule of thumb", "guess", false},
    {&fixture_cpu, KNEE_VERDICT_DISTURBED, false, 0, 2, "USE 2", "keep 2: nothing better is proven",
     "rule", true},
    {&fixture_cpu, KNEE_VERDICT_RESOLVED, false, 0, 16, "USE 2",
     "change 16 -> 2: same throughput, 12 % of the latency", "measured", true},
};

/* The limit that is shown, printed and written is the one that the line about today advises. */
static void the_headline_is_the_advice(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(HEADLINES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, HEADLINES[i].curve);
        struct knee_decision *decision = &workload->decision;
        decision->verdict = HEADLINES[i].verdict;
        decision->thin = HEADLINES[i].thin;
        decision->uses_coarser = HEADLINES[i].coarser > 0;
        decision->tolerance_resolved_ratio = HEADLINES[i].coarser;
        workload->current = HEADLINES[i].current;
        knee_workload_result_mark_limit(workload);
        assert_string_equal(knee_explain_slo_use(workload, text), HEADLINES[i].use);
        assert_string_equal(knee_explain_current(workload, text), HEADLINES[i].today);
        assert_string_equal(knee_result_source_text(knee_workload_result_source(workload)),
                            HEADLINES[i].source);
        assert_int_equal(knee_workload_result_bound_ratio(workload) > 0, HEADLINES[i].bound);
        for (size_t l = 0; l < workload->levels_count; l++)
            assert_int_equal((workload->levels[l].marks & KNEE_MARK_LIMIT) != 0,
                             workload->levels[l].level == knee_workload_result_use(workload));
        if (HEADLINES[i].verdict == KNEE_VERDICT_DISTURBED && HEADLINES[i].curve == &fixture_io)
            assert_string_equal(knee_explain_answer(workload, text), "too disturbed to measure");
        if (HEADLINES[i].coarser > 0) {
            assert_string_equal(knee_explain_verdict(workload, text), "unresolved");
            assert_string_equal(knee_explain_answer(workload, text),
                                "between 16 and 32; 32 is within 4 % of the best");
        }
        knee_result_release(&result);
    }
}

/* Rejected windows alone speak against today's setting, too, and for the rule of thumb. */
static void a_rule_that_looks_faster_is_the_advice(void **state)
{
    (void)state;
    struct knee_result result;
    char text[KNEE_EXPLAIN_BYTES];
    struct knee_workload_result *workload = fixture_one(&result, &fixture_io);
    workload->decision.verdict = KNEE_VERDICT_DISTURBED;
    workload->decision.rule_of_thumb = 16;
    workload->current = 4;
    assert_string_equal(knee_explain_current(workload, text),
                        "change 4 -> 16, the rule of thumb: 4 looks 40 % slower");
    assert_string_equal(knee_explain_slo_use(workload, text), "USE 16");
    knee_result_release(&result);
}

/* Also with a guess, if it was measured. */
static void the_rule_is_compared_if_it_was_measured(void **state)
{
    (void)state;
    static const struct {
        uint32_t limit, rule;
        bool thin, rejected, fails; /* all windows of level 5 */
        enum knee_slo_state slo;
        const char *says;
    } CASES[] = {
        {32, 5, false, false, false, KNEE_SLO_STATE_UNKNOWN, "5: loses 36 %"},
        {32, 5, true, false, false, KNEE_SLO_STATE_UNKNOWN, "5: loses 36 % so far"},
        {32, 5, false, true, false, KNEE_SLO_STATE_UNKNOWN, "5: loses 46 % so far"},
        {32, 5, true, true, false, KNEE_SLO_STATE_UNKNOWN, "5: loses 46 % so far"},
        {32, 6, true, false, false, KNEE_SLO_STATE_UNKNOWN, "6: not tried"},
        {32, 6, false, false, false, KNEE_SLO_STATE_UNKNOWN, "6: not tried"},
        {32, 64, true, false, false, KNEE_SLO_STATE_UNKNOWN, "64: used"},
        {32, 5, false, false, true, KNEE_SLO_STATE_UNKNOWN, "5: fails too often"},
        {1, 5, false, false, false, KNEE_SLO_STATE_UNMET, "5: misses the SLO, too"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_io);
        workload->decision.limit = CASES[i].limit;
        workload->decision.rule_of_thumb = CASES[i].rule;
        workload->decision.thin = CASES[i].thin;
        workload->slo = CASES[i].slo;
        for (size_t l = 0; l < workload->levels_count; l++) {
            struct knee_level *level = &workload->levels[l];
            if (level->level == 5 && CASES[i].rejected) {
                level->throughput_per_s = NAN;
                level->throughput_seen_per_s = 50000;
            }
            if (level->level == 5 && CASES[i].fails)
                level->marks |= KNEE_MARK_ERRORS;
        }
        assert_string_equal(knee_explain_rule(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

/* Beside the answer, only other tolerances, in its order: a looser one is smaller. */
static void choices_do_not_contradict_the_answer(void **state)
{
    (void)state;
    static const struct {
        uint32_t limit;
        double resolved; /* the coarser tolerance of the answer; 0: the asked one, 3 % */
        const char *objective, *choose;
        uint32_t smaller; /* proven at the coarser tolerance, too; 0: none */
    } CASES[] = {
        {32, 0, NULL, "22 within 5 % . 64 the very best", 0},
        {22, 0, NULL, "64 the very best", 0},
        {64, 0, NULL, "22 within 5 %", 0},
        {32, .04, NULL, "22 within 5 % . 64 the very best", 0},
        {64, .04, NULL, "22 within 5 %", 0}, /* 32 within 3 % would contradict it */
        {16, .08, NULL, "22 within 5 % . 32 within 3 % . 64 the very best", 0},
        {22, .05, NULL, "32 within 3 % . 64 the very best", 0},
        {22, .05, NULL, "64 the very best", 16}, /* 22 is the likeliest within 3 % */
        {16, .08, NULL, "64 the very best", 11},
        {4, 0, "efficiency", "", 0},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_io);
        workload->decision.limit = CASES[i].limit;
        workload->decision.tolerance_ratio = .03;
        workload->decision.uses_coarser = CASES[i].resolved > 0;
        workload->decision.tolerance_resolved_ratio = CASES[i].resolved;
        workload->decision.limit_resolved = CASES[i].smaller ? CASES[i].smaller : CASES[i].limit;
        if (CASES[i].objective)
            workload->goal.objective = knee_goal_objective_find(CASES[i].objective);
        assert_string_equal(knee_explain_choose(workload, text), CASES[i].choose);
        knee_result_release(&result);
    }
}

/* The first look and level 1 of the sweep differ: a remark says why. Level 1 takes 1 ms. */
static void a_first_look_that_differs_is_explained(void **state)
{
    (void)state;
    static const struct {
        bool service;
        double items, first_s;
        const char *says;
    } CASES[] = {
        {true, 0, .0014, ""},
        {true, 0, .0008, ""},
        {true, 0, NAN, ""},
        {true, 0, .0026,
         "At level 1 a request then took 1.0 ms: the first one also connects, and may find caches "
         "cold."},
        {true, 0, .0005, "At level 1 a request then took 1.0 ms, longer than the first."},
        {false, 0, .0026, "At level 1 a run then took 1.0 ms: the first may find caches cold."},
        {false, 40, .0026,
         "At level 1 a run then took 1.0 ms: items differ, and the first may find caches cold."},
        {false, 40, .0005,
         "At level 1 a run then took 1.0 ms, longer than the first: items differ."},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        workload->service = CASES[i].service;
        const double request[] = {CASES[i].first_s, NAN, NAN},
                     items[] = {CASES[i].items, 1, 0, CASES[i].first_s, 60};
        knee_facts_add(&workload->notes,
                       CASES[i].service ? KNEE_FACT_FIRST_REQUEST : KNEE_FACT_ITEMS,
                       CASES[i].service ? request : items, NULL);
        assert_string_equal(knee_explain_first(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guess_does_not_contradict_today),
        cmocka_unit_test(open_answer_does_not_contradict_itself),
        cmocka_unit_test(advice_of_a_disturbed_sweep_is_that_for_today),
        cmocka_unit_test(the_headline_is_the_advice),
        cmocka_unit_test(a_rule_that_looks_faster_is_the_advice),
        cmocka_unit_test(the_rule_is_compared_if_it_was_measured),
        cmocka_unit_test(choices_do_not_contradict_the_answer),
        cmocka_unit_test(a_first_look_that_differs_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
