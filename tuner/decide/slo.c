/* SPDX-License-Identifier: MIT */
#include "tuner/decide/slo.h"

#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/text/parse.h"
#include "core/text/units.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define METRICS "p50|p95|p99|mean|errors"
#define LATENCY_MAX_NS (24 * UINT64_C(3600) * KNEE_NS_PER_S)
/* Windows whose percentiles fall into the same bucket of the histogram may differ by this. */
#define SPREAD_MIN .01
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

static double latency_of(const struct knee_slo *slo, const struct knee_window *window)
{
    switch (slo->metric) {
    case KNEE_SLO_P50:
        return window->latency_p50_s;
    case KNEE_SLO_P95:
        return window->latency_p95_s;
    case KNEE_SLO_P99:
        return window->latency_p99_s;
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
        double value = latency_of(slo, &windows[i]);
        if (windows[i].level != level || !windows[i].valid || !(value > 0) || !isfinite(value))
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
    judgement.upper = exp(mean + knee_stats_t_quantile(confidence_ratio, n - 1) * spread / sqrt(n));
    judgement.met = judgement.upper <= slo->limit;
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
    judgement.met = slo->limit > 0 ? judgement.upper <= slo->limit : !(failed > 0);
    return judgement;
}

struct knee_slo_judgement knee_slo_judge(const struct knee_slo *slo, uint32_t level,
                                         double confidence_ratio, const struct knee_window *windows,
                                         size_t count)
{
    return slo->metric == KNEE_SLO_ERRORS
               ? judge_errors(slo, level, confidence_ratio, windows, count)
               : judge_latency(slo, level, confidence_ratio, windows, count);
}
