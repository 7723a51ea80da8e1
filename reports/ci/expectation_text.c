/* SPDX-License-Identifier: MIT */
#include "reports/ci/expectation_text.h"

#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>

static void add_range(struct knee_builder *builder, uint32_t low, uint32_t high)
{
    if (high == UINT32_MAX)
        knee_builder_add(builder, "at least %u", low);
    else if (low == high)
        knee_builder_add(builder, "%u", low);
    else
        knee_builder_add(builder, "%u to %u", low, high);
}

const char *knee_expectation_text_limit(const struct knee_expectation *expectation,
                                        const struct knee_expectation_outcome *outcome, char *text)
{
    struct knee_builder builder;
    knee_builder_over(&builder, text, KNEE_EXPECTATION_TEXT_BYTES);
    if (outcome->seen_low) {
        knee_builder_add(&builder, "the limit is ");
        add_range(&builder, outcome->seen_low, outcome->seen_high);
    } else {
        knee_builder_add(&builder, "the limit could not be measured");
    }
    knee_builder_add(&builder, ", expected ");
    add_range(&builder, expectation->limit_low, expectation->limit_high);
    return text;
}

const char *knee_expectation_text_throughput(const struct knee_expectation *expectation,
                                             const struct knee_expectation_outcome *outcome,
                                             char *text)
{
    struct knee_builder builder;
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES], least[KNEE_HUMAN_BYTES];
    knee_builder_over(&builder, text, KNEE_EXPECTATION_TEXT_BYTES);
    if (isfinite(outcome->seen_low_per_s))
        knee_builder_add(&builder, "throughput at the limit is %s to %s/s",
                         knee_human_rate(low, outcome->seen_low_per_s),
                         knee_human_rate(high, outcome->seen_high_per_s));
    else
        knee_builder_add(&builder, "throughput could not be measured");
    knee_builder_add(&builder, ", expected at least %s/s",
                     knee_human_rate(least, expectation->throughput_per_s));
    return text;
}
