/* SPDX-License-Identifier: MIT */
/* Judges from its windows whether a level meets an SLO. */
#include "core/base/stats.h"
#include "tuner/decide/slo.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Windows whose percentiles fall into the same bucket of the histogram may differ by this. */
#define SPREAD_MIN .01

static double latency_of(const struct knee_slo *slo, const struct knee_window *window)
{
    switch (slo->metric) {
    case KNEE_SLO_P50:
        return knee_window_figure(window, KNEE_WINDOW_LATENCY_P50_S);
    case KNEE_SLO_P95:
        return knee_window_figure(window, KNEE_WINDOW_LATENCY_P95_S);
    case KNEE_SLO_P99:
        return knee_window_figure(window, KNEE_WINDOW_LATENCY_P99_S);
    default:
        return window->latency_mean_s;
    }
}

static struct knee_slo_judgement judge_latency(const struct knee_slo *slo, uint32_t level,
                                               double confidence_ratio,
                                               const struct knee_window *windows, size_t count)
{
    struct knee_slo_judgement judgement = {.value = NAN, .upper = INFINITY};
    double n = 0, mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        if (windows[i].level != level || !windows[i].valid)
            continue;
        double value = latency_of(slo, &windows[i]);
        if (!(value > 0) || !isfinite(value))
            continue;
        double before = log(value) - mean; /* Welford 1962 */
        n++;
        mean += before / n;
        squares += before * (log(value) - mean);
    }
    if (n > 0)
        judgement.value = exp(mean);
    if (n < KNEE_SLO_WINDOWS_MIN)
        return judgement;
    double spread = fmax(sqrt(squares / (n - 1)), SPREAD_MIN);
    double half = knee_stats_t_quantile(confidence_ratio, n - 1) * spread / sqrt(n);
    judgement.upper = exp(mean + half);
    judgement.lower = exp(mean - half);
    return judgement;
}

/* Cells of several windows' digests, as (edge, items). */
struct edge {
    double at_s, items;
};

static int compare_edges(const void *a, const void *b)
{
    double left = ((const struct edge *)a)->at_s, right = ((const struct edge *)b)->at_s;
    return (left > right) - (left < right);
}

/* The level's cells with their upper or lower edges, ascending; how many. `all` has room for them.
 */
static size_t list_edges(struct edge *all, bool upper, uint32_t level,
                         const struct knee_window *windows, size_t count)
{
    size_t edges = 0;
    for (size_t i = 0; i < count; i++) {
        struct knee_histogram_digest digest;
        if (windows[i].level != level || !windows[i].valid)
            continue;
        knee_window_latencies(&windows[i], &digest);
        for (size_t c = 0; c < digest.count; c++)
            all[edges++] = (struct edge){.at_s = upper ? knee_histogram_digest_high_s(&digest, c)
                                                       : knee_histogram_digest_low_s(&digest, c),
                                         .items = digest.items[c]};
    }
    qsort(all, edges, sizeof *all, compare_edges);
    return edges;
}

/* The edge of the item of that rank, from 1. */
static double edge_of_rank(const struct edge *all, size_t count, double rank)
{
    double seen = 0;
    for (size_t i = 0; i < count; i++) {
        seen += all[i].items;
        if (seen >= rank)
            return all[i].at_s;
    }
    return INFINITY;
}

/* The smallest rank whose item is, with that confidence, at or above the quantile `ratio` of which
 * `items` are a sample; items + 1: there is none. */
static double upper_rank(double items, double ratio, double confidence_ratio)
{
    double low = 0, high = items + 1;
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (gsl_cdf_binomial_P((unsigned)(middle - 1), ratio, (unsigned)items) >= confidence_ratio)
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* The largest rank whose item is, with that confidence, at or below the quantile; 0: none. */
static double lower_rank(double items, double ratio, double confidence_ratio)
{
    double low = 0, high = items + 1;
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (gsl_cdf_binomial_Q((unsigned)(middle - 1), ratio, (unsigned)items) >= confidence_ratio)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct knee_slo_judgement judge_quantile(double ratio, uint32_t level,
                                                double confidence_ratio,
                                                const struct knee_window *windows, size_t count,
                                                struct edge *all)
{
    struct knee_slo_judgement judgement = {.value = NAN, .upper = INFINITY};
    /* The upper edges are sharp: a cell of one bucket ends at its items. */
    size_t edges = list_edges(all, true, level, windows, count);
    for (size_t i = 0; i < edges; i++)
        judgement.items += all[i].items;
    double items = fmin(judgement.items, UINT32_MAX - 1), value_rank = ceil(ratio * items);
    double needed = ceil(log1p(-confidence_ratio) / log(ratio));
    judgement.items_needed = items < needed ? needed : 0;
    judgement.value = edge_of_rank(all, edges, value_rank);
    judgement.upper = edge_of_rank(all, edges, upper_rank(items, ratio, confidence_ratio));
    list_edges(all, false, level, windows, count);
    double rank = lower_rank(items, ratio, confidence_ratio);
    judgement.lower = rank >= 1 ? edge_of_rank(all, edges, rank) : 0;
    return judgement;
}

static double ratio_of(const struct knee_slo *slo)
{
    switch (slo->metric) {
    case KNEE_SLO_P50:
        return .50;
    case KNEE_SLO_P95:
        return .95;
    case KNEE_SLO_P99:
        return .99;
    default:
        return NAN;
    }
}

/* The cells of the level's digests; 0 unless every valid window of it that had items has one. */
static size_t count_cells(uint32_t level, const struct knee_window *windows, size_t count)
{
    size_t cells = 0;
    for (size_t i = 0; i < count; i++) {
        struct knee_histogram_digest digest;
        if (windows[i].level != level || !windows[i].valid)
            continue;
        knee_window_latencies(&windows[i], &digest);
        if (digest.count == 0 && knee_window_figure(&windows[i], KNEE_WINDOW_LATENCY_P50_S) > 0)
            return 0;
        cells += digest.count;
    }
    return cells;
}

static struct knee_slo_judgement judge_percentile(const struct knee_slo *slo, uint32_t level,
                                                  double confidence_ratio,
                                                  const struct knee_window *windows, size_t count)
{
    size_t cells = count_cells(level, windows, count);
    struct edge *all = cells > 0 ? malloc(cells * sizeof *all) : NULL;
    if (!all)
        return judge_latency(slo, level, confidence_ratio, windows, count);
    struct knee_slo_judgement judgement =
        judge_quantile(ratio_of(slo), level, confidence_ratio, windows, count, all);
    free(all);
    return judgement;
}

static struct knee_slo_judgement judge_errors(const struct knee_slo *slo, uint32_t level,
                                              double confidence_ratio,
                                              const struct knee_window *windows, size_t count)
{
    struct knee_slo_judgement judgement = {.value = NAN, .upper = INFINITY};
    double items = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (windows[i].level != level || !windows[i].valid)
            continue;
        items += isfinite(windows[i].items) ? windows[i].items : 0;
        failed += isfinite(windows[i].failed_items) ? windows[i].failed_items : 0;
    }
    if (!(items + failed > 0))
        return judgement;
    judgement.value = failed / (items + failed);
    judgement.upper = items > 0 ? gsl_cdf_beta_Pinv(confidence_ratio, failed + 1, items) : 1;
    judgement.lower = failed > 0 ? gsl_cdf_beta_Pinv(1 - confidence_ratio, failed, items + 1) : 0;
    if (!(slo->limit > 0))
        judgement.upper = judgement.lower = judgement.value;
    return judgement;
}

struct knee_slo_judgement knee_slo_judge(const struct knee_slo *slo, uint32_t level,
                                         double confidence_ratio, const struct knee_window *windows,
                                         size_t count)
{
    struct knee_slo_judgement judgement;
    if (slo->metric == KNEE_SLO_ERRORS)
        judgement = judge_errors(slo, level, confidence_ratio, windows, count);
    else if (slo->metric == KNEE_SLO_MEAN)
        judgement = judge_latency(slo, level, confidence_ratio, windows, count);
    else
        judgement = judge_percentile(slo, level, confidence_ratio, windows, count);
    judgement.met = judgement.upper <= slo->limit;
    judgement.missed = judgement.lower > slo->limit;
    return judgement;
}
