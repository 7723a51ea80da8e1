/* SPDX-License-Identifier: MIT */
/* What a run yields to: how far the limit falls, and when it comes back. */
#include "tests/support/test.h"
#include "tuner/run/governor.h"

#include <math.h>

#define GIB 1073741824.

static struct knee_governor make(double max_load, uint64_t max_memory, uint64_t min_free)
{
    struct knee_governor governor;
    knee_governor_init(&governor, &(struct knee_governor_params){.max_load_ratio = max_load,
                                                                 .max_memory_bytes = max_memory,
                                                                 .min_free_bytes = min_free,
                                                                 .min_level = 2});
    return governor;
}

static struct knee_governor_reading calm(double time_s)
{
    return (struct knee_governor_reading){.time_s = time_s,
                                          .foreign_ratio = .1,
                                          .items_bytes = 0,
                                          .item_peak_bytes = NAN,
                                          .memory_available_bytes = 8 * GIB,
                                          .memory_total_bytes = 16 * GIB,
                                          .pressure_ratio = 0};
}

static void load_halves_the_limit_and_calm_gives_it_back(void **state)
{
    (void)state;
    struct knee_governor governor = make(.8, 0, 0);
    struct knee_governor_reading busy = calm(0);
    enum knee_run_reason reason;
    busy.foreign_ratio = .9;
    static const struct {
        double time_s;
        bool busy, moved;
        uint32_t cap;
        enum knee_run_reason reason;
    } steps[] = {
        {0, true, true, 16, KNEE_RUN_LOAD},
        {.5, true, false, 16, KNEE_RUN_LOAD},
        {1.1, true, true, 8, KNEE_RUN_LOAD},
        {2.2, true, true, 4, KNEE_RUN_LOAD},
        {3.3, true, true, 2, KNEE_RUN_LOAD},
        {4.4, true, false, 2, KNEE_RUN_LOAD},
        {5, false, false, 2, KNEE_RUN_RECOVERED},
        {7.1, false, true, 4, KNEE_RUN_RECOVERED},
        {8, false, false, 4, KNEE_RUN_RECOVERED},
        {9.2, false, true, 8, KNEE_RUN_RECOVERED},
        {11.3, false, true, 16, KNEE_RUN_RECOVERED},
        {13.4, false, true, KNEE_GOVERNOR_NONE, KNEE_RUN_RECOVERED},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct knee_governor_reading reading = steps[i].busy ? busy : calm(0);
        reading.time_s = steps[i].time_s;
        bool moved = knee_governor_read(&governor, &reading, 32, &reason);
        assert_int_equal(moved, steps[i].moved);
        assert_int_equal(governor.cap, steps[i].cap);
        if (moved)
            assert_int_equal(reason, steps[i].reason);
    }
}

static void memory_is_kept_free_in_each_way(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t max_memory, min_free;
        double items, peak, available, pressure;
        uint32_t cap;
    } cases[] = {
        {"nothing wrong", 0, 0, GIB, 1e8, 8 * GIB, 0, KNEE_GOVERNOR_NONE},
        {"nothing known", 0, 0, NAN, NAN, NAN, NAN, KNEE_GOVERNOR_NONE},
        {"too little is free", 0, 0, GIB, NAN, .5 * GIB, 0, 16},
        {"less than --min-free", 0, (uint64_t)(4 * GIB), GIB, NAN, 3 * GIB, 0, 16},
        {"items hold more than --max-memory", (uint64_t)GIB, 0, 1.5 * GIB, NAN, 8 * GIB, 0, 16},
        {"others wait for memory", 0, 0, GIB, NAN, 8 * GIB, .3, 16},
        {"--max-memory holds four peaks", (uint64_t)GIB, 0, 0, GIB / 4, 8 * GIB, 0, 4},
        {"the host holds three peaks", 0, (uint64_t)(2 * GIB), 0, 2 * GIB, 8 * GIB, 0, 3},
        {"never below --min-level", (uint64_t)GIB, 0, 0, 4 * GIB, 8 * GIB, 0, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_governor governor = make(NAN, cases[i].max_memory, cases[i].min_free);
        struct knee_governor_reading reading = calm(5);
        enum knee_run_reason reason = KNEE_RUN_START;
        reading.items_bytes = cases[i].items;
        reading.item_peak_bytes = cases[i].peak;
        reading.memory_available_bytes = cases[i].available;
        reading.pressure_ratio = cases[i].pressure;
        bool moved = knee_governor_read(&governor, &reading, 32, &reason);
        if (governor.cap != cases[i].cap)
            fail_msg("%s: %u", cases[i].name, governor.cap);
        assert_int_equal(moved, cases[i].cap != KNEE_GOVERNOR_NONE);
        if (moved)
            assert_int_equal(reason, KNEE_RUN_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_halves_the_limit_and_calm_gives_it_back),
        cmocka_unit_test(memory_is_kept_free_in_each_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
