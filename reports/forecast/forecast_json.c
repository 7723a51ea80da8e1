/* SPDX-License-Identifier: MIT */
#include "reports/forecast/forecast_json.h"

#include "reports/forecast/forecast_words.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#define JSON_DIGITS 5 /* of predicted values: no better is known */

/* Two keys, PREFIX_low and PREFIX_high with a unit after them. */
static int set_range(json_t *json, const char *prefix, const char *unit,
                     const struct knee_forecast_range *range)
{
    char low[64], high[64];
    snprintf(low, sizeof low, "%s_low%s", prefix, unit);
    snprintf(high, sizeof high, "%s_high%s", prefix, unit);
    return json_object_set_new(json, low, knee_json_number(range->low)) |
           json_object_set_new(json, high, knee_json_number(range->high));
}

/* The most frequent limit first. */
static json_t *limits_json(const struct knee_forecast *forecast)
{
    json_t *array = json_array();
    enum knee_forecast_limit order[KNEE_FORECAST_LIMITS];
    size_t count = knee_forecast_limits(forecast, order);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_string(knee_forecast_limit_text(order[i])));
    return array;
}

static json_t *unknown_json(const struct knee_forecast *forecast)
{
    json_t *array = json_array();
    char text[KNEE_FORECAST_WORDS_BYTES];
    for (size_t i = 0; i < forecast->unknown_count; i++) {
        const struct knee_forecast_unknown *unknown = &forecast->unknown[i];
        json_t *json = json_object();
        int failed = json_object_set_new(json, "what",
                                         knee_json_text(knee_forecast_words_doubt(unknown, text)));
        failed |= set_range(json, "knee", "", &unknown->knee);
        failed |= set_range(json, "throughput", "_per_s", &unknown->throughput);
        failed |= json_array_append_new(array, json);
        if (failed) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *curve_json(const struct knee_forecast_curve *curve)
{
    json_t *array = json_array();
    for (size_t i = 0; i < curve->count; i++) {
        json_t *json = json_object();
        json_object_set_new(json, "level", knee_json_level(curve->levels[i]));
        json_object_set_new(json, "throughput_per_s", knee_json_number(curve->per_s[i].median));
        set_range(json, "throughput", "_per_s", &curve->per_s[i]);
        json_array_append_new(array, json);
    }
    return array;
}

/* Knee and throughput on each count of cores that was measured here. */
static json_t *cores_json(const struct knee_forecast_page_work *work)
{
    json_t *array = json_array();
    for (size_t i = 0; i < work->counts; i++)
        json_array_append_new(array, json_pack("{s:o, s:o, s:o}", "cores",
                                               knee_json_number(work->cores[i]), "knee",
                                               knee_json_level(work->knees[i]), "throughput_per_s",
                                               knee_json_number(work->per_s[i])));
    return array;
}

static int set_needs(json_t *json, const struct knee_forecast *forecast, double wanted_per_s)
{
    if (!(wanted_per_s > 0))
        return 0;
    return json_object_set_new(json, "target_throughput_per_s", knee_json_number(wanted_per_s)) |
           set_range(json, "cores_needed", "", &forecast->cores_needed) |
           set_range(json, "level_needed", "", &forecast->level_needed) |
           json_object_set_new(json, "reached_ratio", knee_json_number(forecast->reached_ratio));
}

/* What --measured found, and whether it lies in the ranges. */
static int set_check(json_t *json, const struct knee_forecast_page_work *work)
{
    if (!work->there)
        return 0;
    bool told = work->there->decision.verdict != KNEE_VERDICT_DISTURBED;
    uint32_t knee = work->there->decision.knee;
    const struct knee_level *level = knee_workload_result_at(work->there, knee);
    double per_s = level ? level->throughput_per_s : NAN;
    json_t *check = json_object();
    int failed = json_object_set_new(check, "knee", knee_json_level(knee));
    failed |= json_object_set_new(check, "throughput_per_s", knee_json_number(per_s));
    failed |= json_object_set_new(check, "knee_inside",
                                  told ? json_boolean(knee_forecast_words_knee_holds(work))
                                       : json_null());
    failed |= json_object_set_new(check, "throughput_inside",
                                  told ? json_boolean(knee_forecast_words_throughput_holds(work))
                                       : json_null());
    return failed | json_object_set_new(json, "measured", check);
}

static json_t *work_json(const struct knee_forecast_page *page,
                         const struct knee_forecast_page_work *work)
{
    const struct knee_forecast *forecast = &work->forecast;
    bool made = forecast->refusal == KNEE_FORECAST_MADE;
    char text[KNEE_FORECAST_WORDS_BYTES];
    json_t *json = json_object();
    int failed = json_object_set_new(json, "workload", knee_json_text(work->name));
    failed |= json_object_set_new(json, "refused",
                                  made ? json_null()
                                       : knee_json_text(knee_forecast_words_refusal(work, text)));
    failed |= set_range(json, "knee", "", &forecast->knee);
    failed |= set_range(json, "limit", "", &forecast->limit);
    failed |= set_range(json, "throughput", "_per_s", &forecast->throughput);
    failed |= set_range(json, "latency_mean", "_s", &forecast->latency_s);
    failed |= json_object_set_new(json, "binding_limits", limits_json(forecast));
    failed |= json_object_set_new(
        json, "slo_missed_ratio",
        knee_json_number(made && page->target->goal && page->target->goal->slos_count > 0
                             ? forecast->slo_missed_ratio
                             : NAN));
    failed |= json_object_set_new(json, "unknown", unknown_json(forecast));
    failed |= json_object_set_new(json, "next", knee_json_text(work->next));
    failed |= json_object_set_new(json, "next_s", knee_json_number(made ? work->next_s : NAN));
    failed |= json_object_set_new(json, "curve", curve_json(&forecast->there));
    failed |= json_object_set_new(json, "here", cores_json(work));
    failed |= set_needs(json, forecast, page->target->throughput_per_s);
    failed |= set_check(json, work);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_forecast_json(const struct knee_forecast_page *page, FILE *out, struct knee_err *err)
{
    json_t *json = json_object(), *works = json_array();
    int failed = json_object_set_new(json, "schema_version", json_integer(1));
    failed |= json_object_set_new(json, "from", knee_json_text(page->from));
    failed |= json_object_set_new(json, "to", knee_json_text(page->to));
    failed |= json_object_set_new(json, "coverage", knee_json_number(KNEE_FORECAST_COVERAGE));
    for (size_t i = 0; i < page->works_count; i++)
        failed |= json_array_append_new(works, work_json(page, &page->works[i]));
    failed |= json_object_set_new(json, "workloads", works);
    errno = 0;
    if (failed || knee_json_write(json, JSON_DIGITS, out)) {
        (void)knee_err_set(err, KNEE_FAILED, "plan: cannot write its JSON: %s",
                           failed ? "out of memory" : strerror(errno));
        failed = -1;
    }
    json_decref(json);
    return failed ? -1 : 0;
}
