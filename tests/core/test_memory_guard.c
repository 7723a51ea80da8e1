/* SPDX-License-Identifier: MIT */
/* core/host/memory_guard: a climb ends before the memory does, and not earlier. */
#include "core/host/memory_guard.h"

#include "tests/support/test.h"

#define GIB (1ull << 30)

static void a_step_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const struct {
        double bytes; /* at level 4 */
        uint32_t level;
        uint64_t before, available; /* before any item ran, and now */
        bool allowed;
    } CASES[] = {
        {1.0 * GIB, 8, 4 * GIB, 4 * GIB, true},   /* two of four, between two items */
        {1.0 * GIB, 8, 4 * GIB, 3 * GIB, true},   /* the same while they run */
        {1.0 * GIB, 16, 4 * GIB, 4 * GIB, false}, /* all four */
        {1.0 * GIB, 16, 4 * GIB, 3 * GIB, false},
        {1.0 * GIB, 8, 4 * GIB, 1 * GIB, false},         /* others have taken the rest */
        {1.0 * GIB, 2, 4 * GIB, 1, true},                /* lower ones need less */
        {1.0 * GIB, 4, 4 * GIB, 1, true},                /* it has run before */
        {0.0, 4096, 4 * GIB, 1, true},                   /* nothing is known */
        {1.0 * GIB, 4096, UINT64_MAX, UINT64_MAX, true}, /* nor here */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct knee_memory_guard guard = {0};
        assert_true(knee_memory_guard_allows(&guard, 1, CASES[i].before));
        knee_memory_guard_note(&guard, 4, CASES[i].bytes);
        if (CASES[i].bytes > 0.0)
            knee_memory_guard_note(&guard, 2, 9.0 * GIB); /* a lower level changes nothing */
        assert_int_equal(knee_memory_guard_allows(&guard, CASES[i].level, CASES[i].available),
                         CASES[i].allowed);
        assert_int_equal(guard.refused, CASES[i].allowed ? 0 : CASES[i].level);
    }
}

static void the_lowest_refused_level_is_kept(void **state)
{
    (void)state;
    struct knee_memory_guard guard = {0};
    knee_memory_guard_note(&guard, 4, 1.0 * GIB);
    assert_false(knee_memory_guard_allows(&guard, 64, GIB));
    assert_false(knee_memory_guard_allows(&guard, 16, GIB));
    assert_false(knee_memory_guard_allows(&guard, 32, GIB));
    assert_int_equal(guard.refused, 16);
}

static void an_emergency_is_the_last_two_percent(void **state)
{
    (void)state;
    assert_true(knee_memory_guard_is_emergency(10u << 20, 1 * GIB));
    assert_false(knee_memory_guard_is_emergency(30u << 20, 1 * GIB));
    assert_true(knee_memory_guard_is_emergency(60u << 20, 64 * GIB));
    assert_false(knee_memory_guard_is_emergency(70u << 20, 64 * GIB));
    assert_false(knee_memory_guard_is_emergency(UINT64_MAX, GIB));
    assert_false(knee_memory_guard_is_emergency(0, UINT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_that_does_not_fit_is_refused),
        cmocka_unit_test(the_lowest_refused_level_is_kept),
        cmocka_unit_test(an_emergency_is_the_last_two_percent),
    };
    return cmocka_run_group_tests_name("memory_guard", tests, NULL, NULL);
}
