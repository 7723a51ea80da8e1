/* SPDX-License-Identifier: MIT */
#include "tuner/cli/plan/plan_next.h"

#include "core/text/builder.h"
#include "core/text/strings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEVELS_MAX 24
#define WINDOWS_A_LEVEL 4
#define WINDOW_S .3 /* with the settling before it */
#define LATENCIES_A_WINDOW 4

struct levels {
    uint32_t at[LEVELS_MAX];
    size_t count;
};

/* Adds a level that is higher than all so far. */
static void add(struct levels *levels, double level)
{
    uint32_t whole = (uint32_t)fmax(round(level), 1);
    if (levels->count < LEVELS_MAX && (levels->count == 0 || whole > levels->at[levels->count - 1]))
        levels->at[levels->count++] = whole;
}

/* Wide apart below and above the range, close together in it. */
static void choose(struct levels *levels, const struct knee_forecast_range *range)
{
    add(levels, 1);
    add(levels, range->low / 4);
    add(levels, range->low / 2);
    add(levels, range->low * .8);
    double inside = fmin(range->high - range->low + 1, 7), step = 0;
    if (inside > 1)
        step = log(range->high / range->low) / (inside - 1);
    for (int i = 0; i < (int)inside; i++)
        add(levels, range->low * exp(step * i));
    add(levels, range->high);
    add(levels, fmax(range->high * 1.25, range->high + 1));
    add(levels, fmax(range->high * 2, range->high + 2));
}

/* The option --param and its value, as given. */
static void add_params(struct knee_builder *out, const struct knee_sweep_plan *plan)
{
    for (int i = 2; i < plan->argc; i++) {
        bool separate = strcmp(plan->argv[i], "--param") == 0 && i + 1 < plan->argc;
        if (!separate && strncmp(plan->argv[i], "--param=", 8) != 0)
            continue;
        char *words = knee_strings_shell(separate ? 2 : 1, &plan->argv[i]);
        knee_builder_add(out, " %s", words ? words : "");
        free(words);
        i += separate;
    }
}

/* The measured work, as the rest of a sweep's command line. */
static void add_work(struct knee_builder *out, const struct knee_forecast_page_work *work,
                     const struct knee_sweep_plan *plan)
{
    int count = 0;
    if (!work->here->command || !plan->read_command) {
        knee_builder_add(out, " %s", work->name);
        add_params(out, plan);
        return;
    }
    while (plan->read_command[count])
        count++;
    char *words = count > 2 ? knee_strings_shell(count - 2, plan->read_command + 2) : NULL;
    knee_builder_add(out, " %s", words ? words : "-- COMMAND");
    free(words);
}

void knee_plan_next(struct knee_forecast_page_work *work, const struct knee_sweep_plan *plan)
{
    const struct knee_forecast *forecast = &work->forecast;
    struct knee_builder out;
    struct levels levels = {.count = 0};
    knee_builder_over(&out, work->next, sizeof work->next);
    knee_builder_add(&out, "knee sweep");
    if (forecast->refusal == KNEE_FORECAST_MADE) {
        choose(&levels, &forecast->limit);
        knee_builder_add(&out, " --levels ");
        for (size_t i = 0; i < levels.count; i++)
            knee_builder_add(&out, "%s%u", i ? "," : "", levels.at[i]);
        double slowest_s = levels.at[levels.count - 1] / forecast->throughput.median;
        work->next_s =
            WINDOWS_A_LEVEL * (double)levels.count * fmax(WINDOW_S, LATENCIES_A_WINDOW * slowest_s);
    } else if (forecast->refusal == KNEE_FORECAST_LINEAR ||
               forecast->refusal == KNEE_FORECAST_FEW_LEVELS) {
        uint32_t max = forecast->measured_max > 0 ? forecast->measured_max : 1;
        knee_builder_add(&out, " --max-level %u", 4 * max);
    }
    add_work(&out, work, plan);
}
