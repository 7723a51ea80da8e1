/* SPDX-License-Identifier: MIT */
#include "reports/charts/charts_expert.h"

#include "core/text/strings.h"
#include "plots/expert.h"
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>

#define MODEL_POINTS 65
#define SAYS_COLUMNS 36 /* what a chart says behind a workload's own */
#define NAME_COLUMNS 12 /* left to it at least */

void knee_charts_name(const struct knee_workload_result *workload, size_t taken, char *name,
                      size_t name_bytes)
{
    size_t room = taken + NAME_COLUMNS < KNEE_SCRIPT_TITLE_COLUMNS
                      ? KNEE_SCRIPT_TITLE_COLUMNS - taken
                      : NAME_COLUMNS;
    knee_strings_utf8(name, name_bytes, workload->title, false);
    if (!*name || knee_strings_width(name) > room)
        knee_strings_utf8(name, name_bytes, workload->name, false);
    knee_strings_clip(name, room);
}

static void set_levels(struct knee_expert_level *to, struct knee_expert *expert,
                       const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        to[i] = (struct knee_expert_level){.level = level->level,
                                           .throughput_per_s = level->throughput_per_s,
                                           .speedup = level->speedup,
                                           .latency_p50_s = level->latency_p50_s,
                                           .latency_p99_s = level->latency_p99_s,
                                           .latency_max_s = level->latency_max_s};
        expert->has_shares |= level->cpu_per_item_s + level->other_wait_per_item_s > 0;
        expert->has_queue |= isfinite(level->runqueue_wait_per_item_s);
    }
}

/* The curve of the model between the first and the last level, evenly on a logarithmic axis. */
static size_t set_model(struct knee_expert_model *to, const struct knee_workload_result *workload)
{
    const struct knee_models *models = &workload->models;
    double low = workload->levels[0].level;
    double high = workload->levels[workload->levels_count - 1].level;
    if (models->model == KNEE_MODEL_NONE || !(high > low))
        return 0;
    for (size_t i = 0; i < MODEL_POINTS; i++) {
        double level = low * pow(high / low, (double)i / (MODEL_POINTS - 1)), se = NAN;
        double per_s = knee_models_predict(models, level, &se), half = models->t * se;
        to[i] =
            (struct knee_expert_model){level, per_s, fmax(per_s - half, per_s / 1e3), per_s + half};
    }
    return MODEL_POINTS;
}

int knee_charts_expert(const struct knee_workload_result *workload, size_t first_row,
                       const char *base, const char *dir, struct knee_err *err)
{
    static const char *const names[KNEE_MODEL_COUNT] = {[KNEE_MODEL_NONE] = "",
                                                        [KNEE_MODEL_LINEAR] = "linear model",
                                                        [KNEE_MODEL_AMDAHL] = "Amdahl's law",
                                                        [KNEE_MODEL_USL] = "USL"};
    struct knee_expert_model model[MODEL_POINTS];
    char title[176];
    struct knee_expert_level *levels = calloc(workload->levels_count + 1, sizeof *levels);
    if (!levels)
        return knee_err_set(err, KNEE_FAILED, "charts: out of memory; end other programs");
    struct knee_expert expert = {.base = base,
                                 .csv = "levels.csv",
                                 .first_row = first_row,
                                 .title = title,
                                 .levels = levels,
                                 .levels_count = workload->levels_count,
                                 .cpu_bound_per_s = workload->demands.cpu_bound_per_s,
                                 .use = knee_workload_result_use(workload),
                                 .open = workload->decision.verdict != KNEE_VERDICT_RESOLVED};
    knee_charts_name(workload, SAYS_COLUMNS, title, sizeof title);
    set_levels(levels, &expert, workload);
    expert.model = model;
    expert.model_count = workload->levels_count ? set_model(model, workload) : 0;
    expert.model_name = names[workload->models.model];
    int failed = 0;
    for (size_t i = 0; i < knee_expert_charts_count && !failed; i++)
        failed = knee_expert_write(&expert, &knee_expert_charts[i], dir, err);
    free(levels);
    return failed;
}
