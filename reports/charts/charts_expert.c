/* SPDX-License-Identifier: MIT */
#include "reports/charts/charts_expert.h"

#include "core/text/strings.h"
#include "reports/charts/chart_words.h"
#include "reports/words/explain_slo.h"

#include <math.h>
#include <stdlib.h>

#define SAYS_COLUMNS 36 /* what a chart says after the workload's title */
#define SHARE_SEEN .004 /* of a bar: a pixel */

/* Which parts of an item's time there are. */
static void set_shares(struct knee_expert *expert, const struct knee_level *level)
{
    double computes = fmax(level->cpu_per_item_s, 0), waits = fmax(level->other_wait_per_item_s, 0);
    double queues = fmax(level->runqueue_wait_per_item_s, 0);
    double seen = SHARE_SEEN * (computes + queues + waits);
    expert->has_shares |= level->cpu_per_item_s + level->other_wait_per_item_s > 0;
    expert->has_queue |= isfinite(level->runqueue_wait_per_item_s);
    expert->computes |= computes > seen;
    expert->queues |= queues > seen;
    expert->waits |= waits > seen;
}

static void set_levels(struct knee_charts_expert *made, const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        made->levels[i] = (struct knee_expert_level){
            .level = level->level,
            .windows = level->windows,
            .throughput_per_s = level->throughput_per_s,
            .low_per_s = level->throughput_ci_low_per_s,
            .high_per_s = level->throughput_ci_high_per_s,
            .speedup = level->speedup,
            .latency_p50_s = level->latency_p50_s,
            .latency_p95_s = level->latency_p95_s,
            .latency_p99_s = level->latency_p99_s,
            .latency_max_s = level->latency_max_s,
            .machine = knee_chart_words_machine(level->level, level->marks, made->machine[i],
                                                sizeof made->machine[i])};
        set_shares(&made->expert, level);
    }
}

/* Up to the highest level that was measured: beyond it nothing else is drawn. */
static void set_band(struct knee_charts_expert *made, const struct knee_workload_result *workload)
{
    const struct knee_band *band = workload->band;
    uint32_t first = workload->levels[0].level;
    uint32_t last = workload->levels[workload->levels_count - 1].level;
    for (size_t i = 0; band && i < band->count; i++)
        if (band->at[i].level >= first && band->at[i].level <= last)
            made->band[made->expert.band_count++] = (struct knee_expert_band){
                band->at[i].level, band->at[i].low_per_s, band->at[i].high_per_s};
    made->expert.band = made->band;
}

/* The curve of the model between the first and the last level, evenly on a logarithmic axis. */
static size_t set_model(struct knee_expert_model *to, const struct knee_workload_result *workload)
{
    const struct knee_models *models = &workload->models;
    double low = workload->levels[0].level;
    double high = workload->levels[workload->levels_count - 1].level;
    if (models->model == KNEE_MODEL_NONE || !(high > low))
        return 0;
    for (size_t i = 0; i < KNEE_CHARTS_EXPERT_POINTS; i++) {
        double level = low * pow(high / low, (double)i / (KNEE_CHARTS_EXPERT_POINTS - 1)), se = NAN;
        double per_s = knee_models_predict(models, level, &se), half = models->t * se;
        to[i] =
            (struct knee_expert_model){level, per_s, fmax(per_s - half, per_s / 1e3), per_s + half};
    }
    return KNEE_CHARTS_EXPERT_POINTS;
}

int knee_charts_expert_init(struct knee_charts_expert *made,
                            const struct knee_workload_result *workload, size_t first_row,
                            const char *base, struct knee_err *err)
{
    static const char *const names[KNEE_MODEL_COUNT] = {[KNEE_MODEL_NONE] = "",
                                                        [KNEE_MODEL_LINEAR] = "linear model",
                                                        [KNEE_MODEL_AMDAHL] = "Amdahl's law",
                                                        [KNEE_MODEL_USL] = "USL"};
    made->levels = calloc(workload->levels_count + 1, sizeof *made->levels);
    made->machine = calloc(workload->levels_count + 1, sizeof *made->machine);
    made->band = calloc(workload->band ? workload->band->count + 1 : 1, sizeof *made->band);
    if (!made->levels || !made->machine || !made->band) {
        knee_charts_expert_release(made);
        return knee_err_memory(err, "charts");
    }
    made->expert = (struct knee_expert){
        .base = base,
        .csv = "levels.csv",
        .first_row = first_row,
        .title = made->title,
        .levels = made->levels,
        .levels_count = workload->levels_count,
        .cpu_bound_per_s = workload->demands.cpu_bound_per_s,
        .use = knee_explain_slo_unmet(workload) ? 0 : knee_workload_result_use(workload),
        .open = workload->decision.verdict != KNEE_VERDICT_RESOLVED};
    made->expert.proven = knee_chart_words_proven(workload, &made->expert.proven_ratio);
    knee_chart_words_name(workload, SAYS_COLUMNS, made->title, sizeof made->title);
    set_levels(made, workload);
    made->expert.model = made->model;
    made->expert.model_count = workload->levels_count ? set_model(made->model, workload) : 0;
    if (workload->levels_count)
        set_band(made, workload);
    made->expert.model_name = names[workload->models.model];
    return 0;
}

void knee_charts_expert_release(struct knee_charts_expert *made)
{
    free(made->machine);
    free(made->levels);
    free(made->band);
    made->band = NULL;
    made->machine = NULL;
    made->levels = NULL;
}
