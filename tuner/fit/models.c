/* SPDX-License-Identifier: MIT */
#include "tuner/fit/models.h"

#include "core/base/stats.h"
#include "tuner/fit/models_fit.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CORRECTION_LEVELS 12 /* from here on, AIC with its correction */
#define LACK_OF_FIT_P .01
/* Residuals below this share of the data are rounding errors: fitting them makes no form better. */
#define ROUNDING 1e-9
/* A lambda is unknown if its standard error is as large as itself. */
#define LAMBDA_ERROR_MAX 1.0

const char *knee_model_text(enum knee_model model)
{
    static const char *const texts[KNEE_MODEL_COUNT] = {
        [KNEE_MODEL_NONE] = "none",
        [KNEE_MODEL_LINEAR] = "linear",
        [KNEE_MODEL_AMDAHL] = "amdahl",
        [KNEE_MODEL_USL] = "usl",
    };
    return texts[model];
}

static void clear(struct knee_models *models)
{
    const struct knee_estimate unknown = {NAN, NAN, NAN};
    models->model = KNEE_MODEL_NONE;
    models->lambda = models->sigma = models->kappa = unknown;
    memset(models->covariance, 0, sizeof models->covariance);
    models->t = models->df = NAN;
    models->peak_level = models->peak_throughput_per_s = NAN;
    models->extrapolated = false;
}

/* What a fit needs, apart from its result. */
struct data {
    const struct knee_models_point *points;
    size_t count;
    bool weighted;
    double error_df;
};

static bool feasible(const struct knee_models_fit *fit)
{
    return fit->converged && isfinite(fit->sse) && fit->theta[0] > 0 && fit->theta[1] >= 0 &&
           fit->theta[2] >= 0;
}

static double parameters(const struct knee_models_fit *fit)
{
    return fit->free[0] + fit->free[1] + fit->free[2];
}

/* A smaller SSE is rounding. */
static double rounding(const struct data *data)
{
    double sum = 0, largest = 0;
    for (size_t i = 0; i < data->count; i++)
        largest = fmax(largest, data->points[i].throughput_per_s);
    for (size_t i = 0; i < data->count; i++) {
        double unit = data->weighted ? data->points[i].se_per_s : largest;
        sum += pow(ROUNDING * data->points[i].throughput_per_s / unit, 2);
    }
    return sum;
}

/* AIC counts all parameters of a form, even if a bound fixes some of them. */
static double criterion(const struct data *data, double sse, double form_parameters)
{
    double m = (double)data->count, k = form_parameters + 1;
    double aic = m * log(fmax(sse, rounding(data)) / m) + 2 * k;
    return data->count < CORRECTION_LEVELS ? aic : aic + 2 * k * (k + 1) / (m - k - 1);
}

/* The four sets of active bounds, the simplest first; by index: sigma's bit and kappa's. */
static int fit_sets(struct knee_models_fit fits[4], const struct data *data, struct knee_err *err)
{
    for (int set = 0; set < 4; set++) {
        fits[set] = (struct knee_models_fit){.free = {true, set & 1, set & 2}};
        if (knee_models_fit_one(&fits[set], data->points, data->count, data->weighted, err))
            return -1;
    }
    return 0;
}

/* The best feasible fit of a form, over the sets that it includes. NULL: there is none. */
static const struct knee_models_fit *best_of_form(const struct knee_models_fit fits[4],
                                                  enum knee_model model)
{
    const struct knee_models_fit *best = NULL;
    int sets = model == KNEE_MODEL_LINEAR ? 1 : model == KNEE_MODEL_AMDAHL ? 2 : 4;
    for (int set = 0; set < sets; set++)
        if (feasible(&fits[set]) && (!best || fits[set].sse < best->sse))
            best = &fits[set];
    return best;
}

static const struct knee_models_fit *
choose(struct knee_models *models, const struct knee_models_fit fits[4], const struct data *data)
{
    const struct knee_models_fit *chosen = NULL;
    for (enum knee_model model = KNEE_MODEL_LINEAR; model < KNEE_MODEL_COUNT; model++) {
        const struct knee_models_fit *fit = best_of_form(fits, model);
        if (!fit)
            continue;
        models->aic[model] = criterion(data, fit->sse, (double)model);
        if (chosen && !(models->aic[model] < models->aic[models->model]))
            continue;
        models->model = model;
        chosen = fit;
    }
    return chosen;
}

static struct knee_estimate estimate(const struct knee_models *models,
                                     const struct knee_models_fit *fit, size_t j)
{
    double half = models->t * sqrt(models->covariance[j][j]), value = fit->theta[j];
    if (!fit->free[j])
        return (struct knee_estimate){0, NAN, NAN};
    return (struct knee_estimate){value, j == 0 ? value - half : fmax(value - half, 0),
                                  value + half};
}

static void take_fit(struct knee_models *models, const struct knee_models_fit *fit,
                     const struct data *data)
{
    models->df = (double)data->count - parameters(fit);
    models->t = knee_stats_t_quantile(.975, models->df);
    double variance = fmax(fit->sse, rounding(data)) / models->df;
    for (size_t j = 0; j < 3; j++)
        for (size_t k = 0; k < 3; k++)
            models->covariance[j][k] = fit->covariance[j][k] * variance;
    models->lambda = estimate(models, fit, 0);
    models->sigma = estimate(models, fit, 1);
    models->kappa = estimate(models, fit, 2);
}

static void find_worst_miss(struct knee_models *models, const struct data *data)
{
    models->worst_miss_ratio = 0;
    for (size_t i = 0; i < data->count; i++) {
        const struct knee_models_point *point = &data->points[i];
        double at = knee_models_predict(models, point->level, NULL);
        double miss = fabs(at - point->throughput_per_s) / point->throughput_per_s;
        if (miss > models->worst_miss_ratio) {
            models->worst_miss_ratio = miss;
            models->worst_miss_level = point->level;
        }
    }
}

static bool undetermined(const struct knee_models *models)
{
    for (size_t j = 0; j < 3; j++)
        if (!isfinite(models->covariance[j][j]) || models->covariance[j][j] < 0)
            return true;
    return !(sqrt(models->covariance[0][0]) <= LAMBDA_ERROR_MAX * models->lambda.value);
}

/* Repeats show that the data do not have this form. */
static bool does_not_fit(struct knee_models *models, double sse, const struct data *data)
{
    if (!data->weighted)
        return false;
    models->lack_of_fit_p = gsl_cdf_fdist_Q(sse / models->df, models->df, data->error_df);
    return models->lack_of_fit_p < LACK_OF_FIT_P &&
           models->worst_miss_ratio > KNEE_MODELS_MISS_RATIO;
}

static void find_peak(struct knee_models *models)
{
    double sigma = models->sigma.value, kappa = models->kappa.value;
    if (kappa <= 0)
        return;
    double peak = sigma < 1 ? fmax(sqrt((1 - sigma) / kappa), 1) : 1;
    if (!(models->kappa.ci_low > 0)) {
        models->refusal = KNEE_REFUSAL_PEAK_OPEN;
        return;
    }
    if (peak > KNEE_MODELS_REACH * models->level_max) {
        models->refusal = KNEE_REFUSAL_PEAK_FAR;
        models->peak_refused = peak;
        return;
    }
    models->peak_level = floor(peak * (1 + ROUNDING)); /* 6.999999999 is 7 */
    models->peak_throughput_per_s = knee_models_predict(models, models->peak_level, NULL);
    models->extrapolated = peak > models->level_max;
}

static void judge_fits(struct knee_models *models, const struct knee_models_fit fits[4],
                       const struct data *data)
{
    const struct knee_models_fit *chosen = choose(models, fits, data);
    /* If the fullest sets did not converge, the best is unknown. */
    if (!chosen || !fits[3].converged || !fits[1].converged) {
        models->refusal = KNEE_REFUSAL_NO_CONVERGENCE;
        clear(models);
        return;
    }
    models->best_form = models->model;
    take_fit(models, chosen, data);
    find_worst_miss(models, data);
    if (undetermined(models))
        models->refusal = KNEE_REFUSAL_UNDETERMINED;
    else if (does_not_fit(models, chosen->sse, data))
        models->refusal = KNEE_REFUSAL_MISSES_LEVEL;
    if (models->refusal != KNEE_REFUSAL_NONE)
        clear(models);
    else
        find_peak(models);
}

int knee_models_fit(struct knee_models *models, const struct knee_models_point *points,
                    size_t count, double error_df, struct knee_err *err)
{
    struct knee_models made = {.levels = (double)count, .lack_of_fit_p = NAN};
    struct data data = {
        .points = points, .count = count, .weighted = error_df > 0, .error_df = error_df};
    struct knee_models_fit fits[4];
    clear(&made);
    for (size_t i = 0; i < KNEE_MODEL_COUNT; i++)
        made.aic[i] = NAN;
    made.worst_miss_ratio = made.worst_miss_level = made.peak_refused = NAN;
    made.level_max = count > 0 ? points[count - 1].level : NAN;
    if (count < KNEE_MODELS_LEVELS_MIN) {
        made.refusal = KNEE_REFUSAL_FEW_LEVELS;
    } else {
        if (fit_sets(fits, &data, err))
            return -1;
        judge_fits(&made, fits, &data);
    }
    *models = made;
    return 0;
}

int knee_models_fit_points(struct knee_models *models, const struct knee_points *points,
                           struct knee_err *err)
{
    struct knee_models_point *taken = calloc(points->count + 1, sizeof *taken);
    size_t count = 0;
    if (!taken)
        return knee_err_set(err, KNEE_FAILED, "model: out of memory; end other programs");
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        if (point->windows == 0 || point->errors)
            continue;
        double throughput = exp(point->log_throughput);
        taken[count++] = (struct knee_models_point){.level = point->level,
                                                    .throughput_per_s = throughput,
                                                    .se_per_s = throughput * point->sigma /
                                                                sqrt(point->effective_windows)};
    }
    int status = knee_models_fit(models, taken, count, points->df, err);
    free(taken);
    return status;
}

double knee_models_predict(const struct knee_models *models, double level, double *se_per_s)
{
    double theta[3] = {models->lambda.value, models->sigma.value, models->kappa.value};
    double gradient[3], variance = 0, value = NAN;
    if (models->model != KNEE_MODEL_NONE)
        value = knee_models_curve(theta, level, gradient);
    for (size_t j = 0; j < 3 && models->model != KNEE_MODEL_NONE; j++)
        for (size_t k = 0; k < 3; k++)
            variance += gradient[j] * models->covariance[j][k] * gradient[k];
    if (se_per_s)
        *se_per_s = isnan(value) ? NAN : sqrt(fmax(variance, 0));
    return value;
}
