/* SPDX-License-Identifier: MIT */
/* A neighbour that is always there is a condition: windows are admitted and scaled to what they
 * would give alone. One that comes and goes stays a fault. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/fit/steady.h"
#include "tuner/fit/validity.h"

#include <math.h>

#define CPUS 2

/* Computing at `level` on two CPUs beside a process that spins for `busy` of its time: threads get
 * equal shares. A CPU second is 1000 items. */
static struct knee_measured beside(uint32_t level, double busy, double noise)
{
    double own = fmin(level, CPUS * level / (level + busy)), length_s = .2;
    double foreign = fmin(busy, CPUS - own);
    struct knee_measured window = {.level = level,
                                   .window_ns = 200000000,
                                   .items = 1000 * own * length_s,
                                   .throughput_per_s = 1000 * own * (1 + noise),
                                   .cpu_user_s = own * length_s,
                                   .runqueue_wait_s = (level - own) * length_s,
                                   .other_wait_s = 0,
                                   .foreign_cpus = foreign + noise,
                                   .server_cpu_s = NAN,
                                   .valid = true};
    knee_validity_judge(&window, CPUS);
    return window;
}

static struct knee_window kept(const struct knee_measured *window)
{
    return (struct knee_window){.level = window->level,
                                .foreign_cpus = window->foreign_cpus,
                                .throughput_per_s = window->throughput_per_s,
                                .share_ratio = window->share_ratio,
                                .valid = window->valid,
                                .reasons = window->reasons};
}

static const uint32_t levels[] = {1, 2, 4, 8, 16};

static void a_steady_neighbour_is_scaled_away(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    struct knee_random random = knee_random_seed(3, 0);
    for (int round = 0; round < 4; round++)
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
            double noise = .01 * (knee_random_uniform(&random) - .5);
            struct knee_measured window = beside(levels[i], 1, noise);
            knee_steady_admit(&steady, &window, CPUS, INFINITY);
            if (round < 2)
                continue; /* it is not known yet that the load is steady */
            assert_true(window.valid);
            double alone = 1000 * fmin(levels[i], CPUS);
            struct knee_window row = kept(&window);
            if (fabs(knee_steady_throughput_per_s(&row) / alone - 1) > .03)
                fail_msg("level %u: %g, not %g", levels[i], knee_steady_throughput_per_s(&row),
                         alone);
        }
}

static void a_neighbour_that_comes_and_goes_stays_a_fault(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    int admitted = 0;
    for (int round = 0; round < 6; round++)
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
            struct knee_measured window = beside(levels[i], (round + (int)i) % 2 ? 1 : .4, 0);
            bool rejected = !window.valid;
            knee_steady_admit(&steady, &window, CPUS, INFINITY);
            admitted += rejected && window.valid;
        }
    assert_true(admitted <= 3);
}

/* A quota of one CPU holds back what the neighbour has not taken: two CPUs are not to be had. */
static void what_a_quota_holds_back_is_not_scaled(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    for (int round = 0; round < 4; round++)
        for (uint32_t level = 1; level <= 2; level++) {
            struct knee_measured window = beside(level, 1, 0);
            double held = fmax(window.cpu_user_s - .8 * .2, 0); /* of the CPU it gets 0.8 */
            window.cpu_user_s -= held;
            window.runqueue_wait_s += held;
            window.throughput_per_s = 800;
            knee_steady_admit(&steady, &window, CPUS, 1);
            if (round < 2)
                continue;
            struct knee_window row = kept(&window);
            assert_close(knee_steady_throughput_per_s(&row), 1000, .001);
        }
}

/* The kernel does not say how long items waited: only what takes the same from every level can be
 * compared. */
static void without_a_share_levels_must_lose_alike(void **state)
{
    (void)state;
    for (int alike = 0; alike < 2; alike++) {
        struct knee_steady steady = {.seen = 0};
        int admitted = 0;
        for (int round = 0; round < 4; round++)
            for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
                struct knee_measured window = beside(levels[i], 1, 0);
                window.runqueue_wait_s = NAN;
                window.foreign_cpus = alike ? .8 : window.foreign_cpus;
                window.reasons = KNEE_WINDOW_FOREIGN;
                window.valid = false;
                knee_steady_admit(&steady, &window, CPUS, INFINITY);
                admitted += window.valid;
                assert_false(window.share_ratio < 1);
            }
        assert_int_equal(admitted > 10, alike);
    }
}

static void work_that_waits_is_hardly_scaled(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    for (int round = 0; round < 8; round++) {
        struct knee_measured window = {.level = 4,
                                       .window_ns = 200000000,
                                       .throughput_per_s = 100,
                                       .cpu_user_s = .032,
                                       .runqueue_wait_s = .016,
                                       .other_wait_s = .752,
                                       .foreign_cpus = 1.9,
                                       .server_cpu_s = NAN};
        knee_validity_judge(&window, CPUS);
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        if (round == 7) {
            assert_true(window.valid);
            assert_close(window.share_ratio, .98, .002);
        }
    }
}

/* Beside many processes each item takes 2 ms but for its wait for a CPU: at a time for all (a lock:
 * 500/s whatever the level), or each by itself. An item of a lock that waits for a CPU would have
 * waited for the lock meanwhile. */
static struct knee_measured waiting(uint32_t level, bool lock)
{
    double waited_s = (level == 1 ? .03 : .12), other_s = .2 * level - waited_s;
    double items = lock && level > 1 ? 100 : other_s / .002;
    struct knee_measured window = {.level = level,
                                   .window_ns = 200000000,
                                   .items = items,
                                   .throughput_per_s = items / .2,
                                   .cpu_user_s = .0,
                                   .runqueue_wait_s = waited_s,
                                   .other_wait_s = other_s,
                                   .foreign_cpus = 1.98,
                                   .server_cpu_s = NAN};
    knee_validity_judge(&window, CPUS);
    return window;
}

static void a_queue_that_waits_for_cpus_is_not_scaled(void **state)
{
    (void)state;
    for (int lock = 0; lock < 2; lock++) {
        struct knee_steady steady = {.seen = 0};
        for (int round = 0; round < 8; round++)
            for (uint32_t level = 1; level <= 2; level++) {
                struct knee_measured window = waiting(level, lock);
                knee_steady_admit(&steady, &window, CPUS, INFINITY);
                if (round < 6)
                    continue;
                assert_int_equal(window.valid, level == 1 || !lock);
                if (window.valid)
                    assert_close(window.throughput_per_s / window.share_ratio, 500. * level, .001);
            }
    }
}

/* Two clients of a server on the same two CPUs: what they wait for each other is their own. */
static void little_other_load_scales_little(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    double share_ratio = NAN;
    for (int round = 0; round < 8; round++) {
        struct knee_measured window = {.level = 2,
                                       .window_ns = 400000000,
                                       .throughput_per_s = 5000,
                                       .cpu_user_s = .02,
                                       .cpu_system_s = .1,
                                       .runqueue_wait_s = .25,
                                       .other_wait_s = .43,
                                       .foreign_cpus = .0225,
                                       .server_cpu_s = .45,
                                       .valid = true};
        knee_validity_judge(&window, CPUS);
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        assert_true(window.valid);
        assert_false(window.share_ratio < .98);
        share_ratio = window.share_ratio;
    }
    assert_true(share_ratio >= .98); /* known by then */
}

/* Requests of 5 ms beside load that swings. Nothing is steady, but each window says itself whether
 * its items lost anything. */
struct request_window {
    const char *name;
    uint32_t level;
    double own_cpus, servers_cpus, foreign_cpus;
    double waited_ratio; /* for a CPU, of the items' time */
    double item_s;       /* but for its wait for a CPU */
    bool waits_unknown;
    double share_ratio; /* NAN: it stays rejected */
};

static struct knee_measured of_requests(const struct request_window *is)
{
    double length_s = .2, own_s = is->own_cpus * length_s;
    double all_s = is->level * length_s, waited_s = is->waited_ratio * all_s;
    double items = (all_s - waited_s) / is->item_s;
    struct knee_measured window = {.level = is->level,
                                   .window_ns = 200000000,
                                   .items = items,
                                   .throughput_per_s = items / length_s,
                                   .cpu_user_s = own_s,
                                   .runqueue_wait_s = waited_s,
                                   .other_wait_s = all_s - waited_s - own_s,
                                   .foreign_cpus = is->foreign_cpus,
                                   .server_cpu_s = is->servers_cpus * length_s,
                                   .reasons = KNEE_WINDOW_FOREIGN};
    return window;
}

static void items_that_lost_little_say_so(void **state)
{
    (void)state;
    static const struct request_window low = {"low", 1, .01, .01, 1.5, .001, .005, false, .999};
    static const struct request_window cases[] = {
        {"hardly any wait", 16, .2, .1, 1.7, .01, .0067, false, .99},
        {"some, and no queue", 12, .2, .1, 1.6, .03, .0051, false, .97},
        {"some, and a queue", 16, .2, .1, 1.6, .03, .0067, false, NAN},
        {"much", 12, .2, .1, 1.6, .08, .0051, false, NAN},
        {"an unseen server", 16, .2, .1, 1.6, .01, .0067, true, NAN},
        {"a busy server", 16, .2, .25, 1.5, .01, .0067, false, NAN},
        {"computing", 2, .75, .1, 1.1, .01, .0051, false, NAN},
        {"more load than at low levels", 16, .2, .02, 1.78, .01, .0067, false, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_steady steady = {.waits_unknown = cases[i].waits_unknown};
        struct knee_measured first = of_requests(&low), window = of_requests(&cases[i]);
        knee_steady_admit(&steady, &first, CPUS, INFINITY);
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        if (window.valid == isnan(cases[i].share_ratio) ||
            (window.valid && fabs(window.share_ratio - cases[i].share_ratio) > .001))
            fail_msg("%s: valid %d, %g", cases[i].name, window.valid, window.share_ratio);
    }
}

/* Beside the same load, one window has lost a tenth, and a later one nothing: the load is not
 * steady for that. */
static void what_lost_little_excuses_no_other_window(void **state)
{
    (void)state;
    static const struct request_window both[] = {
        {"lost much", 2, .02, .01, 1.5, .1, .005, false, NAN},
        {"lost little", 1, .01, .01, 1.5, .001, .005, false, .999}};
    struct knee_steady steady = {.seen = 0};
    struct knee_window windows[2];
    for (size_t i = 0; i < 2; i++) {
        struct knee_measured window = of_requests(&both[i]);
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        windows[i] = kept(&window);
    }
    assert_false(windows[0].valid);
    assert_true(windows[1].valid);
    assert_false(knee_steady_superseded(windows, 2, 0));
}

static void without_low_levels_little_is_not_known(void **state)
{
    (void)state;
    static const struct request_window high = {"high", 16, .2, .1, 1.7, .01, .0067, false, NAN};
    struct knee_steady steady = {.seen = 0};
    struct knee_measured window = of_requests(&high);
    knee_steady_admit(&steady, &window, CPUS, INFINITY);
    assert_false(window.valid);
}

/* Whatever the load: a window in which knee was stopped tells nothing. */
static void a_worthless_window_stays_so(void **state)
{
    (void)state;
    struct knee_steady steady = {.seen = 0};
    for (int round = 0; round < 8; round++) {
        struct knee_measured window = beside(2, 1, 0);
        bool stopped = round == 7;
        if (stopped)
            window.reasons |= KNEE_WINDOW_STOPPED;
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        if (round >= 6)
            assert_int_equal(window.valid, !stopped);
    }
}

static void windows_before_it_was_known_are_not_held_against_the_sweep(void **state)
{
    (void)state;
    struct knee_window windows[24];
    struct knee_steady steady = {.seen = 0};
    struct knee_validity validity;
    for (size_t i = 0; i < 24; i++) {
        struct knee_measured window = beside(levels[i % 2], 1, 0);
        knee_steady_admit(&steady, &window, CPUS, INFINITY);
        windows[i] = kept(&window);
    }
    assert_false(windows[0].valid);
    assert_true(windows[23].valid);
    knee_validity_sum_up(&validity, windows, 24, CPUS);
    assert_false(validity.disturbed);
    assert_int_equal(validity.rejected, 0);
    assert_true(knee_steady_superseded(windows, 24, 0));
    windows[0].level = 64; /* never measured again */
    assert_true(knee_steady_superseded(windows, 24, 0));
    windows[0].foreign_cpus = .3;
    assert_false(knee_steady_superseded(windows, 24, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_neighbour_is_scaled_away),
        cmocka_unit_test(a_neighbour_that_comes_and_goes_stays_a_fault),
        cmocka_unit_test(what_a_quota_holds_back_is_not_scaled),
        cmocka_unit_test(without_a_share_levels_must_lose_alike),
        cmocka_unit_test(work_that_waits_is_hardly_scaled),
        cmocka_unit_test(a_queue_that_waits_for_cpus_is_not_scaled),
        cmocka_unit_test(little_other_load_scales_little),
        cmocka_unit_test(items_that_lost_little_say_so),
        cmocka_unit_test(what_lost_little_excuses_no_other_window),
        cmocka_unit_test(without_low_levels_little_is_not_known),
        cmocka_unit_test(a_worthless_window_stays_so),
        cmocka_unit_test(windows_before_it_was_known_are_not_held_against_the_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
