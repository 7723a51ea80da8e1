/* SPDX-License-Identifier: MIT */
#include "tuner/cmd_charts_expert.h"

#include "plots/expert.h"
#include "reports/strings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_COLUMNS 48 /* of a workload's own, before what the chart says of it */

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
        expert->has_shares |=
            level->cpu_per_item_s + level->runqueue_wait_per_item_s + level->other_wait_per_item_s >
            0;
    }
}

/* The fitted model, with its name for the key; false where there is none. */
static bool set_model(struct knee_expert_model *to, const struct knee_models *models)
{
    static const char *const texts[KNEE_MODEL_COUNT] = {
        [KNEE_MODEL_LINEAR] = "linear model and its 95 % band",
        [KNEE_MODEL_AMDAHL] = "Amdahl's law and its 95 % band",
        [KNEE_MODEL_USL] = "universal scalability law and its 95 % band",
    };
    *to = (struct knee_expert_model){.lambda = models->lambda.value,
                                     .sigma = models->sigma.value,
                                     .kappa = models->kappa.value,
                                     .t = models->t,
                                     .text = texts[models->model]};
    memcpy(to->covariance, models->covariance, sizeof to->covariance);
    return models->model != KNEE_MODEL_NONE;
}

int knee_charts_expert(const struct knee_workload_result *workload, size_t first_row,
                       const char *base, const char *dir, struct knee_err *err)
{
    char title[176];
    struct knee_expert_model model;
    struct knee_expert_level *levels = calloc(workload->levels_count + 1, sizeof *levels);
    if (!levels)
        return knee_err_set(err, KNEE_FAILED, "charts: out of memory; end other programs");
    struct knee_expert expert = {.base = base,
                                 .csv = "levels.csv",
                                 .first_row = first_row,
                                 .title = title,
                                 .levels = levels,
                                 .levels_count = workload->levels_count,
                                 .use = knee_workload_result_use(workload)};
    expert.model = set_model(&model, &workload->models) ? &model : NULL;
    knee_string_utf8(title, sizeof title, workload->title[0] ? workload->title : workload->name,
                     false);
    knee_string_clip(title, TITLE_COLUMNS);
    set_levels(levels, &expert, workload);
    int failed = 0;
    for (size_t i = 0; i < knee_expert_charts_count && !failed; i++)
        failed = knee_expert_write(&expert, &knee_expert_charts[i], dir, err);
    free(levels);
    return failed;
}
