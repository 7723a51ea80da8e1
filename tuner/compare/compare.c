/* SPDX-License-Identifier: MIT */
#include "tuner/compare/compare.h"

#include <math.h>

#define HALF_WIDTH_MAX 0.6931471805599453 /* ln 2 */

const char *knee_compare_verdict_text(enum knee_compare_verdict verdict)
{
    static const char *const texts[] = {
        [KNEE_COMPARE_FASTER] = "faster",
        [KNEE_COMPARE_SAME] = "same",
        [KNEE_COMPARE_NOT_COMPARABLE] = "not_comparable",
        [KNEE_COMPARE_NOT_ENOUGH_EVIDENCE] = "not_enough_evidence",
        [KNEE_COMPARE_SLOWER] = "slower",
    };
    return texts[verdict];
}

enum knee_compare_verdict knee_compare_judge(const struct knee_compare *compare, double min_effect)
{
    bool slower = compare->moved < 0 || compare->full_speed_moved < 0;
    bool faster = compare->moved > 0 || compare->full_speed_moved > 0;
    for (size_t i = 0; i < compare->levels_count; i++) {
        slower |= compare->levels[i].moved < 0;
        faster |= compare->levels[i].moved > 0;
    }
    if (slower)
        return KNEE_COMPARE_SLOWER;
    if (faster)
        return KNEE_COMPARE_FASTER;
    const struct knee_compare_ratio *whole = &compare->throughput;
    bool narrow = whole->low > 1 - min_effect && whole->high < 1 / (1 - min_effect);
    return narrow ? KNEE_COMPARE_SAME : KNEE_COMPARE_NOT_ENOUGH_EVIDENCE;
}

struct knee_compare_ratio knee_compare_ratio_of(double mean, double half)
{
    if (half > HALF_WIDTH_MAX && half >= fabs(mean))
        return (struct knee_compare_ratio){exp(mean), NAN, NAN};
    return (struct knee_compare_ratio){exp(mean), exp(mean - half), exp(mean + half)};
}
