/* SPDX-License-Identifier: MIT */
#include "reports/ci/openmetrics.h"

#include "core/base/array.h"
#include "core/text/strings.h"

#include <math.h>

static double limit_of(const struct knee_workload_result *workload)
{
    return knee_workload_result_use(workload);
}

static double measured_of(const struct knee_workload_result *workload)
{
    return knee_workload_result_measured(workload);
}

static double resolved_of(const struct knee_workload_result *workload)
{
    return workload->decision.verdict == KNEE_VERDICT_RESOLVED;
}

static double level_or_unknown(uint32_t level)
{
    return level ? level : (double)NAN;
}

static double knee_low_of(const struct knee_workload_result *workload)
{
    return level_or_unknown(workload->decision.knee_low);
}

static double knee_high_of(const struct knee_workload_result *workload)
{
    return level_or_unknown(workload->decision.knee_high);
}

static double peak_of(const struct knee_workload_result *workload)
{
    return level_or_unknown(workload->decision.peak);
}

/* A member of the limit's row; NAN without one. */
static const struct knee_level *row_of(const struct knee_workload_result *workload)
{
    return knee_workload_result_at(workload, knee_workload_result_use(workload));
}

static double throughput_of(const struct knee_workload_result *workload)
{
    const struct knee_level *row = row_of(workload);
    return row ? row->throughput_per_s : (double)NAN;
}

static double p99_of(const struct knee_workload_result *workload)
{
    const struct knee_level *row = row_of(workload);
    return row ? row->latency_p99_s : (double)NAN;
}

static double memory_of(const struct knee_workload_result *workload)
{
    const struct knee_level *row = row_of(workload);
    return row ? row->max_rss_bytes : (double)NAN;
}

static double bound_of(const struct knee_workload_result *workload)
{
    return knee_workload_result_bound_ratio(workload);
}

static const struct {
    const char *name, *help;
    double (*value)(const struct knee_workload_result *workload);
} METRICS[] = {
    {"knee_limit", "The limit to use: items in flight at once.", limit_of},
    {"knee_limit_measured", "1 if the limit was measured, 0 if it is a rule of thumb.",
     measured_of},
    {"knee_resolved", "1 if the answer is proven at the stated confidence.", resolved_of},
    {"knee_low", "The smallest knee that the evidence allows.", knee_low_of},
    {"knee_high", "The highest knee that the evidence allows.", knee_high_of},
    {"knee_peak", "The level with the best throughput.", peak_of},
    {"knee_bound_ratio", "Proven: the limit's throughput against the best.", bound_of},
    {"knee_throughput_per_second", "Successful items per second at the limit.", throughput_of},
    {"knee_latency_p99_seconds", "The 99th percentile of the latency at the limit.", p99_of},
    {"knee_memory_bytes", "The peak of memory of the items at the limit.", memory_of},
};

void knee_openmetrics_label(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            fputc('\\', out);
        fputs(*text == '\n' ? "\\n" : (char[]){*text, '\0'}, out);
    }
}

void knee_openmetrics(const struct knee_result *result, FILE *out)
{
    for (size_t i = 0; i < KNEE_COUNT(METRICS); i++) {
        bool begun = false;
        for (size_t j = 0; j < result->workloads_count; j++) {
            char number[KNEE_STRING_NUMBER_BYTES];
            double value = METRICS[i].value(&result->workloads[j]);
            if (!isfinite(value))
                continue;
            if (!begun)
                fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", METRICS[i].name, METRICS[i].help,
                        METRICS[i].name);
            begun = true;
            fprintf(out, "%s{workload=\"", METRICS[i].name);
            knee_openmetrics_label(result->workloads[j].name, out);
            fprintf(out, "\"} %s\n", knee_strings_number(number, value, 0));
        }
    }
}
