/* SPDX-License-Identifier: MIT */
#include "tuner/store/run_record_sums.h"

#include "core/base/array.h"
#include "core/base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct knee_run_record_sum *sum_of(struct knee_run_record_sums *sums, uint32_t level)
{
    size_t at = 0;
    while (at < sums->count && sums->at[at].level < level)
        at++;
    if (at < sums->count && sums->at[at].level == level)
        return &sums->at[at];
    if (sums->count == sums->room) {
        size_t room = 2 * sums->room + 32;
        void *grown = knee_array_resize(sums->at, room, sizeof *sums->at);
        if (!grown)
            return NULL;
        sums->at = grown;
        sums->room = room;
    }
    struct knee_histogram *lengths = knee_array_make(1, sizeof *lengths);
    if (!lengths)
        return NULL;
    memmove(&sums->at[at + 1], &sums->at[at], (sums->count - at) * sizeof *sums->at);
    sums->count++;
    sums->at[at] =
        (struct knee_run_record_sum){.level = level, .rss_bytes = NAN, .lengths = lengths};
    return &sums->at[at];
}

bool knee_run_record_sums_add(struct knee_run_record_sums *sums, uint32_t level,
                              const struct knee_run_record_item *attempt, bool done)
{
    struct knee_run_record_sum *sum = sum_of(sums, level);
    if (!sum)
        return false;
    sum->cpu_s += isnan(attempt->cpu_s) ? 0. : attempt->cpu_s;
    sum->rss_bytes = fmax(sum->rss_bytes, attempt->rss_bytes);
    sum->failed += !done;
    if (!done)
        return true;
    double length_s = attempt->length_s;
    sum->done++;
    sum->sum_s += length_s;
    sum->square += length_s * length_s;
    sum->most_s = fmax(sum->most_s, length_s);
    knee_histogram_record(sum->lengths, (uint64_t)(length_s * (double)KNEE_NS_PER_S));
    return true;
}

static double quantile_s(const struct knee_histogram_sum *sum, double ratio)
{
    return knee_histogram_sum_quantile_ns(sum, ratio) / (double)KNEE_NS_PER_S;
}

static void conclude(const struct knee_run_record_sum *from, struct knee_histogram_sum *lengths,
                     struct knee_run_record_level *level)
{
    double count = (double)from->done, mean_s = from->sum_s / count;
    double variance = fmax(0., from->square / count - mean_s * mean_s);
    *lengths = (struct knee_histogram_sum){0};
    knee_histogram_sum_add(lengths, from->lengths);
    *level = (struct knee_run_record_level){
        .level = from->level,
        .done = from->done,
        .failed = from->failed,
        .latency_mean_s = from->done ? mean_s : NAN,
        .latency_p50_s = quantile_s(lengths, .5),
        .latency_p95_s = quantile_s(lengths, .95),
        .latency_p99_s = quantile_s(lengths, .99),
        .latency_max_s = from->done ? from->most_s : NAN,
        .latency_cv = from->done > 1 && mean_s > 0. ? sqrt(variance) / mean_s : NAN,
        .cpu_per_item_s = from->cpu_s / (double)(from->done + from->failed),
        .max_rss_bytes = from->rss_bytes,
    };
}

bool knee_run_record_sums_conclude(const struct knee_run_record_sums *sums,
                                   struct knee_run_record *record)
{
    struct knee_histogram_sum *lengths = calloc(1, sizeof *lengths);
    record->levels = knee_array_make(sums->count, sizeof *record->levels);
    bool enough = lengths && record->levels;
    for (size_t i = 0; i < sums->count && enough; i++)
        conclude(&sums->at[i], lengths, &record->levels[record->levels_count++]);
    free(lengths);
    return enough;
}

void knee_run_record_sums_release(struct knee_run_record_sums *sums)
{
    for (size_t i = 0; i < sums->count; i++)
        free(sums->at[i].lengths);
    free(sums->at);
    *sums = (struct knee_run_record_sums){0};
}
