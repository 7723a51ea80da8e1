/* SPDX-License-Identifier: MIT */
#include "reports/words/refusal.h"

#include <stdio.h>

static const char *form_name(enum knee_model model)
{
    switch (model) {
    case KNEE_MODEL_USL:
        return "the USL";
    case KNEE_MODEL_AMDAHL:
        return "Amdahl's law";
    default:
        return "a straight line";
    }
}

const char *knee_refusal_text(const struct knee_models *models, char *text)
{
    switch (models->refusal) {
    case KNEE_REFUSAL_NONE:
        text[0] = '\0';
        break;
    case KNEE_REFUSAL_FEW_LEVELS:
        snprintf(text, KNEE_REFUSAL_BYTES, "%.0f level%s: a model needs at least %d",
                 models->levels, models->levels == 1 ? "" : "s", KNEE_MODELS_LEVELS_MIN);
        break;
    case KNEE_REFUSAL_NO_CONVERGENCE:
        snprintf(text, KNEE_REFUSAL_BYTES, "the fit does not converge");
        break;
    case KNEE_REFUSAL_UNDETERMINED:
        snprintf(text, KNEE_REFUSAL_BYTES, "the levels do not determine a model; add low ones");
        break;
    case KNEE_REFUSAL_MISSES_LEVEL:
        snprintf(text, KNEE_REFUSAL_BYTES,
                 "%s, the best of the models, misses level %.0f by %.0f %%, more than the noise "
                 "explains",
                 form_name(models->best_form), models->worst_miss_level,
                 100 * models->worst_miss_ratio);
        break;
    case KNEE_REFUSAL_PEAK_OPEN:
        snprintf(text, KNEE_REFUSAL_BYTES,
                 "the peak is unknown: the interval of the coherency reaches 0, so there may be "
                 "none");
        break;
    case KNEE_REFUSAL_PEAK_FAR:
        snprintf(text, KNEE_REFUSAL_BYTES,
                 "the peak is unknown: it would be at %.0f, beyond twice the largest level, %.0f",
                 models->peak_refused, models->level_max);
        break;
    }
    return text;
}
