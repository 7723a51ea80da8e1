/* SPDX-License-Identifier: MIT */
/* A budget that cannot settle the asked tolerance: the search settles a coarser one. */
#include "tests/support/fake.h"
#include "tests/support/test.h"

#include <math.h>

#define TRIALS 16

/* A disk under random reads: twice the depth still gives 5 to 20 % more, up to the top. */
static double disk(double level)
{
    return 105 * pow(level / (level + 10), .75);
}

/* The smallest level that is fast at this tolerance, as claims have it. */
static double first_fast(double tolerance_ratio)
{
    double level = 1;
    while (disk(level) < (1 - 1.5 * tolerance_ratio) * disk(128))
        level++;
    return level;
}

static void little_time_gives_a_coarse_answer(void **state)
{
    (void)state;
    static struct test_fake fake;
    int answers = 0, wrong = 0;
    for (uint64_t seed = 1; seed <= TRIALS; seed++) {
        test_fake_init(&fake, disk, 128);
        fake.cv_ratio = .04;
        fake.random = knee_random_seed(seed, 0);
        fake.params.may_use_coarser = true;
        fake.params.windows_max = 60;
        struct knee_decision decision = test_fake_run(&fake);
        if (decision.verdict == KNEE_VERDICT_RESOLVED || !decision.uses_coarser)
            continue;
        double ratio = decision.tolerance_resolved_ratio;
        print_message("%u at %.0f %%\n", decision.limit_resolved, 100 * ratio);
        answers++;
        wrong += disk(decision.limit_resolved) < (1 - 1.5 * ratio) * disk(128) ||
                 decision.limit_resolved > 1.25 * first_fast(ratio);
    }
    print_message("%d of %d\n", answers, TRIALS);
    assert_true(answers >= TRIALS / 2);
    assert_true(wrong <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_time_gives_a_coarse_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
