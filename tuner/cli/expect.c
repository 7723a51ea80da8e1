/* SPDX-License-Identifier: MIT */
#include "tuner/cli/expect.h"

#include "core/base/file.h"
#include "reports/ci/expectation_text.h"
#include "reports/ci/junit.h"
#include "reports/ci/openmetrics.h"
#include "tuner/result/expectation.h"

#include <string.h>

int knee_expect_check(const struct knee_expect_options *options, size_t workloads,
                      struct knee_err *err)
{
    if (workloads > 1 && (options->limit_low || options->throughput_per_s > 0))
        return knee_err_set(err, KNEE_USAGE, "--expect-%s: is for one workload, not %zu; name one",
                            options->limit_low ? "limit" : "throughput", workloads);
    return 0;
}

static struct knee_expectation expectation_of(const struct knee_expect_options *options)
{
    return (struct knee_expectation){.limit_low = options->limit_low,
                                     .limit_high = options->limit_high,
                                     .throughput_per_s = options->throughput_per_s};
}

static int write_files(const struct knee_expect_options *options, const struct knee_result *result,
                       struct knee_err *err)
{
    struct knee_file file;
    if (options->openmetrics) {
        if (knee_file_open_path(&file, options->openmetrics, err))
            return -1;
        knee_openmetrics(result, file.out);
        if (knee_file_close(&file, err))
            return -1;
    }
    if (options->junit) {
        const struct knee_expectation expectation = expectation_of(options);
        if (knee_file_open_path(&file, options->junit, err))
            return -1;
        knee_junit(result, &expectation, file.out);
        return knee_file_close(&file, err);
    }
    return 0;
}

/* One expectation's state: a line if it is open, an error if it fails. */
static int say_state(enum knee_expectation_state state, const char *workload, const char *says,
                     FILE *log, struct knee_err *err)
{
    if (state == KNEE_EXPECTATION_FAILS)
        return knee_err_set(err, KNEE_WORSE, "%s: %s", workload, says);
    if (state == KNEE_EXPECTATION_OPEN)
        fprintf(log, "knee: %s: %s: not proven either way\n", workload, says);
    return 0;
}

int knee_expect_judge(const struct knee_expect_options *options, const struct knee_result *result,
                      FILE *log, struct knee_err *err)
{
    const struct knee_expectation expectation = expectation_of(options);
    if (write_files(options, result, err))
        return -1;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        struct knee_expectation_outcome outcome = knee_expectation_judge(&expectation, workload);
        char limit[KNEE_EXPECTATION_TEXT_BYTES], throughput[KNEE_EXPECTATION_TEXT_BYTES];
        knee_expectation_text_limit(&expectation, &outcome, limit);
        knee_expectation_text_throughput(&expectation, &outcome, throughput);
        if (say_state(outcome.limit, workload->name, limit, log, err) ||
            say_state(outcome.throughput, workload->name, throughput, log, err))
            return -1;
    }
    return 0;
}
