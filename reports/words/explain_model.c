/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_model.h"

#include "core/text/human.h"

#include <math.h>
#include <stdarg.h>
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

static int add(char *text, int used, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int add(char *text, int used, const char *format, ...)
{
    va_list args;
    if (used >= KNEE_EXPLAIN_BYTES)
        return used;
    va_start(args, format);
    used += vsnprintf(text + used, KNEE_EXPLAIN_BYTES - (size_t)used, format, args);
    va_end(args);
    return used;
}

static int add_peak(const struct knee_models *models, char *text, int used)
{
    char rate[KNEE_HUMAN_BYTES];
    if (models->peak_level > 0)
        return add(text, used, "peak at %.0f, %s items/s%s", models->peak_level,
                   knee_human_rate(rate, models->peak_throughput_per_s),
                   models->extrapolated ? " (extrapolated)" : "");
    if (models->out_of_reach)
        return add(text, used, "no peak below %s",
                   knee_human_count(rate, KNEE_MODELS_REACH * models->level_max));
    if (models->refused[0])
        return add(text, used, "%s", models->refused);
    if (models->model == KNEE_MODEL_AMDAHL)
        return add(text, used, "no finite peak, never above %s items/s",
                   knee_human_rate(rate, models->lambda.value / models->sigma.value));
    return add(text, used, "no finite peak");
}

const char *knee_explain_models(const struct knee_models *models, char *text)
{
    char sigma[KNEE_HUMAN_BYTES], kappa[KNEE_HUMAN_BYTES], miss[KNEE_HUMAN_BYTES];
    int used = 0;
    text[0] = '\0';
    if (models->model != KNEE_MODEL_NONE && models->sigma.value >= FLAT_SIGMA &&
        models->kappa.value < 1 - FLAT_SIGMA) {
        snprintf(text, KNEE_EXPLAIN_BYTES, "contention %s: one item at a time",
                 share(sigma, models->sigma.value));
        return text;
    }
    switch (models->model) {
    case KNEE_MODEL_USL:
        used = add(text, used, "contention %s, coherency %s: ", share(sigma, models->sigma.value),
                   share(kappa, models->kappa.value));
        break;
    case KNEE_MODEL_AMDAHL:
        used = add(text, used, "contention %s, no coherency: ", share(sigma, models->sigma.value));
        break;
    case KNEE_MODEL_LINEAR:
        used = add(text, used, "linear, neither contention nor coherency: ");
        break;
    default:
        if (models->refused[0])
            add(text, used, "none: %s", models->refused);
        return text;
    }
    used = add_peak(models, text, used);
    if (models->worst_miss_ratio > MISS_WORTH_A_WORD)
        add(text, used, "; it misses level %.0f by %s", models->worst_miss_level,
            knee_human_percent(miss, models->worst_miss_ratio));
    return text;
}

const char *knee_explain_three(const struct knee_workload_result *workload, char *text)
{
    const struct knee_decision *decision = &workload->decision;
    const struct knee_models *models = &workload->models;
    int used = 0;
    text[0] = '\0';
    if (decision->rule_of_thumb > 0)
        used = add(text, used, "rule of thumb %u, ", decision->rule_of_thumb);
    if (models->peak_level > 0)
        used = add(text, used, "model's peak %.0f%s, ", models->peak_level,
                   models->extrapolated ? " (extrapolated)" : "");
    else
        used = add(text, used,
                   models->model == KNEE_MODEL_NONE ? "no model, " : "model without a peak, ");
    if (decision->knee > 0)
        add(text, used, "measured knee %u and peak %u", decision->knee, decision->peak);
    else
        add(text, used, "nothing measured");
    return text;
}
