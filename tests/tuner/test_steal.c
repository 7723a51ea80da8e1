/* SPDX-License-Identifier: MIT */
/* Steal: which windows of a virtual machine count although its host took CPUs, and as what. */
#include "tuner/fit/steal.h"

#include "core/base/array.h"
#include "tests/support/test.h"
#include "tuner/fit/steady.h"
#include "tuner/fit/validity.h"

#include <math.h>
#include <stdlib.h>

#define CPUS 2
#define WINDOW_S .2

struct slice {
    uint32_t level;
    double own_s, runqueue_s, waited_s; /* of all slots; waited: neither on a CPU nor runnable */
    double steal_ratio;
    double items, waits;
    double server_s;
};

/* On its own: what the host took before is not known. */
static struct knee_measured judge(const struct slice *slice)
{
    struct knee_measured window = {.level = slice->level,
                                   .window_ns = 200000000,
                                   .items = slice->items,
                                   .throughput_per_s = slice->items / WINDOW_S,
                                   .cpu_user_s = slice->own_s,
                                   .runqueue_wait_s = slice->runqueue_s,
                                   .other_wait_s = slice->waited_s,
                                   .switches_voluntary = slice->waits,
                                   .steal_ratio = slice->steal_ratio,
                                   .server_cpu_s = slice->server_s > 0 ? slice->server_s : NAN,
                                   .valid = true};
    struct knee_steal steal = {.seen = 0};
    knee_validity_judge(&window, CPUS);
    knee_steal_judge(&steal, &window, NAN, CPUS, INFINITY);
    return window;
}

/* Threads that compute, 1000 items to a CPU second, while the host takes that part of each CPU that
 * is wanted. The kernel counts stolen time as neither CPU time nor waiting for a CPU. */
static void computing_is_scaled_to_what_it_gives_without(void **state)
{
    (void)state;
    static const uint32_t levels[] = {1, 2, 3, 16};
    static const double stolen[] = {.08, .2, .45};
    for (size_t i = 0; i < KNEE_COUNT(levels) * KNEE_COUNT(stolen); i++) {
        uint32_t level = levels[i % KNEE_COUNT(levels)];
        double part = stolen[i / KNEE_COUNT(levels)], busy = fmin(level, CPUS);
        struct slice slice = {.level = level,
                              .own_s = busy * (1 - part) * WINDOW_S,
                              .runqueue_s = (level - busy) * WINDOW_S,
                              .waited_s = busy * part * WINDOW_S,
                              .steal_ratio = busy * part / CPUS,
                              .items = 1000 * busy * (1 - part) * WINDOW_S,
                              .waits = 4};
        struct knee_measured window = judge(&slice);
        struct knee_window kept = {.throughput_per_s = window.throughput_per_s,
                                   .share_ratio = window.share_ratio};
        if (!window.valid ||
            (window.reasons && fabs(knee_steady_throughput_per_s(&kept) / (1000 * busy) - 1) > .01))
            fail_msg("level %u, %g stolen: valid %d, %g/s", level, part, window.valid,
                     knee_steady_throughput_per_s(&kept));
        assert_int_equal(window.reasons, slice.steal_ratio > .05 ? KNEE_WINDOW_STEAL : 0);
    }
}

/* A quota of one CPU, a fifth of which the host steals at level 1: two threads use it up in spite
 * of that, so they have lost nothing. */
static void a_quota_that_is_used_up_has_lost_nothing(void **state)
{
    (void)state;
    static const struct {
        uint32_t level;
        double own_s, runqueue_s, waited_s, share_ratio;
    } cases[] = {{1, .16, 0, .04, .8}, {2, .2, .15, .05, 1}};
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_measured window = {.level = cases[i].level,
                                       .window_ns = 200000000,
                                       .items = 1000 * cases[i].own_s,
                                       .cpu_user_s = cases[i].own_s,
                                       .runqueue_wait_s = cases[i].runqueue_s,
                                       .other_wait_s = cases[i].waited_s,
                                       .steal_ratio = .1,
                                       .server_cpu_s = NAN,
                                       .valid = true};
        struct knee_steal steal = {.seen = 0};
        knee_validity_judge(&window, CPUS);
        knee_steal_judge(&steal, &window, NAN, CPUS, 1);
        assert_true(window.valid);
        assert_close(window.share_ratio, cases[i].share_ratio, 1e-9);
    }
}

static void only_a_certain_loss_is_accepted(void **state)
{
    (void)state;
    static const struct {
        struct slice slice;
        bool valid;
        double share_ratio; /* NAN: taken as it is */
    } cases[] = {
        /* net at 16, 4 and 1: hardly any CPU; of the slots' time 1.3, 5 and 18 % were stolen */
        {{16, .012, .008, 3.18, .10, 590, 1200, .006}, true, NAN},
        {{4, .004, .002, .794, .10, 150, 320, .003}, false, 0},
        {{1, .002, 0, .198, .09, 37, 80, .002}, false, 0},
        {{16, .012, .008, 3.18, .30, 590, 1200, .006}, false, 0},
        /* its server computes */
        {{16, .012, .008, 3.18, .10, 590, 1200, .2}, false, 0},
        /* starves: 3 % of the CPUs, but it waits for them most of the time */
        {{2, .012, .36, .028, .10, 12, 2, 0}, false, 0},
        /* mixed at 10: half busy, half stolen, and some CPU was idle between */
        {{10, .14, .35, 1.51, .5, 130, 300, 0}, false, 0},
        /* at 64: the CPUs were busy or stolen all the time, but the device may be the limit then */
        {{64, .3, 10.2, 2.3, .25, 270, 700, 0}, false, 0},
        /* one item that waits of its own accord now and then: that may be all that it lacks */
        {{1, .15, 0, .05, .10, 150, 150, 0}, false, 0},
        /* three that compute: not enough to keep both CPUs busy, and none was on the run queue */
        {{3, .24, 0, .36, .2, 240, 6, 0}, false, 0},
        /* more stolen than is left */
        {{2, .16, 0, .24, .6, 160, 4, 0}, false, 0},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_measured window = judge(&cases[i].slice);
        if (window.valid != cases[i].valid)
            fail_msg("case %zu: valid %d, share %g", i, window.valid, window.share_ratio);
        if (window.valid && cases[i].share_ratio > 0)
            assert_close(window.share_ratio, cases[i].share_ratio, .001);
        assert_true(window.reasons & KNEE_WINDOW_STEAL);
    }
}

/* Up to 5 % of the CPUs: too much for few slots that wait, since only more of them fill the gaps.
 */
static void little_steal_matters_to_few_that_wait(void **state)
{
    (void)state;
    static const struct {
        struct slice slice;
        bool valid;
    } cases[] = {
        /* net: of the slots' time 2.7, 1.3, 1 and 5 % */
        {{3, .003, .002, .595, .04, 28, 60, .002}, false},
        {{3, .003, .002, .595, .02, 28, 60, .002}, true},
        {{8, .006, .004, 1.59, .04, 75, 150, .004}, true},
        {{1, .001, 0, .199, .025, 9, 20, .001}, false},
        /* its server computes; mixed at 3; items that compute: more of them lose as much */
        {{3, .003, .002, .595, .04, 28, 60, .2}, true},
        {{3, .06, .02, .52, .04, 60, 130, 0}, true},
        {{1, .19, 0, .01, .04, 190, 2, 0}, true},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_measured window = judge(&cases[i].slice);
        if (window.valid != cases[i].valid)
            fail_msg("case %zu: valid %d", i, window.valid);
        assert_int_equal(window.reasons, window.valid ? 0 : KNEE_WINDOW_STEAL);
    }
}

/* mixed at 30: half busy; the host takes its part of each window. '.' says that a window counts. */
static void other_work_counts_while_steal_is_steady(void **state)
{
    (void)state;
    static const struct {
        double steal[10];
        const char *counts;
    } cases[] = {
        {{.08, .1, .09, .12, .08, .1, .07, .11, .09, .1}, "xxx......."},
        {{.02, .01, .03, .02, .08, .02, .3, .02, .12, .01}, "......x..."}, /* a burst */
        {{.02, .01, .03, .02, .2, .22, .2, .02, .02, .01}, "....xxx..."},
        {{.3, .35, .3, .3, .32, .3, .3, .31, .3, .3}, "xxxxxxxxxx"}, /* too much */
        {{.06, .4, .1, .5, .06, .45, .2, .6, .07, .5}, "xxxxxxxxxx"},
    };
    for (size_t c = 0; c < KNEE_COUNT(cases); c++) {
        struct knee_steal steal = {.seen = 0};
        struct knee_window kept[10];
        for (size_t i = 0; i < KNEE_COUNT(kept); i++) {
            struct knee_measured window = {.level = 30,
                                           .window_ns = 200000000,
                                           .items = 130,
                                           .throughput_per_s = 650,
                                           .cpu_user_s = .2,
                                           .runqueue_wait_s = .35,
                                           .other_wait_s = 5.45,
                                           .switches_voluntary = 300,
                                           .steal_ratio = cases[c].steal[i],
                                           .server_cpu_s = NAN,
                                           .share_ratio = NAN,
                                           .valid = true};
            knee_validity_judge(&window, CPUS);
            knee_steal_judge(&steal, &window, NAN, CPUS, INFINITY);
            if (window.valid != (cases[c].counts[i] == '.') || !isnan(window.share_ratio))
                fail_msg("case %zu, window %zu: valid %d", c, i, window.valid);
            assert_int_equal(knee_measured_keep(&window, false, &kept[i], NULL), 0);
        }
        /* Nothing is held against the windows of a time when this was not known yet. */
        assert_int_equal(knee_steady_superseded(kept, KNEE_COUNT(kept), 0), c == 0);
        for (size_t i = 0; i < KNEE_COUNT(kept); i++)
            free(kept[i].rare);
    }
}

static void only_conditions_may_come_with_it(void **state)
{
    (void)state;
    static const struct {
        uint32_t other;
        bool valid;
    } cases[] = {
        {KNEE_WINDOW_FOREIGN, false}, {KNEE_WINDOW_EMPTY, false},    {KNEE_WINDOW_STOPPED, false},
        {KNEE_WINDOW_SHARED, false},  {KNEE_WINDOW_THROTTLED, true}, {KNEE_WINDOW_ERRORS, true},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_measured window = {.level = 2,
                                       .window_ns = 200000000,
                                       .items = 300,
                                       .cpu_user_s = .3,
                                       .other_wait_s = .1,
                                       .steal_ratio = .25,
                                       .server_cpu_s = NAN,
                                       .reasons = KNEE_WINDOW_STEAL | cases[i].other};
        struct knee_steal steal = {.seen = 0};
        knee_steal_judge(&steal, &window, NAN, CPUS, INFINITY);
        if (window.valid != cases[i].valid)
            fail_msg("case %zu: valid %d", i, window.valid);
        if (window.valid)
            assert_close(window.share_ratio, .75, 1e-9);
    }
}

/* The kernel says nothing of how long the processes of a command waited for a CPU: what they want
 * is known from the first look. */
static void what_a_command_wants_is_known_from_before(void **state)
{
    (void)state;
    static const struct {
        double items_cpus, steal_ratio;
        bool valid;
    } cases[] = {{.06, .15, true}, {.3, .15, false}, {NAN, .15, false}, {.06, .3, false}};
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        struct knee_steal steal = {.seen = 0};
        struct knee_measured window = {.level = 20,
                                       .window_ns = 200000000,
                                       .items = 9,
                                       .cpu_user_s = .01,
                                       .runqueue_wait_s = NAN,
                                       .other_wait_s = NAN,
                                       .switches_voluntary = 45,
                                       .steal_ratio = cases[i].steal_ratio,
                                       .server_cpu_s = NAN,
                                       .valid = true};
        knee_validity_judge(&window, CPUS);
        knee_steal_judge(&steal, &window, cases[i].items_cpus, CPUS, INFINITY);
        if (window.valid != cases[i].valid)
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computing_is_scaled_to_what_it_gives_without),
        cmocka_unit_test(a_quota_that_is_used_up_has_lost_nothing),
        cmocka_unit_test(only_a_certain_loss_is_accepted),
        cmocka_unit_test(little_steal_matters_to_few_that_wait),
        cmocka_unit_test(other_work_counts_while_steal_is_steady),
        cmocka_unit_test(only_conditions_may_come_with_it),
        cmocka_unit_test(what_a_command_wants_is_known_from_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
