/* SPDX-License-Identifier: MIT */
#include "tuner/decide/slo.h"

#include "core/base/clock.h"
#include "core/text/parse.h"
#include "core/text/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define METRICS "p50|p95|p99|mean|errors"
#define LATENCY_MAX_NS (24 * UINT64_C(3600) * KNEE_NS_PER_S)
#define PHRASE_DIGITS 6 /* as it was written */
#define VALUE_DIGITS 3  /* no window knows more */

static const char *name_of(const struct knee_slo *slo)
{
    static const char *const names[] = {
        [KNEE_SLO_P50] = "p50",   [KNEE_SLO_P95] = "p95",       [KNEE_SLO_P99] = "p99",
        [KNEE_SLO_MEAN] = "mean", [KNEE_SLO_ERRORS] = "errors",
    };
    return names[slo->metric];
}

bool knee_slo_is_percentile(const struct knee_slo *slo)
{
    return slo->metric == KNEE_SLO_P50 || slo->metric == KNEE_SLO_P95 ||
           slo->metric == KNEE_SLO_P99;
}

int knee_slo_parse(struct knee_slo *slo, const char *what, const char *text, struct knee_err *err)
{
    size_t length = strcspn(text, "=<");
    const char *value = text + length;
    char name[16], of[64];
    uint32_t metric = 0;
    uint64_t ns = 0;
    value += *value == '<';
    value += *value == '=';
    if (text[length] == '\0' || *value == '\0')
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" sets no bound; write one like p99=50ms or errors=1%%",
                            what, text);
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    snprintf(of, sizeof of, "%.40s %.15s", what, name);
    if (length >= sizeof name || knee_parse_word(what, name, METRICS, &metric, err))
        return length >= sizeof name
                   ? knee_err_set(err, KNEE_USAGE, "%s: \"%.80s\" is unknown; write one of %s",
                                  what, text, METRICS)
                   : -1;
    struct knee_slo read = {.metric = (enum knee_slo_metric)metric};
    if (read.metric == KNEE_SLO_ERRORS) {
        if (knee_parse_ratio(of, value, 0, 1, &read.limit, err))
            return -1;
    } else {
        if (knee_parse_duration(of, value, 1, LATENCY_MAX_NS, &ns, err))
            return -1;
        read.limit = knee_clock_to_s(ns);
    }
    *slo = read;
    return 0;
}

const char *knee_slo_text(const struct knee_slo *slo, char *text)
{
    char value[KNEE_UNITS_BYTES];
    if (slo->metric == KNEE_SLO_ERRORS)
        knee_units_ratio(slo->limit, value, sizeof value);
    else
        knee_units_duration((uint64_t)llround(slo->limit * (double)KNEE_NS_PER_S), value,
                            sizeof value);
    snprintf(text, KNEE_SLO_TEXT_BYTES, "%s=%.30s", name_of(slo), value);
    return text;
}

/* A value of the metric with its unit. */
static const char *with_unit(const struct knee_slo *slo, double value, int digits, char *text)
{
    static const struct {
        double from;
        const char *unit;
    } units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
    size_t unit = 0;
    while (unit < 3 && value < units[unit].from)
        unit++;
    if (slo->metric == KNEE_SLO_ERRORS)
        snprintf(text, KNEE_SLO_TEXT_BYTES, "%.*g %%", digits, 100 * value);
    else
        snprintf(text, KNEE_SLO_TEXT_BYTES, "%.*g %s", digits, value / units[unit].from,
                 units[unit].unit);
    return text;
}

const char *knee_slo_phrase(const struct knee_slo *slo, char *text)
{
    char limit[KNEE_SLO_TEXT_BYTES];
    snprintf(text, KNEE_SLO_TEXT_BYTES, "%s <= %.30s", name_of(slo),
             with_unit(slo, slo->limit, PHRASE_DIGITS, limit));
    return text;
}

const char *knee_slo_amount(const struct knee_slo *slo, double value, char *text)
{
    if (isfinite(value))
        return with_unit(slo, value, VALUE_DIGITS, text);
    snprintf(text, KNEE_SLO_TEXT_BYTES, "unknown");
    return text;
}

const char *knee_slo_value(const struct knee_slo *slo, double value, char *text)
{
    char amount[KNEE_SLO_TEXT_BYTES];
    snprintf(text, KNEE_SLO_TEXT_BYTES, "%s %.30s", name_of(slo),
             knee_slo_amount(slo, value, amount));
    return text;
}
