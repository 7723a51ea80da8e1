/* SPDX-License-Identifier: MIT */
/* The scalability models as JSON: the same keys in `fit --json` and in result.json. */
#ifndef KNEE_REPORTS_JSON_MODELS_JSON_H
#define KNEE_REPORTS_JSON_MODELS_JSON_H

#include "tuner/fit/models.h"

#include <jansson.h>

/* `model` ("usl amdahl linear none"), `lambda`, `sigma` and `kappa`, each with `_ci_low` and
 * `_ci_high`, `peak_level`, `peak_throughput_per_s`, `extrapolated`, `refused`. Null if
 * unknown, infinite or not refused. A new reference; NULL out of memory. */
json_t *knee_models_json(const struct knee_models *models);

/* The same, and then the grounds of the choice: `levels`, `aic` by form,
 * `lack_of_fit_p`, `worst_miss_ratio`, `worst_miss_level`. */
json_t *knee_models_json_in_full(const struct knee_models *models);

#endif
