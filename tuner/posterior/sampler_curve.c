/* SPDX-License-Identifier: MIT */
/* Draws f. The kinds at the knots and the dips are drawn one by one with f integrated out (Gerlach,
 * Carter and Kohn 2000, "Efficient Bayesian inference for dynamic mixture models", JASA 95): what
 * higher knots say comes as messages down, then one pass up draws a kind at each knot from all that
 * is known, and one pass down draws f itself (Carter and Kohn 1994). */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* Level 1, in units of a centred log throughput: wide. */
#define FIRST_VARIANCE 4.
#define SLOPE_MEAN .7
#define SLOPE_VARIANCE .25
#define DROP_MEAN (-.3)
#define DROP_VARIANCE .04
#define FREE_SLOPE_MEAN 0.
#define FREE_SLOPE_VARIANCE .25
/* The guess of the dips stays for this many rounds: until the curve has found its kinks, it is too
 * far from the windows to tell dips from others. */
#define HELD_ROUNDS 20
#define NEGLIGIBLE (-18.) /* log of a weight beside the best */

static struct knee_pair_message with_windows(const struct knee_sampler_knot *knot)
{
    struct knee_pair_message message = knot->above;
    message.vv += knot->weight;
    message.v += knot->sum;
    return message;
}

/* What the higher knots say of `knot`: through what happens on the way to the next one. */
static void pass_message(struct knee_sampler_knot *knot)
{
    struct knee_pair_message message = with_windows(knot + 1);
    if (knot->kind == KNEE_SAMPLER_FALL) {
        knot->above = knee_pair_break(&message, DROP_MEAN, DROP_VARIANCE, FREE_SLOPE_MEAN,
                                      FREE_SLOPE_VARIANCE);
        return;
    }
    const struct knee_sampler_change *change = &knot->changes[knot->kind];
    message = knee_pair_loosen_slope(&message, change->mean, change->variance);
    message = knee_pair_unscale_slope(&message, change->factor);
    knot->above = knee_pair_step_back(&message, knot->width);
}

static void pass_messages_down(struct knee_sampler *sampler)
{
    size_t j = sampler->knots_count;
    sampler->knots[j - 1].above = (struct knee_pair_message){0};
    while (j-- > 0) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        knot->sum = knee_sampler_sum(sampler, knot, &knot->weight);
        if (j + 1 < sampler->knots_count)
            pass_message(knot);
    }
}

/* The prior of each regime at knot j, given those of its neighbours. */
static void regime_prior(const struct knee_sampler *sampler, size_t j, double *prior)
{
    const struct knee_sampler_knot *knot = &sampler->knots[j];
    bool first = j == 0, last = j + 2 >= sampler->knots_count;
    double total = 0;
    for (int r = 0; r < KNEE_SAMPLER_REGIMES; r++) {
        prior[r] =
            first ? knot->change[r] : knot->change[r] + (knot[-1].regime == r ? knot->stay : 0);
        if (!last)
            prior[r] *= knot[1].change[knot[1].regime] + (knot[1].regime == r ? knot[1].stay : 0);
        total += prior[r];
    }
    for (int r = 0; r < KNEE_SAMPLER_REGIMES; r++)
        prior[r] /= total;
}

static int pick_kind(const struct knee_sampler *sampler, const double *weights, int count)
{
    double total = 0;
    for (int i = 0; i < count; i++)
        total += weights[i];
    double left = gsl_rng_uniform(sampler->random) * total;
    for (int i = 0; i + 1 < count; i++) {
        left -= weights[i];
        if (left < 0)
            return i;
    }
    return count - 1;
}

/* A likelihood, exp(fit) / sqrt(spread): in two parts, since a root costs less than a logarithm. */
struct likelihood {
    double fit, spread;
};

/* Of a normal change of the slope. */
static struct likelihood change_likelihood(const struct knee_pair_joint *joint,
                                           const struct knee_sampler_change *change)
{
    double a = joint->a > 0 ? joint->a : 0, mean = change->mean, b = joint->b - a * mean;
    double widened = 1 + change->variance * a;
    return (struct likelihood){.fit = joint->fit + joint->b * mean - .5 * a * mean * mean +
                                      .5 * b * b * change->variance / widened,
                               .spread = joint->spread * widened};
}

static struct knee_pair broken(const struct knee_pair *at)
{
    return (struct knee_pair){.value = at->value + DROP_MEAN,
                              .slope = FREE_SLOPE_MEAN,
                              .vv = at->vv + DROP_VARIANCE,
                              .ss = FREE_SLOPE_VARIANCE};
}

/* Of each kind, from all that is known of both sides. */
static void judge_kinds(const struct knee_sampler_knot *knot, struct likelihood *kinds)
{
    struct knee_pair_message message = with_windows(knot + 1);
    struct knee_pair fallen = broken(&knot->below);
    struct knee_pair next = knee_pair_step(&knot->below, knot->width);
    struct knee_pair_joint straight = knee_pair_join(&next, &message);
    struct knee_pair_joint fall = knee_pair_join(&fallen, &message);
    for (int k = 0; k < KNEE_SAMPLER_FALL; k++) {
        const struct knee_sampler_change *change = &knot->changes[k];
        struct knee_pair_joint joint = straight;
        if (change->factor < 1) {
            struct knee_pair scaled = knee_pair_scale_slope(&next, change->factor);
            joint = knee_pair_join(&scaled, &message);
        }
        kinds[k] = change_likelihood(&joint, change);
    }
    kinds[KNEE_SAMPLER_FALL] = (struct likelihood){fall.fit, fall.spread};
}

/* By how much it changes the prior of the knot's kind that there is a fall right below it, or not.
 * The last knot has no kind. */
static double after(bool fall, const struct knee_sampler_knot *knot)
{
    double usual = knot->events[KNEE_SAMPLER_FALL];
    if (!fall || usual <= 0)
        return 1;
    return knot->kind == KNEE_SAMPLER_FALL ? knot->again / usual : (1 - knot->again) / (1 - usual);
}

/* What happens between knot j and the next. */
static void draw_kind(struct knee_sampler *sampler, size_t j)
{
    struct knee_sampler_knot *knot = &sampler->knots[j];
    struct likelihood kinds[KNEE_SAMPLER_KINDS];
    double prior[KNEE_SAMPLER_REGIMES], weights[KNEE_SAMPLER_KINDS], best = -INFINITY;
    bool fell = j > 0 && knot[-1].kind == KNEE_SAMPLER_FALL;
    regime_prior(sampler, j, prior);
    judge_kinds(knot, kinds);
    for (int k = 0; k < KNEE_SAMPLER_KINDS; k++)
        best = kinds[k].fit > best ? kinds[k].fit : best;
    for (int k = 0; k < KNEE_SAMPLER_KINDS; k++) {
        bool falls = k == KNEE_SAMPLER_FALL;
        double share = k < KNEE_SAMPLER_REGIMES ? knot->none * prior[k] : knot->events[k];
        knot->kind = (uint8_t)k;
        share *= after(fell, knot) * after(falls, knot + 1);
        double fit = kinds[k].fit - best;
        weights[k] = fit < NEGLIGIBLE ? 0 : share * exp(fit) / sqrt(kinds[k].spread);
    }
    knot->kind = (uint8_t)pick_kind(sampler, weights, KNEE_SAMPLER_KINDS);
    knot->regime = knot->kind < KNEE_SAMPLER_REGIMES
                       ? knot->kind
                       : (uint8_t)pick_kind(sampler, prior, KNEE_SAMPLER_REGIMES);
}

/* The next knot's distribution before its own windows. */
static struct knee_pair advance(const struct knee_sampler_knot *knot, const struct knee_pair *at)
{
    if (knot->kind == KNEE_SAMPLER_FALL)
        return broken(at);
    const struct knee_sampler_change *change = &knot->changes[knot->kind];
    struct knee_pair next = knee_pair_step(at, knot->width);
    next = knee_pair_scale_slope(&next, change->factor);
    next.slope += change->mean;
    next.ss += change->variance;
    return next;
}

static double event_prior(const struct knee_sampler_knot *knot, bool fell)
{
    double prior = knot->kind < KNEE_SAMPLER_REGIMES ? knot->none : knot->events[knot->kind];
    return prior * after(fell, knot);
}

/* Log of prior and likelihood of what happens after `knot` and after the next one; `fell`: between
 * `knot` and the one below it. */
static double two_steps_fit(const struct knee_sampler_knot *knot, bool fell)
{
    const struct knee_sampler_knot *middle = knot + 1;
    struct knee_pair at = advance(knot, &knot->below);
    double fit =
        log(event_prior(knot, fell) * event_prior(middle, knot->kind == KNEE_SAMPLER_FALL) *
            after(middle->kind == KNEE_SAMPLER_FALL, middle + 1));
    if (middle->weight > KNEE_SAMPLER_TINY) {
        double spread = at.vv + 1 / middle->weight, miss = middle->sum / middle->weight - at.value;
        fit -= .5 * (log(spread) + miss * miss / spread);
        at = knee_pair_see(&at, middle->sum / middle->weight, middle->weight);
    }
    at = advance(middle, &at);
    struct knee_pair_message message = with_windows(middle + 1);
    struct knee_pair_joint joint = knee_pair_join(&at, &message);
    return fit + joint.fit - .5 * log(joint.spread);
}

static void swap_events(struct knee_sampler_knot *knot)
{
    struct knee_sampler_knot *next = knot + 1;
    uint8_t kind = knot->kind;
    knot->kind = next->kind < KNEE_SAMPLER_REGIMES ? knot->regime : next->kind;
    next->kind = kind < KNEE_SAMPLER_REGIMES ? next->regime : kind;
}

/* An event may move to the next knot, or from there to here: one by one they would hardly
 * ever, since without it there the curve fits nothing. */
static void move_event(struct knee_sampler *sampler, size_t j)
{
    struct knee_sampler_knot *knot = &sampler->knots[j], *next = knot + 1;
    if (j + 2 >= sampler->knots_count ||
        (knot->kind < KNEE_SAMPLER_REGIMES && next->kind < KNEE_SAMPLER_REGIMES))
        return;
    bool fell = j > 0 && knot[-1].kind == KNEE_SAMPLER_FALL;
    double before = two_steps_fit(knot, fell);
    swap_events(knot);
    if (gsl_rng_uniform(sampler->random) < exp(two_steps_fit(knot, fell) - before))
        pass_message(next);
    else
        swap_events(knot);
}

static void pass_up(struct knee_sampler *sampler)
{
    struct knee_pair predicted = {.slope = SLOPE_MEAN, .vv = FIRST_VARIANCE, .ss = SLOPE_VARIANCE};
    for (size_t j = 0; j < sampler->knots_count; j++) {
        struct knee_sampler_knot *knot = &sampler->knots[j];
        knot->below = predicted;
        if (knot->windows > 0 && sampler->rounds > HELD_ROUNDS)
            knee_sampler_draw_dips(sampler, knot, &predicted);
        if (knot->weight > KNEE_SAMPLER_TINY)
            knot->below = knee_pair_see(&predicted, knot->sum / knot->weight, knot->weight);
        if (j + 1 == sampler->knots_count)
            break;
        move_event(sampler, j);
        draw_kind(sampler, j);
        predicted = advance(knot, &knot->below);
    }
}

/* A draw of both, of the value first. */
static void draw_pair(struct knee_sampler *sampler, struct knee_sampler_knot *knot,
                      const struct knee_pair *at)
{
    double vv = fmax(at->vv, KNEE_SAMPLER_TINY),
           miss = sqrt(vv) * gsl_ran_gaussian_ziggurat(sampler->random, 1);
    double left = fmax(at->ss - at->vs * at->vs / vv, 0);
    knot->value = at->value + miss;
    knot->slope =
        at->slope + at->vs / vv * miss + sqrt(left) * gsl_ran_gaussian_ziggurat(sampler->random, 1);
}

/* From the next knot's draw: the value and slope here must lead there. */
static void draw_before(struct knee_sampler *sampler, struct knee_sampler_knot *knot)
{
    const struct knee_sampler_knot *next = knot + 1;
    const struct knee_pair *at = &knot->below;
    if (knot->kind == KNEE_SAMPLER_FALL) {
        struct knee_pair seen = knee_pair_see(at, next->value - DROP_MEAN, 1 / DROP_VARIANCE);
        draw_pair(sampler, knot, &seen);
        return;
    }
    const struct knee_sampler_change *change = &knot->changes[knot->kind];
    double width = knot->width, to = at->vs + width * at->ss;
    double scale = to / fmax(at->vv + width * (at->vs + to), KNEE_SAMPLER_TINY);
    double slope = at->slope + scale * (next->value - at->value - width * at->slope);
    double left = fmax(at->ss - scale * to, KNEE_SAMPLER_TINY), factor = change->factor;
    double all = factor * factor * left + change->variance;
    knot->slope =
        slope + factor * left / all * (next->slope - change->mean - factor * slope) +
        sqrt(left * change->variance / all) * gsl_ran_gaussian_ziggurat(sampler->random, 1);
    knot->value = next->value - width * knot->slope;
}

void knee_sampler_draw_curve(struct knee_sampler *sampler)
{
    size_t j = sampler->knots_count;
    pass_messages_down(sampler);
    pass_up(sampler);
    draw_pair(sampler, &sampler->knots[j - 1], &sampler->knots[j - 1].below);
    for (j--; j > 0; j--)
        draw_before(sampler, &sampler->knots[j - 1]);
}
