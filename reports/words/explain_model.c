/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_model.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/refusal.h"

#include <math.h>
#include <stdio.h>

/* A sigma this close to 1 with next to no coherency is a flat line. */
#define FLAT_SIGMA .995
/* A model that misses a level by more than this gets a word of caution. */
#define MISS_WORTH_A_WORD .10

/* "2.1 %", "0.04 %", "0.00073 %": two digits that mean something. */
static const char *share(char *text, double ratio)
{
    double percent = 100 * ratio;
    int decimals = percent > 0 && percent < 9.95 ? (int)fmin(ceil(-log10(percent)) + 1, 12) : 0;
    snprintf(text, KNEE_HUMAN_BYTES, "%.*f %%", decimals > 0 ? decimals : 0, percent);
    return text;
}

static void add_peak(const struct knee_models *models, struct knee_builder *out)
{
    char rate[KNEE_HUMAN_BYTES], refused[KNEE_REFUSAL_BYTES];
    if (models->peak_level > 0)
        knee_builder_add(out, "peak at %.0f, %s items/s%s", models->peak_level,
                         knee_human_rate(rate, models->peak_throughput_per_s),
                         models->extrapolated ? " (extrapolated)" : "");
    else if (models->refusal == KNEE_REFUSAL_PEAK_FAR)
        knee_builder_add(out, "no peak below %s",
                         knee_human_count(rate, KNEE_MODELS_REACH * models->level_max));
    else if (models->refusal != KNEE_REFUSAL_NONE)
        knee_builder_add(out, "%s", knee_refusal_text(models, refused));
    else if (models->model == KNEE_MODEL_AMDAHL)
        knee_builder_add(out, "no finite peak, never above %s items/s",
                         knee_human_rate(rate, models->lambda.value / models->sigma.value));
    else
        knee_builder_add(out, "no finite peak");
}

const char *knee_explain_models(const struct knee_models *models, char *text)
{
    char sigma[KNEE_HUMAN_BYTES], kappa[KNEE_HUMAN_BYTES], miss[KNEE_HUMAN_BYTES];
    char refused[KNEE_REFUSAL_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (models->model != KNEE_MODEL_NONE && models->sigma.value >= FLAT_SIGMA &&
        models->kappa.value < 1 - FLAT_SIGMA) {
        snprintf(text, KNEE_EXPLAIN_BYTES, "contention %s: one item at a time",
                 share(sigma, models->sigma.value));
        return text;
    }
    switch (models->model) {
    case KNEE_MODEL_USL:
        knee_builder_add(&out, "contention %s, coherency %s: ", share(sigma, models->sigma.value),
                         share(kappa, models->kappa.value));
        break;
    case KNEE_MODEL_AMDAHL:
        knee_builder_add(&out, "contention %s, no coherency: ", share(sigma, models->sigma.value));
        break;
    case KNEE_MODEL_LINEAR:
        knee_builder_add(&out, "linear, neither contention nor coherency: ");
        break;
    default:
        if (models->refusal != KNEE_REFUSAL_NONE)
            knee_builder_add(&out, "none: %s", knee_refusal_text(models, refused));
        return text;
    }
    add_peak(models, &out);
    if (models->worst_miss_ratio > MISS_WORTH_A_WORD)
        knee_builder_add(&out, "; it misses level %.0f by %s", models->worst_miss_level,
                         knee_human_percent(miss, models->worst_miss_ratio));
    return text;
}

const char *knee_explain_three(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    const struct knee_models *models = &workload->models;
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (decision->rule_of_thumb > 0)
        knee_builder_add(&out, "rule of thumb %u, ", decision->rule_of_thumb);
    if (models->peak_level > 0)
        knee_builder_add(&out, "model's peak %.0f%s, ", models->peak_level,
                         models->extrapolated ? " (extrapolated)" : "");
    else
        knee_builder_add(&out, models->model == KNEE_MODEL_NONE ? "no model, "
                                                                : "model without a peak, ");
    if (decision->knee > 0)
        knee_builder_add(&out, "measured knee %u and peak %u", decision->knee, decision->peak);
    else
        knee_builder_add(&out, "nothing measured");
    return text;
}
