/* SPDX-License-Identifier: MIT */
#include "reports/ci/junit.h"

#include "reports/ci/expectation_text.h"

#include <string.h>

static void print_escaped(const char *text, FILE *out)
{
    static const char special[] = "<>&\"'";
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    for (; *text; text++) {
        const char *found = strchr(special, *text);
        if (found)
            fputs(entities[found - special], out);
        else if ((unsigned char)*text >= ' ')
            fputc(*text, out);
    }
}

static void print_case(const char *workload, const char *what, enum knee_expectation_state state,
                       const char *says, FILE *out)
{
    fputs("    <testcase classname=\"knee.", out);
    print_escaped(workload, out);
    fprintf(out, "\" name=\"%s\"", what);
    if (state != KNEE_EXPECTATION_FAILS && state != KNEE_EXPECTATION_OPEN) {
        fputs("/>\n", out);
        return;
    }
    const char *element = state == KNEE_EXPECTATION_FAILS ? "failure" : "skipped";
    fprintf(out, "><%s message=\"", element);
    print_escaped(says, out);
    fputs("\"/></testcase>\n", out);
}

struct counts {
    unsigned tests, failures, skipped;
};

static void count_state(struct counts *counts, enum knee_expectation_state state)
{
    if (state == KNEE_EXPECTATION_NONE)
        return;
    counts->tests++;
    counts->failures += state == KNEE_EXPECTATION_FAILS;
    counts->skipped += state == KNEE_EXPECTATION_OPEN;
}

static struct counts count_cases(const struct knee_result *result,
                                 const struct knee_expectation *expectation)
{
    struct counts counts = {.tests = (unsigned)result->workloads_count};
    for (size_t i = 0; i < result->workloads_count; i++) {
        struct knee_expectation_outcome outcome =
            knee_expectation_judge(expectation, &result->workloads[i]);
        count_state(&counts, outcome.limit);
        count_state(&counts, outcome.throughput);
    }
    return counts;
}

void knee_junit(const struct knee_result *result, const struct knee_expectation *expectation,
                FILE *out)
{
    struct counts counts = count_cases(result, expectation);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "  <testsuite name=\"knee\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\" "
            "time=\"%.3f\">\n",
            counts.tests, counts.failures, counts.skipped, result->elapsed_s);
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        struct knee_expectation_outcome outcome = knee_expectation_judge(expectation, workload);
        char text[KNEE_EXPECTATION_TEXT_BYTES];
        print_case(workload->name, "measured", KNEE_EXPECTATION_HOLDS, "", out);
        if (outcome.limit != KNEE_EXPECTATION_NONE)
            print_case(workload->name, "limit", outcome.limit,
                       knee_expectation_text_limit(expectation, &outcome, text), out);
        if (outcome.throughput != KNEE_EXPECTATION_NONE)
            print_case(workload->name, "throughput", outcome.throughput,
                       knee_expectation_text_throughput(expectation, &outcome, text), out);
    }
    fputs("  </testsuite>\n</testsuites>\n", out);
}
