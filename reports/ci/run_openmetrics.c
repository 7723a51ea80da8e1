/* SPDX-License-Identifier: MIT */
#include "reports/ci/run_openmetrics.h"

#include "core/text/strings.h"
#include "reports/ci/openmetrics.h"

#include <math.h>

static void print_gauge(const char *gauge, const char *help, double value, const char *name,
                        FILE *out)
{
    char number[KNEE_STRING_NUMBER_BYTES];
    if (!isfinite(value))
        return;
    fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n%s{workload=\"", gauge, help, gauge, gauge);
    knee_openmetrics_label(name, out);
    fprintf(out, "\"} %s\n", knee_strings_number(number, value, 0));
}

void knee_run_openmetrics(const struct knee_run_result *result, const char *name, FILE *out)
{
    const struct {
        const char *gauge, *help;
        double value;
    } gauges[] = {
        {"knee_limit", "The limit to use: items in flight at once.", result->limit_best},
        {"knee_limit_measured", "1 if the limit was measured, 0 if it is a rule of thumb.",
         result->learned},
        {"knee_run_items", "Items that began, or that an earlier run had done.",
         (double)result->items},
        {"knee_run_done", "Items that succeeded.", (double)result->done},
        {"knee_run_failed", "Items that failed for good.", (double)result->failed},
        {"knee_run_interrupted", "Items that are to run again.", (double)result->interrupted},
        {"knee_run_retries", "Attempts beyond an item's first.", (double)result->retries},
        {"knee_run_elapsed_seconds", "How long the run took.", result->elapsed_s},
        {"knee_run_complete", "1 if nothing is left of the list.", result->complete},
        {"knee_throughput_per_second", "Successful items per second over the whole run.",
         result->throughput_per_s},
        {"knee_memory_bytes", "The largest peak of memory of an item.",
         result->hungriest_count ? result->hungriest[0].rss_bytes : (double)NAN},
    };
    for (size_t i = 0; i < sizeof gauges / sizeof gauges[0]; i++)
        print_gauge(gauges[i].gauge, gauges[i].help, gauges[i].value, name, out);
}
