/* SPDX-License-Identifier: MIT */
#include "tests/support/hard_curves.h"

#include "core/base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define LEVELS_MAX 512
#define TOLERANCE .02

static const char *const names[TEST_HARD_COUNT] = {
    [TEST_HARD_NONE] = "nothing",
    [TEST_HARD_STALL] = "stall in climb",
    [TEST_HARD_STALL_LONG] = "stall anywhere",
    [TEST_HARD_FAIL_FIRST] = "fail in climb",
    [TEST_HARD_FIRST_5] = "level 1 by 5 %",
    [TEST_HARD_FIRST_10] = "level 1 by 10 %",
    [TEST_HARD_ROOT] = "10 % / root n",
    [TEST_HARD_ONE_LEVEL] = "one level x 4",
    [TEST_HARD_MODES_ABOVE] = "modes above",
    [TEST_HARD_MODES_BELOW] = "modes below",
    [TEST_HARD_MODES_RANDOM] = "modes random",
    [TEST_HARD_MODES_ONE] = "modes of one",
    [TEST_HARD_OUTAGE] = "outage",
    [TEST_HARD_RATE_LIMIT] = "rate limit",
    [TEST_HARD_STATES] = "two states",
    [TEST_HARD_HYSTERESIS_3] = "hysteresis 3 %",
    [TEST_HARD_HYSTERESIS_10] = "hysteresis 10 %",
    [TEST_HARD_CREDIT_5] = "credit of 5",
    [TEST_HARD_CREDIT_20] = "credit of 20",
    [TEST_HARD_CORRELATED] = "correlated .7",
    [TEST_HARD_WARMUP] = "warm-up 20 %",
};

const char *test_hard_name(enum test_hard hard)
{
    return names[hard];
}

struct draw {
    struct knee_random random;
    enum test_hard hard;
    const struct knee_simulate_noise *noise;
    uint32_t knee, one; /* the curve's knee; a candidate drawn */
    uint32_t from;      /* a level drawn */
    double share, ratio;
    uint32_t candidates; /* how many */
};

static double between(struct draw *draw, double low, double high)
{
    return low + (high - low) * knee_random_uniform(&draw->random);
}

static struct knee_curve_traits traits_of(const struct draw *draw, uint32_t level)
{
    const struct knee_curve_traits third = {.low_share = 1 / 3., .low_ratio = .7};
    const struct knee_curve_traits drawn = {.low_share = draw->share, .low_ratio = draw->ratio};
    double root = .1 / sqrt(level), cv = draw->noise->cv_ratio;
    switch (draw->hard) {
    case TEST_HARD_FIRST_5:
        return (struct knee_curve_traits){.has_cv = level == 1, .cv_ratio = .05};
    case TEST_HARD_FIRST_10:
        return (struct knee_curve_traits){.has_cv = level == 1, .cv_ratio = .1};
    case TEST_HARD_ROOT:
        return (struct knee_curve_traits){.has_cv = true, .cv_ratio = hypot(root, cv)};
    case TEST_HARD_ONE_LEVEL:
        return (struct knee_curve_traits){.has_cv = level == draw->one, .cv_ratio = 4 * cv};
    case TEST_HARD_MODES_ABOVE:
        return level >= draw->knee ? third : (struct knee_curve_traits){0};
    case TEST_HARD_MODES_BELOW:
        return level < draw->knee ? third : (struct knee_curve_traits){0};
    case TEST_HARD_MODES_RANDOM:
        return level >= draw->from ? drawn : (struct knee_curve_traits){0};
    case TEST_HARD_MODES_ONE:
        return level == draw->one ? drawn : (struct knee_curve_traits){0};
    default:
        return (struct knee_curve_traits){0};
    }
}

static void set_traits(struct knee_curve *curve, const struct draw *draw)
{
    struct knee_curve_row rows[LEVELS_MAX];
    struct knee_curve made;
    struct knee_err err;
    for (uint32_t i = 0; i < curve->level_max; i++)
        rows[i] = (struct knee_curve_row){.level = i + 1,
                                          .throughput_per_s = curve->throughput_per_s[i + 1],
                                          .traits = traits_of(draw, i + 1)};
    if (knee_curve_make(&made, rows, curve->level_max, "test", &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    knee_curve_release(curve);
    *curve = made;
}

static bool set_event(struct knee_event *event, struct draw *draw)
{
    double climb = floor(between(draw, 0, draw->candidates - 1));
    double later = floor(between(draw, 0, 50)), factor = between(draw, 0, 1);
    double windows = between(draw, 0, 1);
    switch (draw->hard) {
    case TEST_HARD_STALL:
        *event = (struct knee_event){KNEE_EVENT_STALL, (uint64_t)climb, 2, .1};
        return true;
    case TEST_HARD_STALL_LONG:
        *event = (struct knee_event){KNEE_EVENT_STALL, (uint64_t)later, 3 + (uint64_t)(6 * windows),
                                     .05 + .45 * factor};
        return true;
    case TEST_HARD_FAIL_FIRST:
        *event = (struct knee_event){KNEE_EVENT_FAIL, (uint64_t)climb, 2, .5};
        return true;
    case TEST_HARD_OUTAGE:
        *event = (struct knee_event){KNEE_EVENT_FAIL, (uint64_t)later,
                                     4 + (uint64_t)(36 * windows * windows), .2 + .8 * factor};
        return true;
    case TEST_HARD_RATE_LIMIT:
        *event = (struct knee_event){KNEE_EVENT_FAIL, (uint64_t)later, 1000000, .2 + .6 * factor};
        return true;
    default:
        return false;
    }
}

static void set_trouble(struct knee_simulate_trouble *trouble, struct draw *draw)
{
    switch (draw->hard) {
    case TEST_HARD_STATES:
        trouble->state_ratio = .7;
        break;
    case TEST_HARD_HYSTERESIS_3:
        trouble->hysteresis_ratio = .03;
        break;
    case TEST_HARD_HYSTERESIS_10:
        trouble->hysteresis_ratio = .1;
        break;
    case TEST_HARD_CREDIT_5:
    case TEST_HARD_CREDIT_20:
        trouble->credit_windows = draw->hard == TEST_HARD_CREDIT_5 ? 5 : 20;
        trouble->refill_ratio = between(draw, .2, .7);
        break;
    case TEST_HARD_CORRELATED:
        trouble->correlation = .7;
        break;
    case TEST_HARD_WARMUP:
        trouble->warmup_ratio = .2;
        trouble->warmup_windows = between(draw, 10, 100);
        break;
    default:
        break;
    }
}

void test_hard_draw(struct test_hard_curve *drawn, enum test_hard hard, enum test_family family,
                    const struct knee_simulate_noise *noise, uint64_t seed)
{
    struct test_curve plain = test_curve_draw(family, seed);
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct draw draw = {
        .random = knee_random_seed(seed, 100 + (uint64_t)hard), .hard = hard, .noise = noise};
    draw.candidates =
        (uint32_t)knee_simulate_candidates(candidates, plain.curve.level_max, plain.cpus);
    draw.knee = knee_curve_knee(&plain.curve, TOLERANCE);
    draw.one = candidates[knee_random_below(&draw.random, draw.candidates)].level;
    draw.from = (uint32_t)floor(exp(between(&draw, 0, log(plain.curve.level_max))));
    draw.share = between(&draw, .15, .5);
    draw.ratio = between(&draw, .5, .85);
    *drawn = (struct test_hard_curve){.curve = plain.curve, .cpus = plain.cpus};
    set_traits(&drawn->curve, &draw);
    set_trouble(&drawn->trouble, &draw);
    drawn->trouble.events_count = set_event(&drawn->event, &draw);
    drawn->trouble.events = &drawn->event;
}

void test_hard_release(struct test_hard_curve *drawn)
{
    knee_curve_release(&drawn->curve);
}
