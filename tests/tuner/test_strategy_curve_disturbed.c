/* SPDX-License-Identifier: MIT */
/* A host that is disturbed for a while: the search goes on until the lost windows are few. */
#include "tests/support/fake.h"
#include "tests/support/test.h"

/* The host is disturbed for a while, and a third of the windows is lost: there is time for more. */
static void a_disturbance_that_ends_is_outlasted(void **state)
{
    (void)state;
    static struct test_fake fake;
    for (uint32_t last = 0; last < 2; last++) {
        test_fake_init(&fake, test_plateau_at_6, 64);
        fake.spoilt_from = 10;
        fake.spoilt_to = 24;
        fake.params.windows_max = last ? 50 : 400;
        struct knee_decision decision = test_fake_run(&fake);
        print_message("%s %u, %u windows\n", knee_verdict_text(decision.verdict), decision.limit,
                      decision.windows);
        assert_int_equal(decision.verdict, last ? KNEE_VERDICT_DISTURBED : KNEE_VERDICT_RESOLVED);
        assert_in_range(decision.windows, last ? 24 : 70, last ? 50 : 80);
    }
}

/* Also if nearly all windows that a claim takes came before it. */
static void a_disturbance_is_outlasted_whenever_it_comes(void **state)
{
    (void)state;
    static struct test_fake fake;
    for (uint32_t from = 10; from <= 22; from++) {
        test_fake_init(&fake, test_plateau_at_6, 64);
        fake.spoilt_from = from;
        fake.spoilt_to = from + 8;
        fake.params.windows_max = 200;
        struct knee_decision decision = test_fake_run(&fake);
        print_message("from %u: %s %u, %u windows\n", from, knee_verdict_text(decision.verdict),
                      decision.limit, decision.windows);
        assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
        assert_in_range(decision.limit, 6, 7);
    }
}

/* Each second window is lost, to the end: that is said, and does not use up the budget. */
static void a_disturbance_that_stays_is_said(void **state)
{
    (void)state;
    static struct test_fake fake;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        test_fake_init(&fake, test_plateau_at_6, 64);
        fake.random = knee_random_seed(seed, 0);
        fake.spoilt_ratio = .5;
        fake.params.windows_max = 200;
        struct knee_decision decision = test_fake_run(&fake);
        assert_int_equal(decision.verdict, KNEE_VERDICT_DISTURBED);
        assert_true(decision.windows < 180);
    }
}

/* Few slots cannot bear the ticks of a little steal. Bad luck in each of the first windows says
 * nothing: the search goes on; if it never ends, the host is to blame. */
static void bad_luck_is_outlasted(void **state)
{
    (void)state;
    static struct test_fake fake;
    for (uint32_t always = 0; always < 2; always++) {
        test_fake_init(&fake, test_plateau_at_6, 8);
        fake.unlucky = true;
        fake.spoilt_to = always ? 1000 : 30;
        fake.params.windows_max = 100;
        struct knee_decision decision = test_fake_run(&fake);
        print_message("%s %u, %u windows\n", knee_verdict_text(decision.verdict), decision.limit,
                      decision.windows);
        assert_int_equal(decision.verdict, always ? KNEE_VERDICT_DISTURBED : KNEE_VERDICT_RESOLVED);
        if (!always)
            assert_in_range(decision.limit, 6, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disturbance_that_ends_is_outlasted),
        cmocka_unit_test(a_disturbance_is_outlasted_whenever_it_comes),
        cmocka_unit_test(a_disturbance_that_stays_is_said),
        cmocka_unit_test(bad_luck_is_outlasted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
