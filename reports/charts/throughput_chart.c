/* SPDX-License-Identifier: MIT */
#include "reports/charts/throughput_chart.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/strings.h"
#include "reports/charts/chart_words.h"
#include "reports/words/explain.h"
#include "reports/words/explain_slo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TITLE_BYTES (3 * KNEE_EXPLAIN_BYTES + 256)

/* "cpu (1 ms): run 2 at once; 16 only adds waiting", and the goal if it is more than throughput: it
 * may be why the dot is not at full speed. */
static void make_title(const struct knee_workload_result *workload, char *title)
{
    char name[176], says[TITLE_BYTES - 180], answer[KNEE_EXPLAIN_BYTES], beyond[KNEE_EXPLAIN_BYTES];
    char goal[KNEE_EXPLAIN_BYTES];
    knee_explain_title(workload, answer);
    knee_explain_beyond(workload, beyond);
    knee_explain_goal(workload, goal);
    bool asked = *goal && !knee_explain_slo_unmet(workload); /* else the answer names it */
    snprintf(says, sizeof says, "%s%s%s%s%s%s", answer, *beyond ? "; " : "", beyond,
             asked ? " (" : "", asked ? goal : "", asked ? ")" : "");
    knee_chart_words_name(workload, knee_strings_width(says) + 2, name, sizeof name);
    snprintf(title, TITLE_BYTES, "%s: %s", name, says);
}

double knee_throughput_chart_best_per_s(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        double of_best = knee_workload_result_of_best(workload, level);
        if (of_best > 0)
            return level->throughput_per_s / of_best;
    }
    return 1;
}

static enum knee_chart_answer choose_answer(const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    if (knee_explain_slo_unmet(workload))
        return KNEE_CHART_NONE;
    if (knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_RULE)
        return KNEE_CHART_RULE;
    uint32_t use = knee_workload_result_use(workload);
    bool open = decision->verdict == KNEE_VERDICT_UNRESOLVED && decision->knee_low > 0 &&
                decision->knee_low < decision->knee_high;
    if (open && decision->uses_coarser && knee_goal_is_default(&workload->goal))
        return KNEE_CHART_BOTH;
    /* Under another objective the limit may not be one of the knee's candidates. */
    open &= use >= decision->knee_low && use <= decision->knee_high;
    return open ? KNEE_CHART_BRACKET : KNEE_CHART_DOT;
}

static void set_level(struct knee_chart_level *to, const struct knee_workload_result *workload,
                      const struct knee_level *level, double best_per_s, const char *machine)
{
    *to = (struct knee_chart_level){
        .level = level->level,
        .percent = 100 * knee_workload_result_of_best(workload, level),
        .low_percent = 100 * level->throughput_ci_low_per_s / best_per_s,
        .high_percent = 100 * level->throughput_ci_high_per_s / best_per_s,
        .latency_p95_s = level->latency_p95_s,
        .machine = machine,
    };
}

int knee_throughput_chart_init(struct knee_throughput_chart *made,
                               const struct knee_workload_result *workload, size_t first_row,
                               struct knee_err *err)
{
    const struct knee_decision *decision = &workload->decision;
    double best_per_s = knee_throughput_chart_best_per_s(workload), proven_ratio;
    uint32_t proven = knee_chart_words_proven(workload, &proven_ratio);
    *made = (struct knee_throughput_chart){
        .title = malloc(TITLE_BYTES),
        .levels = calloc(workload->levels_count + 1, sizeof *made->levels),
        .machine = calloc(workload->levels_count + 1, sizeof *made->machine)};
    if (!made->title || !made->levels || !made->machine) {
        knee_throughput_chart_release(made);
        return knee_err_memory(err, "charts");
    }
    make_title(workload, made->title);
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        set_level(&made->levels[i], workload, level, best_per_s,
                  knee_chart_words_machine(level->level, level->marks, made->machine[i],
                                           sizeof made->machine[i]));
    }
    made->chart = (struct knee_chart){
        .csv = "levels.csv",
        .first_row = first_row,
        .title = made->title,
        .levels = made->levels,
        .levels_count = workload->levels_count,
        .answer = choose_answer(workload),
        .use = knee_workload_result_use(workload),
        .open = decision->verdict == KNEE_VERDICT_UNRESOLVED ||
                knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_GUESS,
        .low = decision->knee_low,
        .high = decision->knee_high,
        .current = workload->current,
        .rule = decision->rule_of_thumb,
        .proven = proven,
        .proven_ratio = proven_ratio,
        .best_per_s = best_per_s,
        .tolerance_ratio = knee_decision_tolerance(decision),
    };
    return 0;
}

void knee_throughput_chart_release(struct knee_throughput_chart *made)
{
    free(made->machine);
    free(made->levels);
    free(made->title);
    *made = (struct knee_throughput_chart){.title = NULL};
}
