/* SPDX-License-Identifier: MIT */
/* reports/words/refusal: each refusal has its own sentence, with its numbers. */
#include "reports/words/refusal.h"

#include "core/base/array.h"
#include "tests/support/test.h"

static void each_refusal_has_its_sentence(void **state)
{
    (void)state;
    static const struct {
        enum knee_models_refusal refusal;
        double levels;
        enum knee_model form;
        const char *text;
    } CASES[] = {
        {KNEE_REFUSAL_NONE, 8, KNEE_MODEL_USL, ""},
        {KNEE_REFUSAL_FEW_LEVELS, 1, KNEE_MODEL_NONE, "1 level: a model needs at least 6"},
        {KNEE_REFUSAL_FEW_LEVELS, 5, KNEE_MODEL_NONE, "5 levels: a model needs at least 6"},
        {KNEE_REFUSAL_NO_CONVERGENCE, 8, KNEE_MODEL_NONE, "the fit does not converge"},
        {KNEE_REFUSAL_UNDETERMINED, 8, KNEE_MODEL_USL,
         "the levels do not determine a model; add low ones"},
        {KNEE_REFUSAL_MISSES_LEVEL, 8, KNEE_MODEL_AMDAHL,
         "Amdahl's law, the best of the models, misses level 4 by 12 %, more than the noise "
         "explains"},
        {KNEE_REFUSAL_MISSES_LEVEL, 8, KNEE_MODEL_USL,
         "the USL, the best of the models, misses level 4 by 12 %, more than the noise explains"},
        {KNEE_REFUSAL_MISSES_LEVEL, 8, KNEE_MODEL_LINEAR,
         "a straight line, the best of the models, misses level 4 by 12 %, more than the noise "
         "explains"},
        {KNEE_REFUSAL_PEAK_OPEN, 8, KNEE_MODEL_USL,
         "the peak is unknown: the interval of the coherency reaches 0, so there may be none"},
        {KNEE_REFUSAL_PEAK_FAR, 8, KNEE_MODEL_USL,
         "the peak is unknown: it would be at 300, beyond twice the largest level, 64"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char text[KNEE_REFUSAL_BYTES];
        struct knee_models models = {.refusal = CASES[i].refusal,
                                     .levels = CASES[i].levels,
                                     .best_form = CASES[i].form,
                                     .worst_miss_level = 4,
                                     .worst_miss_ratio = .12,
                                     .peak_refused = 300,
                                     .level_max = 64};
        assert_string_equal(knee_refusal_text(&models, text), CASES[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_refusal_has_its_sentence)};
    return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
