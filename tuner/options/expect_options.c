/* SPDX-License-Identifier: MIT */
#include "tuner/options/expect_options.h"

#include "core/text/parse.h"
#include "tuner/options/option_readers.h"

#include <stdlib.h>

#define SECTION "Checks"
#define FIELD(name) .offset = offsetof(struct knee_expect_options, name)
#define LIMIT_MAX 65536ul

/* A limit at the beginning of `text`; 0 if there is none. */
static unsigned long read_number(const char *text, char **end)
{
    unsigned long limit = *text >= '0' && *text <= '9' ? strtoul(text, end, 10) : 0;
    return limit <= LIMIT_MAX ? limit : 0;
}

static int read_limits(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    struct knee_expect_options *options = values;
    char *end = NULL;
    unsigned long low = read_number(text, &end), high = low;
    if (low && end[0] == '.' && end[1] == '.')
        high = read_number(end + 2, &end);
    if (low == 0 || high < low || *end)
        return knee_err_set(err, KNEE_USAGE,
                            "--%s %.80s: not a range of limits; write it like 4..8, or 6",
                            option->name, text);
    options->limit_low = (uint32_t)low;
    options->limit_high = (uint32_t)high;
    return 0;
}

static int read_rate(const struct knee_option *option, const char *text, void *values,
                     struct knee_err *err)
{
    struct knee_expect_options *options = values;
    char *end;
    double rate = *text >= '0' && *text <= '9' ? strtod(text, &end) : 0;
    if (!(rate > 0 && rate < 1e15) || *end)
        return knee_err_set(err, KNEE_USAGE,
                            "--%s %.80s: not a number of items per second; write it like 900",
                            option->name, text);
    options->throughput_per_s = rate;
    return 0;
}

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "expect-limit", .argument = "A..B", .section = SECTION,
     .help = "exit with 4 if the limit is proven to lie outside", .read = read_limits,
     .example = "4..8"},
    {.name = "expect-throughput", .argument = "PER_S", .section = SECTION,
     .help = "exit with 4 if the limit is proven to give less", .read = read_rate,
     .example = "900"},
    {.name = "openmetrics", .argument = "FILE", .section = SECTION,
     .help = "write gauges for the textfile collector of Prometheus' node_exporter",
     .read = knee_option_text, FIELD(openmetrics), .example = "knee.prom"},
    {.name = "junit", .argument = "FILE", .section = SECTION,
     .help = "write a JUnit report of what was expected", .read = knee_option_text, FIELD(junit),
     .example = "junit.xml"},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_expect_options_part = {.options = OPTIONS};
