/* SPDX-License-Identifier: MIT */
#include "tuner/fit/models_fit.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>

#define ITERATIONS_MAX 500
#define X_TOLERANCE 1e-10
#define G_TOLERANCE 1e-12
/* At a minimum the residuals are at right angles to every derivative: the cosine between them. */
#define COSINE_MAX 1e-5
/* Residuals below this share of the data are rounding errors. */
#define ROUNDING 1e-9
/* The start if the linear form gives none. */
#define START_SIGMA .05
#define START_KAPPA 1e-4

double knee_models_curve(const double theta[3], double level, double gradient[3])
{
    double overhead[3] = {1, level - 1, level * (level - 1)};
    double cost = overhead[0] + theta[1] * overhead[1] + theta[2] * overhead[2];
    double value = theta[0] * level / cost;
    if (gradient) {
        gradient[0] = level / cost;
        gradient[1] = -value * overhead[1] / cost;
        gradient[2] = -value * overhead[2] / cost;
    }
    return value;
}

/* Shared by the callbacks of GSL. Throughput is in units of `scale`, the largest. */
struct problem {
    struct knee_models_fit *fit;
    const struct knee_models_point *points;
    size_t count;
    double scale;
    bool weighted;
};

static double weight(const struct problem *problem, size_t i)
{
    return problem->weighted ? problem->scale / problem->points[i].se_per_s : 1;
}

/* All three parameters from GSL's vector of free ones. */
static void expand(const struct problem *problem, const gsl_vector *x, double theta[3])
{
    size_t next = 0;
    for (size_t j = 0; j < 3; j++)
        theta[j] = problem->fit->free[j] ? gsl_vector_get(x, next++) : 0;
}

static int residuals(const gsl_vector *x, void *context, gsl_vector *f)
{
    const struct problem *problem = context;
    double theta[3];
    expand(problem, x, theta);
    for (size_t i = 0; i < problem->count; i++) {
        double at = knee_models_curve(theta, problem->points[i].level, NULL);
        double y = problem->points[i].throughput_per_s / problem->scale;
        gsl_vector_set(f, i, (at - y) * weight(problem, i));
    }
    return GSL_SUCCESS;
}

static int jacobian(const gsl_vector *x, void *context, gsl_matrix *jacobian)
{
    const struct problem *problem = context;
    double theta[3], gradient[3];
    expand(problem, x, theta);
    for (size_t i = 0; i < problem->count; i++) {
        size_t next = 0;
        knee_models_curve(theta, problem->points[i].level, gradient);
        for (size_t j = 0; j < 3; j++)
            if (problem->fit->free[j])
                gsl_matrix_set(jacobian, i, next++, gradient[j] * weight(problem, i));
    }
    return GSL_SUCCESS;
}

static size_t free_count(const struct knee_models_fit *fit)
{
    return (size_t)fit->free[0] + fit->free[1] + fit->free[2];
}

/* The linear form, by ordinary least squares; a plain guess if that makes no sense. */
static void start(const struct problem *problem, gsl_vector *x, gsl_matrix *columns, gsl_vector *y,
                  gsl_matrix *covariance, gsl_multifit_linear_workspace *linear)
{
    const bool *free = problem->fit->free;
    const double guess[3] = {0, START_SIGMA, START_KAPPA};
    double chisq, fastest = 0;
    for (size_t i = 0; i < problem->count; i++) {
        double n = problem->points[i].level, terms[3] = {1, n - 1, n * (n - 1)};
        double per_item = n * problem->scale / problem->points[i].throughput_per_s;
        size_t next = 0;
        for (size_t j = 0; j < 3; j++)
            if (free[j])
                gsl_matrix_set(columns, i, next++, terms[j]);
        gsl_vector_set(y, i, per_item);
        fastest = fmax(fastest, 1 / per_item);
    }
    int failed = gsl_multifit_linear(columns, y, x, covariance, &chisq, linear);
    double a = gsl_vector_get(x, 0);
    bool sound = !failed && isfinite(a) && a > 0;
    gsl_vector_set(x, 0, sound ? 1 / a : fastest);
    for (size_t j = 1, next = 1; j < 3; j++) {
        if (!free[j])
            continue;
        double value = sound ? gsl_vector_get(x, next) / a : guess[j];
        gsl_vector_set(x, next++, isfinite(value) && value >= 0 ? value : 0);
    }
}

/* Is this a minimum? GSL itself says no if the start was one already. */
static bool is_minimum(const struct problem *problem, const gsl_vector *f,
                       const gsl_matrix *jacobian)
{
    double rounding = 0, length = gsl_blas_dnrm2(f);
    for (size_t i = 0; i < problem->count; i++)
        rounding = fmax(rounding, ROUNDING * weight(problem, i));
    if (!isfinite(length))
        return false;
    if (length <= rounding * sqrt((double)problem->count))
        return true;
    for (size_t j = 0; j < jacobian->size2; j++) {
        gsl_vector_const_view column = gsl_matrix_const_column(jacobian, j);
        double product = 0, norm = gsl_blas_dnrm2(&column.vector);
        gsl_blas_ddot(f, &column.vector, &product);
        if (!isfinite(norm) || !(fabs(product) <= COSINE_MAX * norm * length))
            return false;
    }
    return true;
}

static void take_solution(const struct problem *problem,
                          const gsl_multifit_nlinear_workspace *workspace, gsl_matrix *covariance)
{
    struct knee_models_fit *fit = problem->fit;
    const gsl_vector *f = gsl_multifit_nlinear_residual(workspace);
    gsl_matrix *jac = gsl_multifit_nlinear_jac(workspace);
    fit->converged = is_minimum(problem, f, jac);
    fit->sse = gsl_blas_dnrm2(f) * gsl_blas_dnrm2(f);
    expand(problem, gsl_multifit_nlinear_position(workspace), fit->theta);
    fit->theta[0] *= problem->scale;
    gsl_multifit_nlinear_covar(jac, 0, covariance);
    for (size_t j = 0, row = 0; j < 3; j++) {
        if (!fit->free[j])
            continue;
        for (size_t k = 0, column = 0; k < 3; k++)
            if (fit->free[k])
                fit->covariance[j][k] = gsl_matrix_get(covariance, row, column++) *
                                        (j == 0 ? problem->scale : 1) *
                                        (k == 0 ? problem->scale : 1);
        row++;
    }
}

static int solve(struct problem *problem, struct knee_err *err)
{
    size_t n = problem->count, p = free_count(problem->fit);
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_fdf system = {
        .f = residuals, .df = jacobian, .n = n, .p = p, .params = problem};
    gsl_multifit_nlinear_workspace *workspace =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, n, p);
    gsl_multifit_linear_workspace *linear = gsl_multifit_linear_alloc(n, p);
    gsl_matrix *columns = gsl_matrix_alloc(n, p), *covariance = gsl_matrix_alloc(p, p);
    gsl_vector *x = gsl_vector_alloc(p), *y = gsl_vector_alloc(n);
    int status = -1, info;
    if (!workspace || !linear || !columns || !covariance || !x || !y) {
        knee_err_set(err, KNEE_FAILED, "model: out of memory; end other programs");
        goto out;
    }
    start(problem, x, columns, y, covariance, linear);
    gsl_multifit_nlinear_init(x, &system, workspace);
    gsl_multifit_nlinear_driver(ITERATIONS_MAX, X_TOLERANCE, G_TOLERANCE, 0, NULL, NULL, &info,
                                workspace);
    take_solution(problem, workspace, covariance);
    status = 0;
out:
    gsl_vector_free(y);
    gsl_vector_free(x);
    gsl_matrix_free(covariance);
    gsl_matrix_free(columns);
    gsl_multifit_linear_free(linear);
    gsl_multifit_nlinear_free(workspace);
    return status;
}

int knee_models_fit_one(struct knee_models_fit *fit, const struct knee_models_point *points,
                        size_t count, bool weighted, struct knee_err *err)
{
    struct problem problem = {.fit = fit, .points = points, .count = count, .weighted = weighted};
    for (size_t i = 0; i < count; i++)
        problem.scale = fmax(problem.scale, points[i].throughput_per_s);
    /* By default GSL ends the program if a matrix is singular; here only the fit fails. */
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    int status = solve(&problem, err);
    gsl_set_error_handler(before);
    return status;
}
