/* SPDX-License-Identifier: MIT */
#include "tuner/fit/order.h"

#include "core/base/array.h"

#include <math.h>

#define DF_MIN 6.     /* fewer residuals show nothing */
#define GAIN_MIN 12.  /* twice the log likelihood: more than three standard errors */
#define CLIP .06      /* log units: a dip says nothing of the order */
#define BEST_SHARE .5 /* of the loss must be seen in the best rows, too, */
                      /* at most levels */
#define HALVINGS_MAX 32
#define STEP_MIN .002
#define LOSS_MAX .3

static void shift(struct knee_blockfit *fit, double by)
{
    for (size_t i = 0; i < fit->rows_count; i++)
        fit->rows[i].y += fit->rows[i].after_higher ? by : 0;
}

/* The mean absolute residual if following a higher level costs `loss`. */
static double misfit(struct knee_blockfit *fit, double loss)
{
    double sum = 0;
    shift(fit, loss);
    knee_blockfit_solve(fit);
    shift(fit, -loss);
    for (size_t i = 0; i < fit->rows_count; i++)
        sum += fmin(fabs(fit->rows[i].residual), CLIP);
    return fmax(sum / (double)fit->rows_count, STEP_MIN / 10);
}

static double gain(const struct knee_blockfit *fit, double without, double with)
{
    return 2 * fit->df * log(without / with);
}

/* What a level's best row after a higher level lacks beside its best other one. Returns in how many
 * of both that shows. */
static double lack_of_level(const struct knee_blockfit *fit, size_t level, double *lack)
{
    double best[2] = {-INFINITY, -INFINITY}, count[2] = {0, 0};
    for (size_t i = 0; i < fit->rows_count; i++) {
        const struct knee_blockfit_row *row = &fit->rows[i];
        if (row->level != level)
            continue;
        best[row->after_higher] = fmax(best[row->after_higher], row->y);
        count[row->after_higher]++;
    }
    *lack = best[0] - best[1];
    return fmin(count[0], count[1]);
}

/* Slower modes of single levels, or dips, may by chance come after higher levels more often; but
 * then the best rows of most levels are as good. */
static bool best_rows_lose(const struct knee_blockfit *fit, double loss)
{
    double losing = 0, all = 0;
    for (size_t l = 0; l < fit->levels_count; l++) {
        double lack, weight = lack_of_level(fit, l, &lack);
        losing += weight > 0 && lack > BEST_SHARE * loss ? weight : 0;
        all += weight;
    }
    return losing > all / 2;
}

double knee_order_solve(struct knee_blockfit *fit)
{
    static const double tries[] = {.02, .05, .1};
    double without = misfit(fit, 0), least = without, loss = 0;
    if (fit->df < DF_MIN)
        return 0;
    for (size_t t = 0; t < KNEE_COUNT(tries); t++) {
        double found = misfit(fit, tries[t]);
        if (found < least) {
            least = found;
            loss = tries[t];
        }
    }
    double step = loss / 2;
    for (int halvings = 0; halvings < HALVINGS_MAX && step >= STEP_MIN; halvings++) {
        for (int side = -1; side <= 1; side += 2) {
            double other = fmin(loss + side * step, LOSS_MAX), found = misfit(fit, other);
            if (found < least) {
                least = found;
                loss = other;
            }
        }
        step /= 2;
    }
    misfit(fit, loss);
    if (loss <= 0 || !best_rows_lose(fit, loss) || gain(fit, without, least) < GAIN_MIN)
        loss = 0;
    shift(fit, loss);
    knee_blockfit_solve(fit);
    return loss;
}
