/* SPDX-License-Identifier: MIT */
/* The contract's `reason`, `next` and warnings: one sentence for each kind of fact. */
#include "core/base/array.h"
#include "reports/words/fact_text.h"
#include "reports/words/next.h"
#include "reports/words/reason.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void every_reason_has_its_sentence(void **state)
{
    (void)state;
    static const struct {
        struct knee_decision_why why;
        const char *max_by, *text;
    } cases[] = {
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
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        const struct knee_decision decision = {.knee = 8,
                                               .limit = 8,
                                               .knee_low = 7,
                                               .knee_high = 16,
                                               .windows = 9,
                                               .why = cases[i].why};
        char text[KNEE_REASON_BYTES];
        assert_string_equal(knee_reason_decision(&decision, cases[i].max_by, text), cases[i].text);
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
    {{.verdict = KNEE_VERDICT_UNRESOLVED, .limit = 8, .windows_more = 30},
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

static void every_fact_has_its_line(void **state)
{
    (void)state;
    static const struct {
        struct knee_fact fact;
        const char *text;
    } cases[] = {
        {{KNEE_FACT_LINE, {0}, "the file lies on tmpfs"}, "the file lies on tmpfs"},
        {{KNEE_FACT_MEMORY_BOUND, {50, 128, 501 << 20}, ""},
         "the highest level is 50, not 128: 501 MiB of memory hold no more"},
        {{KNEE_FACT_MEMORY_BOUND, {50, 128, 501 << 20, 1}, ""},
         "the highest level is 50, not 128: 501 MiB of memory (--max-memory) hold no more"},
        {{KNEE_FACT_OPEN_FILES_BOUND, {100, 512, 164}, ""},
         "the highest level is 100, not 512: no more than 164 open files are allowed (see ulimit "
         "-Hn)"},
        {{KNEE_FACT_ITEMS, {40000, 1, 0, .047, 60}, ""},
         "40,000 items, drawn at random (seed 1); one takes about 47 ms; this sweep: at most 1 "
         "min"},
        {{KNEE_FACT_ITEMS, {0, 1, 1, .047, 60}, ""},
         "one run at a time, {n} is the level; one takes about 47 ms; this sweep: at most 1 min"},
        {{KNEE_FACT_ITEMS_ORDER, {1, 2600}, ""},
         "limits go on through the list, and from its end to its start"},
        {{KNEE_FACT_ITEMS_ORDER, {1, 0}, ""},
         "limits go on through the list: none gets items that another ran"},
        {{KNEE_FACT_ITEMS_ORDER, {0, 13000}, ""},
         "limits share items, since up to 13,000 runs may be needed: the first to run one may find "
         "a cold cache"},
        {{KNEE_FACT_ITEMS_ORDER, {0, 0}, ""}, "the limits of a block get the same items"},
        {{KNEE_FACT_REPEATED, {3, 0}, ""},
         "item 3 was run twice: same exit code, input unchanged, so items can be repeated"},
        {{KNEE_FACT_FORECAST, {5, 801, 60}, ""},
         "an item takes 5.0 s: a settled answer needs about 14 min, not 1 min; give --budget 840s, "
         "or smaller items"},
        {{KNEE_FACT_FORECAST, {0}, "as an older plan says"}, "as an older plan says"},
        {{KNEE_FACT_ITEMS_FAILED, {3, 1200}, "item 7: exit 1"},
         "3 of 1,200 items failed; the first: item 7: exit 1"},
        {{KNEE_FACT_FAILED_BY_TIME, {4, 40}, ""},
         "items failed for a time, whatever the limit: in 4 of 40 windows"},
        {{KNEE_FACT_ORDER, {.031}, ""},
         "a limit is 3.1 % slower just after a higher one: corrected for"},
        {{KNEE_FACT_MODES, {16, 3}, ""},
         "3 limits switch between a faster and a slower mode, the lowest at 16: their mean counts"},
        {{KNEE_FACT_STATES, {.72, .31}, ""},
         "the machine or the device switches between two states, whatever the limit: in 31 % of "
         "the windows it was 28 % slower; limits are compared within a state"},
        {{KNEE_FACT_SLOWED, {12, .4}, ""},
         "after 12 s throughput fell by 60 % and stayed there, as when burst credit is used up: "
         "the answer is for the time after it"},
        {{KNEE_FACT_OTHER_WORK, {.8}, ""}, "measured beside 0.80 CPUs of other work"},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_FACT_TEXT_BYTES];
        assert_string_equal(knee_fact_text(&cases[i].fact, text), cases[i].text);
    }
    for (int k = 0; k < KNEE_FACT_KINDS; k++) {
        const struct knee_fact fact = {.kind = (enum knee_fact_kind)k, .name = "x"};
        char text[KNEE_FACT_TEXT_BYTES];
        assert_true(strlen(knee_fact_text(&fact, text)) > 0);
        assert_null(strchr(text, '\n'));
    }
}

static void hosts_have_their_lines(void **state)
{
    (void)state;
    char text[KNEE_FACT_TEXT_BYTES];
    const struct knee_fact clients = {KNEE_FACT_CLIENTS, {.52}, ""};
    const struct knee_fact slow = {KNEE_FACT_SLOW_HOST, {3, .4, .31, .49, 8}, "h4"};
    assert_string_equal(knee_fact_text(&clients, text),
                        "The clients are the limit, not the service: half of the hosts give 52 % "
                        "of the throughput with the same number at once.");
    assert_string_equal(
        knee_fact_text(&slow, text),
        "host h4 (rank 3) is slow: at 8 in all it gives 40 % of its share of the throughput (31 to "
        "49 % at 95 % confidence)");
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

static void facts_about_a_service_are_sentences(void **state)
{
    static const struct {
        struct knee_fact fact;
        const char *text;
    } cases[] = {
        {{KNEE_FACT_FIRST_REQUEST, {.0213, .0211, .0002}, "HTTP/1.1 200, 2 B"},
         "One request took 21 ms, the first byte came after 21 ms, connecting took 200 us: "
         "HTTP/1.1 200, 2 B"},
        {{KNEE_FACT_FIRST_REQUEST, {.0213, NAN, NAN}, ""}, "One request took 21 ms"},
        {{KNEE_FACT_REQUESTS_FAILED, {7, 1300}, "503 Service Unavailable 9 times"},
         "7 of 1,300 requests failed (with those between the windows: 503 Service Unavailable 9 "
         "times)"},
        {{KNEE_FACT_MAX_REQUESTS, {1000}, ""},
         "the sweep ended at 1,000 requests (--max-requests)"},
        {{KNEE_FACT_RATE_LIMIT, {100}, ""},
         "the service limits the rate, to about 100 requests a second, and not how many it takes "
         "at a time: no number of connections gets more"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_FACT_TEXT_BYTES];
        assert_string_equal(knee_fact_text(&cases[i].fact, text), cases[i].text);
    }
}

static void steal_is_a_condition_with_a_name(void **state)
{
    (void)state;
    const struct knee_fact fact = {KNEE_FACT_STEAL, {.11}, ""};
    char text[KNEE_FACT_TEXT_BYTES];
    assert_string_equal(knee_fact_text(&fact, text),
                        "measured while this virtual machine's host took 11 % of the CPUs (steal)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_answer_names_the_likeliest_limit),
        cmocka_unit_test(facts_about_a_service_are_sentences),
        cmocka_unit_test(a_disturbed_sweep_gives_a_bound),
        cmocka_unit_test(every_reason_has_its_sentence),
        cmocka_unit_test(next_is_a_sentence_or_a_clause),
        cmocka_unit_test(every_fact_has_its_line),
        cmocka_unit_test(steal_is_a_condition_with_a_name),
        cmocka_unit_test(hosts_have_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
