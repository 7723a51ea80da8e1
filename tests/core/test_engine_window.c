/* SPDX-License-Identifier: MIT */
/* The steps of a window, each left out in turn: what it prevents. */
#include "core/base/array.h"
#include "core/engine/crew.h"
#include "tests/support/known.h"
#include "tests/support/refuse.h"

#include <signal.h>
#include <unistd.h>

static void credit_counts_the_part_of_an_item_inside(void **state)
{
    (void)state;
    const double values[] = {40, 0};
    /* A window of one and a half items: whole ones can only be 1 or 2, 33 % off. */
    const double expected = 8 / 0.040;
    bool reached = known_reaches(&known_lockstep, values, 0, 8, 60 * MS, expected, 0.05);
    known_check(reached);
    const struct knee_engine_faults faults = {.no_credit = true, .no_completion = true};
    double whole = known_throughput(&known_lockstep, values, faults, 0, 8, 60 * MS);
    known_check(fabs(whole / expected - 1.0) > 0.2);
}

/* The same of workers that hold eight items each: they end at once, and come out one by one. */
static void each_of_several_in_flight_has_its_own_part(void **state)
{
    (void)state;
    const double values[] = {40, 0}, expected = 16 / 0.040;
    struct knee_measured window;
    bool as_expected = false;
    for (int i = 0; i < KNOWN_TRIES && !as_expected; i++) {
        struct knee_engine *engine = known_open(&known_several, values[0], values[1]);
        known_window(engine, 48, 60 * MS);
        window = known_window(engine, 16, 60 * MS);
        as_expected = window.valid && fabs(window.throughput_per_s / expected - 1.0) < 0.05 &&
                      fabs(window.latency_mean_s / 0.040 - 1.0) < 0.1;
        knee_engine_close(engine);
    }
    print_message("%.1f %% of it, in %.1f ms\n", 100 * window.throughput_per_s / expected,
                  1e3 * window.latency_mean_s);
    known_check(as_expected);
    const struct knee_engine_faults faults = {.no_credit = true};
    double whole = known_throughput(&known_several, values, faults, 0, 16, 60 * MS);
    known_check(fabs(whole / expected - 1.0) > 0.2);
}

static void settling_keeps_the_old_level_out(void **state)
{
    (void)state;
    const double values[] = {20, 3};
    const double expected = 3 / 0.020;
    bool reached = known_reaches(&known_pool, values, 24, 3, 60 * MS, expected, 0.04);
    known_check(reached);
    const struct knee_engine_faults faults = {.no_settling = true, .no_completion = true};
    double early = expected;
    for (int i = 0; i < KNOWN_TRIES && early / expected >= 0.9; i++)
        early = known_throughput(&known_pool, values, faults, 24, 3, 60 * MS);
    print_message("without settling: %.1f %% of it\n", 100.0 * early / expected);
    known_check(early / expected < 0.9);
}

/* Three items, and not the half of one that the window then waits for. */
static void few_items_end_their_window(void **state)
{
    (void)state;
    static const struct {
        bool on_the_clock;
        double items; /* of 40 ms in a window of 100 ms */
    } CASES[] = {{false, 3.0}, {true, 2.5}};
    const double values[] = {40, 0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct knee_engine_params params = {
            .faults = {.no_completion = CASES[i].on_the_clock}};
        bool as_expected = false;
        for (int tries = 0; tries < KNOWN_TRIES && !as_expected; tries++) {
            struct knee_engine *engine = known_open_with(&params, &known_counting, values);
            known_window(engine, 1, 100 * MS);
            uint64_t before = atomic_load(&known_shared_of_last_setup->items);
            struct knee_measured window = known_window(engine, 1, 100 * MS);
            uint64_t ended = atomic_load(&known_shared_of_last_setup->items) - before;
            as_expected = fabs(window.items / CASES[i].items - 1.0) < 0.05 &&
                          fabs(window.throughput_per_s * 0.040 - 1.0) < 0.03 && ended == 3;
            knee_engine_close(engine);
        }
        known_check(as_expected);
    }
}

/* Those of the level before may be many times as long: a tenth of such a one is half a window. */
static void a_window_is_early_by_its_own_items(void **state)
{
    (void)state;
    const double values[] = {10, 0};
    struct knee_engine *engine = known_open(&known_shared_processor, values[0], values[1]);
    known_window(engine, 1, 100 * MS);
    for (int i = 0; i < KNOWN_TRIES; i++) {
        known_window(engine, 24, 100 * MS);
        assert_true(known_window(engine, 1, 100 * MS).window_ns >= 90 * MS);
    }
    knee_engine_close(engine);
}

static void late_is_stopped_only_if_nobody_ran(void **state)
{
    (void)state;
    static const struct {
        uint64_t late_ms, starved_ms, ran_ms;
        bool stopped;
    } cases[] = {
        {0, 0, 0, false},       {240, 0, 0, false},    {250, 0, 0, true},
        {5000, 0, 0, true},     {5000, 0, 490, true},  {5000, 0, 500, false}, /* its threads ran */
        {600, 400, 0, false},                          /* it waited for a CPU */
        {5000, 4900, 0, false}, {5000, 1000, 0, true}, /* and was stopped, too */
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++)
        assert_int_equal(knee_crew_was_stopped(cases[i].late_ms * MS, cases[i].starved_ms * MS,
                                               cases[i].ran_ms * MS),
                         cases[i].stopped);
}

/* In a child of the test, which is stopped in the middle of a window: 0 if the window says so. */
static int stopped_window(void)
{
    const double values[] = {5, 0};
    struct knee_engine *engine = known_open(&known_lockstep, values[0], values[1]);
    struct knee_measured window = known_window(engine, 2, 50 * MS);
    if (!window.valid)
        return 2;
    pid_t self = getpid();
    if (fork() == 0) {
        known_wait_until(knee_clock_now_ns() + 50 * MS);
        kill(self, SIGSTOP);
        known_wait_until(knee_clock_now_ns() + 100 * MS);
        kill(self, SIGCONT);
        _exit(0);
    }
    window = known_window(engine, 2, 200 * MS);
    bool after = known_window(engine, 2, 50 * MS).valid;
    knee_engine_close(engine);
    return !window.valid && (window.reasons & KNEE_WINDOW_STOPPED) && after ? 0 : 1;
}

static void a_window_in_which_knee_was_stopped_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(refuse_run(stopped_window), 0);
}

/* A worker that sees the new word without being woken may rest again before the controller, which
 * was preempted, rings: the next word must still wake it. Every second time that next word comes
 * after a pause: at once, the late ring would do for both. */
static void a_preempted_controller_wakes_the_worker_that_rests(void **state)
{
    (void)state;
    const double values[] = {2, 0};
    const struct knee_engine_params params = {
        .faults = {.publish_late_ns = 30 * MS, .rest_late_ns = 5 * MS}};
    struct knee_engine *engine = known_open_with(&params, &known_counting, values);
    for (int i = 0; i < 5; i++) {
        struct knee_measured window;
        struct knee_err err = {0};
        if (i > 0 && i % 2 == 0)
            known_wait_until(knee_clock_now_ns() + 20 * MS);
        knee_engine_give_up_at(engine, knee_clock_now_ns() + 20 * KNEE_NS_PER_S);
        assert_int_equal(knee_engine_window(engine, 0, 1, 2 * MS, &window, &err), 0);
    }
    knee_engine_close(engine);
}

/* A worker that crosses the end in the middle of an item goes on; the last one rests, and is there
 * again for more, for fewer and for other windows. */
static void the_last_to_cross_runs_again(void **state)
{
    (void)state;
    static const uint32_t LEVELS[] = {3, 3, 1, 1, 4, 2, 8, 1, 2, 2};
    const double values[] = {10, 0};
    struct knee_engine *engine = known_open(&known_counting, values[0], values[1]);
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) {
        struct knee_measured window = known_window(engine, LEVELS[i], 25 * MS);
        assert_true(window.items > 0.0);
        assert_true(window.window_ns >= 20 * MS);
        assert_true(window.throughput_per_s <= 1.01 * LEVELS[i] / 0.010);
        assert_true(atomic_load(&known_shared_of_last_setup->most) <= 8);
        if (i % 3 == 2)
            knee_engine_park(engine);
    }
    assert_int_equal(atomic_load(&known_shared_of_last_setup->most), 2);
    knee_engine_close(engine);
}

static void hold_keeps_the_system_full_for_stragglers(void **state)
{
    (void)state;
    const double values[] = {10, 0};
    const double expected = 1 / 0.010;
    bool reached = known_reaches(&known_shared_processor, values, 1, 8, 90 * MS, expected, 0.04);
    known_check(reached);
    /* 3 % too much by calculation, where the items of 8 workers are evenly out of step. (A window
     * must be longer than an item here: a worker in the middle of one would never see it.) */
    double held = 0.0, emptier = 0.0;
    for (int i = 0; i < 2 * KNOWN_TRIES; i++) {
        held += known_throughput(&known_shared_processor, values, (struct knee_engine_faults){0}, 1,
                                 8, 90 * MS);
        emptier += known_throughput(&known_shared_processor, values,
                                    (struct knee_engine_faults){.no_hold = true}, 1, 8, 90 * MS);
    }
    print_message("without the hold: %.1f %% more\n", 100.0 * (emptier / held - 1.0));
    known_check(emptier / held > 1.01);
}

/* What another host says, and what this one had done by then. */
struct other {
    bool changes;
    uint64_t asked_items, settled_items, changed_ns, settled_ns;
    uint32_t times;
};

static int hear_changed(void *context, bool *changed, struct knee_err *err)
{
    struct other *other = context;
    (void)err;
    other->times++;
    other->asked_items = atomic_load(&known_shared_of_last_setup->items);
    other->changed_ns = knee_clock_now_ns();
    *changed |= other->changes;
    return 0;
}

static int hear_settled(void *context, bool *settled, struct knee_err *err)
{
    struct other *other = context;
    (void)settled, (void)err;
    other->times++;
    other->settled_items = atomic_load(&known_shared_of_last_setup->items);
    other->settled_ns = knee_clock_now_ns();
    return 0;
}

/* Its own part is the same as before, but the items in flight began in another level. */
static void a_change_on_another_host_settles_here_as_well(void **state)
{
    (void)state;
    struct other other = {0};
    const double values[] = {30, 0};
    const struct knee_engine_params params = {.others = {hear_changed, hear_settled, &other}};
    struct knee_engine *engine = known_open_with(&params, &known_counting, values);
    knee_engine_part_of(engine, 4);
    known_window(engine, 2, 40 * MS);
    assert_int_equal(other.times, 2);
    other.changes = true;
    knee_engine_part_of(engine, 3);
    known_window(engine, 2, 40 * MS);
    assert_int_equal(other.times, 4);
    assert_true(other.settled_items >= other.asked_items + 2);
    assert_true(other.settled_ns >= other.changed_ns + 20 * MS);
    knee_engine_close(engine);
}

/* Other hosts may still measure when this one's window has ended. Alone, its only worker rests. */
static void a_part_of_the_level_is_held_until_the_next_window(void **state)
{
    (void)state;
    static const struct {
        uint32_t in_all;
        bool goes_on;
    } CASES[] = {{2, true}, {1, false}};
    const double values[] = {10, 0};
    struct other other = {0};
    const struct knee_engine_params params = {.others = {hear_changed, hear_settled, &other}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_engine *engine = known_open_with(&params, &known_counting, values);
        knee_engine_part_of(engine, CASES[i].in_all);
        struct knee_measured window = known_window(engine, 1, 45 * MS);
        uint64_t items = atomic_load(&known_shared_of_last_setup->items);
        for (int tries = 0; tries < 500; tries++) {
            known_wait_until(knee_clock_now_ns() + 10 * MS);
            if (!CASES[i].goes_on && tries == 3)
                break;
            if (atomic_load(&known_shared_of_last_setup->items) > items + 1)
                break;
        }
        uint64_t more = atomic_load(&known_shared_of_last_setup->items) - items;
        assert_int_equal(more > 1, CASES[i].goes_on);
        /* With others it ends on the clock. */
        assert_int_equal(window.window_ns == 45 * MS, CASES[i].goes_on);
        knee_engine_close(engine);
    }
}

static void edges_do_not_depend_on_when_the_controller_wakes(void **state)
{
    (void)state;
    const double values[] = {5, 0};
    const struct knee_engine_params late = {.faults = {.controller_late_ns = 150 * MS}};
    const double expected = 8 / 0.005;
    double found = 0.0, naive = 0.0;
    for (int i = 0; i < KNOWN_TRIES && fabs(found / expected - 1.0) > 0.04; i++) {
        struct knee_engine *engine = known_open_with(&late, &known_lockstep, values);
        known_window(engine, 8, 100 * MS);
        uint64_t before = atomic_load(&known_shared_of_last_setup->items);
        found = known_window(engine, 8, 100 * MS).throughput_per_s;
        naive = (double)(atomic_load(&known_shared_of_last_setup->items) - before) / 0.100;
        knee_engine_close(engine);
    }
    known_check(fabs(found / expected - 1.0) <= 0.04);
    known_check(naive / expected > 1.5); /* what counting until it woke would have said */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_counts_the_part_of_an_item_inside),
        cmocka_unit_test(each_of_several_in_flight_has_its_own_part),
        cmocka_unit_test(settling_keeps_the_old_level_out),
        cmocka_unit_test(few_items_end_their_window),
        cmocka_unit_test(a_window_is_early_by_its_own_items),
        cmocka_unit_test(late_is_stopped_only_if_nobody_ran),
        cmocka_unit_test(a_window_in_which_knee_was_stopped_is_invalid),
        cmocka_unit_test(a_preempted_controller_wakes_the_worker_that_rests),
        cmocka_unit_test(the_last_to_cross_runs_again),
        cmocka_unit_test(hold_keeps_the_system_full_for_stragglers),
        cmocka_unit_test(a_change_on_another_host_settles_here_as_well),
        cmocka_unit_test(a_part_of_the_level_is_held_until_the_next_window),
        cmocka_unit_test(edges_do_not_depend_on_when_the_controller_wakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
