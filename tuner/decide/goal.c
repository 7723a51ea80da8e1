/* SPDX-License-Identifier: MIT */
#include "tuner/decide/goal.h"

#include "tuner/decide/level.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double score_throughput(const struct knee_level *level, const struct knee_goal *goal)
{
    (void)goal;
    return level->throughput_per_s;
}

/* The score is the level itself, so the highest that is efficient enough wins. */
static double score_efficiency(const struct knee_level *level, const struct knee_goal *goal)
{
    return level->parallel_efficiency >= goal->min_efficiency_ratio ? (double)level->level
                                                                    : (double)NAN;
}

/* Kleinrock 1979, "Power and deterministic rules of thumb": throughput over response time. */
static double score_power(const struct knee_level *level, const struct knee_goal *goal)
{
    (void)goal;
    return level->throughput_per_s / level->latency_mean_s;
}

/* An objective is easier to find as a row than as a column. */
/* clang-format off */
const struct knee_goal_objective knee_goal_objectives[] = {
    {"throughput", "the smallest level at full speed: the knee (default)", "full speed", true, false, score_throughput},
    {"efficiency", "the highest level whose parallel efficiency is at least --min-efficiency", "parallel efficiency", false, true, score_efficiency},
    {"power", "the level with the most throughput per mean latency", "throughput per latency", false, false, score_power},
    {.name = NULL},
};
/* clang-format on */

const struct knee_goal_objective *knee_goal_objective_find(const char *name)
{
    for (size_t i = 0; knee_goal_objectives[i].name; i++)
        if (strcmp(knee_goal_objectives[i].name, name) == 0)
            return &knee_goal_objectives[i];
    return NULL;
}

const struct knee_goal_objective *knee_goal_objective(const struct knee_goal *goal)
{
    return goal->objective ? goal->objective : &knee_goal_objectives[0];
}

bool knee_goal_is_default(const struct knee_goal *goal)
{
    return knee_goal_objective(goal) == &knee_goal_objectives[0] && goal->slos_count == 0;
}

bool knee_goal_met(const struct knee_goal *goal, uint32_t level, double confidence_ratio,
                   const struct knee_window *windows, size_t count)
{
    for (size_t i = 0; i < goal->slos_count; i++)
        if (!knee_slo_judge(&goal->slos[i], level, confidence_ratio, windows, count).met)
            return false;
    return true;
}

size_t knee_goal_pick(const struct knee_goal *goal, double tolerance_ratio,
                      const struct knee_level *levels, const bool *in, size_t count)
{
    const struct knee_goal_objective *objective = knee_goal_objective(goal);
    double best = NAN, slack = objective->within_tolerance ? tolerance_ratio : 0;
    for (size_t i = 0; i < count; i++)
        if (in[i])
            best = fmax(best, objective->score(&levels[i], goal));
    for (size_t i = 0; i < count; i++)
        if (in[i] && objective->score(&levels[i], goal) >= best * (1 - slack))
            return i;
    return SIZE_MAX;
}

int knee_goal_add_slo(struct knee_goal *goal, const char *what, const char *text,
                      struct knee_err *err)
{
    struct knee_slo slo;
    if (knee_slo_parse(&slo, what, text, err))
        return -1;
    if (goal->slos_count == KNEE_SLOS_MAX)
        return knee_err_set(err, KNEE_USAGE, "%s: more than %d of them; give fewer", what,
                            KNEE_SLOS_MAX);
    goal->slos[goal->slos_count++] = slo;
    return 0;
}

static const char *join(const struct knee_goal *goal, const char *between,
                        const char *(*write)(const struct knee_slo *slo, char *text), char *text,
                        size_t text_bytes)
{
    char one[KNEE_SLO_TEXT_BYTES];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < goal->slos_count && used < text_bytes; i++)
        used += (size_t)snprintf(text + used, text_bytes - used, "%s%s", i ? between : "",
                                 write(&goal->slos[i], one));
    return text;
}

const char *knee_goal_slo_phrase(const struct knee_goal *goal, char *text, size_t text_bytes)
{
    return join(goal, ", ", knee_slo_phrase, text, text_bytes);
}

const char *knee_goal_slo_text(const struct knee_goal *goal, char *text, size_t text_bytes)
{
    return join(goal, ",", knee_slo_text, text, text_bytes);
}

bool knee_goal_needs_latencies(const struct knee_goal *goal)
{
    for (size_t i = 0; i < goal->slos_count; i++)
        if (knee_slo_is_percentile(&goal->slos[i]))
            return true;
    return false;
}
