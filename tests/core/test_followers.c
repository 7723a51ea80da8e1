/* SPDX-License-Identifier: MIT */
/* core/host/followers: who works because we do, from what processes used at work and at rest. */
#include "core/host/followers.h"

#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>

#define FAMILY_MAX 4

static struct knee_process made(int pid, int parent, const char *name, double used_s)
{
    struct knee_process process = {.pid = pid, .parent = parent, .used_s = used_s};
    snprintf(process.name, sizeof process.name, "%s", name);
    return process;
}

/* Four stretches of rest and of work, of one second each, in turn. `uses` are a process's, in that
 * order. */
struct one {
    const char *name;
    int pid, parent;
    enum { OTHERS, OURS, KERNELS } whose;
    double uses[8];
};

static size_t find(const struct one *ones, size_t count, struct knee_follower *found)
{
    struct knee_followers followers = {0};
    for (size_t stretch = 0; stretch < 8; stretch++) {
        struct knee_process known[FAMILY_MAX];
        struct knee_processes processes = {.known = known};
        for (size_t i = 0; i < count; i++) {
            struct knee_process one =
                made(ones[i].pid, ones[i].parent, ones[i].name, ones[i].uses[stretch]);
            one.is_ours = ones[i].whose == OURS;
            one.is_kernel = ones[i].whose == KERNELS;
            if (ones[i].uses[stretch] >= 0) /* it does not exist yet */
                known[processes.count++] = one;
        }
        knee_followers_note(&followers, &processes, stretch % 2 == 1, 1);
    }
    return knee_followers_find(&followers, found, FAMILY_MAX);
}

static const struct {
    const char *what;
    struct one ones[FAMILY_MAX];
    size_t count, found;
    int pid;
    double cpus;
} CASES[] = {
    {"a server", {{"redis", 50, 1, OTHERS, {0, .9, .01, .8, 0, 1, 0, 1}}}, 1, 1, 50, .925},
    {"a neighbour that is always there",
     {{"burn", 50, 1, OTHERS, {1, .6, 1, .6, 1, .6, 1, .6}}},
     1,
     0,
     0,
     0},
    {"one that comes and goes", {{"cron", 50, 1, OTHERS, {0, .9, .7, .8, 0, 1, 0, 1}}}, 1, 0, 0, 0},
    {"one that misses a stretch of work",
     {{"x", 50, 1, OTHERS, {0, .9, 0, 0, 0, .9, 0, .9}}},
     1,
     0,
     0,
     0},
    {"one that starts in mid-course",
     {{"x", 50, 1, OTHERS, {-1, -1, 0, .9, 0, .9, 0, .9}}},
     1,
     0,
     0,
     0},
    {"next to nothing", {{"x", 50, 1, OTHERS, {0, .01, 0, .01, 0, .01, 0, .01}}}, 1, 0, 0, 0},
    {"our own", {{"curl", 50, 1, OURS, {0, .9, 0, .9, 0, .9, 0, .9}}}, 1, 0, 0, 0},
    {"the kernel's", {{"kworker", 50, 2, KERNELS, {0, .9, 0, .9, 0, .9, 0, .9}}}, 1, 0, 0, 0},
    {"workers that take turns, by their head",
     {{"nginx", 50, 1, OTHERS, {0, 0, 0, 0, 0, 0, 0, 0}},
      {"nginx", 51, 50, OTHERS, {0, .6, 0, 0, 0, .6, 0, .6}},
      {"nginx", 52, 50, OTHERS, {0, 0, 0, .6, 0, 0, 0, 0}}},
     3,
     1,
     50,
     .6},
    {"the busiest first, beside a neighbour",
     {{"proxy", 50, 1, OTHERS, {0, .1, 0, .1, 0, .1, 0, .1}},
      {"db", 51, 1, OTHERS, {0, .7, 0, .7, 0, .7, 0, .7}},
      {"burn", 52, 1, OTHERS, {1, 1, 1, 1, 1, 1, 1, 1}}},
     3,
     2,
     51,
     .7},
};

static void only_what_works_with_us_follows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_follower found[FAMILY_MAX] = {{0}};
        size_t count = find(CASES[i].ones, CASES[i].count, found);
        if (count != CASES[i].found)
            fail_msg("%s: %zu follow", CASES[i].what, count);
        if (count == 0)
            continue;
        if (found[0].pid != CASES[i].pid)
            fail_msg("%s: pid %d", CASES[i].what, found[0].pid);
        assert_close(found[0].cpus, CASES[i].cpus, 1e-9);
    }
}

static void too_few_stretches_say_nothing(void **state)
{
    (void)state;
    struct knee_followers followers = {0};
    struct knee_follower found[1];
    struct knee_process known[] = {made(50, 1, "redis", 0)};
    struct knee_processes processes = {.known = known, .count = 1};
    for (int i = 0; i < 7; i++) {
        known[0].used_s = i % 2 ? 1 : 0;
        knee_followers_note(&followers, &processes, i % 2 == 1, 1);
        assert_int_equal(knee_followers_find(&followers, found, 1), 0);
    }
}

/* One that looks for its servers: four times calm, rest and work, from `start_s` on. */
struct look {
    double rest_s[4], work_s[4], end_s[4]; /* when they begin, and when the work ends */
};

#define CALM_S .02
#define WORK_S .25

static struct look look_from(double start_s, uint64_t seed, uint64_t stream)
{
    struct knee_random random = knee_random_seed(seed, stream);
    struct look look;
    for (int i = 0; i < 4; i++) {
        look.rest_s[i] = start_s + CALM_S;
        look.work_s[i] = look.rest_s[i] + (double)knee_followers_rest_ns(&random) / 1e9;
        look.end_s[i] = start_s = look.work_s[i] + WORK_S;
    }
    return look;
}

/* What the other's items use from `from_s` to `to_s`. */
static double used_s(const struct look *other, double from_s, double to_s)
{
    double sum_s = 0;
    for (int i = 0; i < 4; i++)
        sum_s += fmax(0, fmin(to_s, other->end_s[i]) - fmax(from_s, other->work_s[i]));
    return sum_s;
}

static bool follows(const struct look *look, const struct look *other)
{
    struct knee_followers followers = {0};
    struct knee_follower found[1];
    struct knee_process known[] = {made(50, 1, "knee", 0)};
    struct knee_processes processes = {.known = known, .count = 1};
    for (int i = 0; i < 4; i++) {
        known[0].used_s = used_s(other, look->rest_s[i], look->work_s[i]);
        knee_followers_note(&followers, &processes, false, look->work_s[i] - look->rest_s[i]);
        known[0].used_s = used_s(other, look->work_s[i], look->end_s[i]);
        knee_followers_note(&followers, &processes, true, WORK_S);
    }
    return knee_followers_find(&followers, found, 1) > 0;
}

/* With one length of rest it was always so. */
static void two_that_look_at_once_hardly_follow_each_other(void **state)
{
    (void)state;
    enum { TRIALS = 2000 };
    int wrong = 0;
    double rest_s = 0;
    for (uint64_t i = 0; i < TRIALS; i++) {
        struct look one = look_from(0, i, 1), other = look_from(.01, i, 2);
        wrong += follows(&one, &other);
        rest_s += (one.work_s[0] - one.rest_s[0]) / TRIALS;
    }
    assert_in_range(wrong, 0, TRIALS / 25);
    assert_close(rest_s, .15, .005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_works_with_us_follows),
        cmocka_unit_test(too_few_stretches_say_nothing),
        cmocka_unit_test(two_that_look_at_once_hardly_follow_each_other),
    };
    return cmocka_run_group_tests_name("followers", tests, NULL, NULL);
}
