/* SPDX-License-Identifier: MIT */
#include "reports/json/models_json.h"

#include "reports/words/refusal.h"
#include "tuner/store/json.h"

#include <math.h>
#include <stdio.h>

static int set_estimate(json_t *json, const char *name, const struct knee_estimate *estimate,
                        bool known)
{
    char low[32], high[32];
    snprintf(low, sizeof low, "%s_ci_low", name);
    snprintf(high, sizeof high, "%s_ci_high", name);
    int failed = json_object_set_new(json, name, knee_json_number(known ? estimate->value : NAN));
    failed |= json_object_set_new(json, low, knee_json_number(known ? estimate->ci_low : NAN));
    failed |= json_object_set_new(json, high, knee_json_number(known ? estimate->ci_high : NAN));
    return failed;
}

json_t *knee_models_json(const struct knee_models *models)
{
    json_t *json = json_object();
    char refused[KNEE_REFUSAL_BYTES];
    knee_refusal_text(models, refused);
    bool known = models->model != KNEE_MODEL_NONE;
    int failed = json_object_set_new(json, "model", json_string(knee_model_text(models->model)));
    failed |= set_estimate(json, "lambda", &models->lambda, known);
    failed |= set_estimate(json, "sigma", &models->sigma, known);
    failed |= set_estimate(json, "kappa", &models->kappa, known);
    failed |=
        json_object_set_new(json, "peak_level", knee_json_number(known ? models->peak_level : NAN));
    failed |= json_object_set_new(json, "peak_throughput_per_s",
                                  knee_json_number(known ? models->peak_throughput_per_s : NAN));
    failed |= json_object_set_new(json, "extrapolated", json_boolean(models->extrapolated));
    failed |= json_object_set_new(json, "refused", refused[0] ? json_string(refused) : json_null());
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

json_t *knee_models_json_in_full(const struct knee_models *models)
{
    json_t *json = knee_models_json(models), *aic = json_object();
    int failed = json ? 0 : -1;
    for (enum knee_model model = KNEE_MODEL_LINEAR; model < KNEE_MODEL_COUNT; model++)
        failed |=
            json_object_set_new(aic, knee_model_text(model), knee_json_number(models->aic[model]));
    failed |= json_object_set_new(json, "levels", knee_json_number(models->levels));
    failed |= json_object_set_new(json, "aic", aic);
    failed |= json_object_set_new(json, "lack_of_fit_p", knee_json_number(models->lack_of_fit_p));
    failed |=
        json_object_set_new(json, "worst_miss_ratio", knee_json_number(models->worst_miss_ratio));
    failed |=
        json_object_set_new(json, "worst_miss_level", knee_json_number(models->worst_miss_level));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}
