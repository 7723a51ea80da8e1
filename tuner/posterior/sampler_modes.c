/* SPDX-License-Identifier: MIT */
/* Draws the shares of dips. The machine's is the same at all levels. But a device or a lock may
 * have a slower mode of its own: at all levels, from some level on, below some level, or at one
 * level. Each of these is as likely as the dips of its levels are if their share is a mode's, and
 * those of the other levels if theirs is the machine's, the shares integrated out
 * (Beta-binomial). One of all levels alike is a state of the device, which lasts for a while (a
 * Markov chain). A mode is slower by about the same each time, its depth; the machine's dips are
 * not. While there is no mode, the depth is drawn from a stand-in for its posterior, so that a mode
 * can be proposed at once with a depth that fits (Carlin and Chib 1995, "Bayesian model choice via
 * Markov chain Monte Carlo methods", section 2). */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* A share before anything is seen: this many windows, this many of them dips. */
struct prior {
    unsigned windows, dips;
    double log_beta; /* of dips and the others */
};

static const struct prior MACHINE = {25, 1, -3.17805383034795}, MODE = {9, 3, -5.12396397940326};
/* Of slow windows after a slow one and after a fast one: a state lasts. */
static const struct prior AGAIN = {3, 2, -.693147180559945}, BEGIN = {3, 1, -.693147180559945};

#define MODES_LIKELY .4 /* of a mode at all */
/* Of this: at all levels, from some level on, below some level; the rest: at one level alone. */
#define ALL_SHARE .2
#define FROM_SHARE .5
#define BELOW_SHARE .25
/* A lock convoy or a full heap begins when the work crowds, so that a mode from some level on often
 * begins at the knee: the smallest level that is this close to the highest, log units. This share
 * of these modes does, half of it right below the knee, half one measured level off. Elsewhere a
 * boundary is as likely as the gap is wide. */
#define KNEE_SHARE .4
#define KNEE_NEAR .025
#define SHARE_MAX .7
#define SHARE_MIN .005
#define LOG_DIP_AGAIN (-1.0498221244986778)
#define OUTLIER_DENSITY 1e-2 /* of a window far above f, or stalled */

struct counts {
    unsigned windows, dips;
    unsigned again; /* dips after a dip: the machine's come in bursts */
    double fit;     /* log: how well the dips fit the depth, against any depth */
};

double knee_sampler_dip_density(const struct knee_sampler *sampler, size_t knot, double depth,
                                double variance)
{
    double any = knee_sampler_is_dip(depth) ? 1 / (KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN)
                                            : OUTLIER_DENSITY;
    if (!knee_sampler_in_modes(sampler, knot))
        return any;
    /* A window far above f is as rare as elsewhere. */
    if (!knee_sampler_is_dip(depth))
        return any * sampler->dip_share / sampler->mode_share;
    if (sampler->states)
        return (1 - KNEE_SAMPLER_DEPTH_SHARE) * any;
    return (1 - KNEE_SAMPLER_DEPTH_SHARE) * any +
           KNEE_SAMPLER_DEPTH_SHARE * knee_sampler_normal(depth - sampler->mode_depth,
                                                          variance + KNEE_SAMPLER_DEPTH_VARIANCE);
}

static struct counts count_knot(const struct knee_sampler *sampler, size_t j)
{
    const struct knee_sampler_knot *knot = &sampler->knots[j];
    struct counts counts = {.windows = knot->windows};
    double variance = knee_sampler_depth_variance(sampler, j);
    double range = KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN;
    for (uint32_t i = 0; i < knot->windows; i++) {
        const struct knee_sampler_window *window =
            &sampler->windows[sampler->by_knot[knot->first + i]];
        if (!window->dip)
            continue;
        double miss = knee_sampler_depth(sampler, window) - sampler->mode_depth;
        counts.dips++;
        counts.again += window > sampler->windows && window[-1].dip;
        counts.fit += log(1 - KNEE_SAMPLER_DEPTH_SHARE +
                          KNEE_SAMPLER_DEPTH_SHARE * range * knee_sampler_normal(miss, variance));
    }
    return counts;
}

static struct counts without(struct counts all, struct counts part)
{
    return (struct counts){all.windows - part.windows, all.dips - part.dips, all.again - part.again,
                           all.fit - part.fit};
}

static void add_counts(struct counts *sum, struct counts part)
{
    sum->windows += part.windows;
    sum->dips += part.dips;
    sum->again += part.again;
    sum->fit += part.fit;
}

/* The machine's dips as bursts: windows in which one could begin, and those in which one did. */
static struct counts bursts_of(struct counts counts)
{
    return (struct counts){counts.windows - counts.again, counts.dips - counts.again, 0, 0};
}

/* Log of the probability of these dips: a ratio of two beta functions. */
static double log_likelihood(const struct knee_sampler *sampler, const struct prior *prior,
                             struct counts counts)
{
    const double *log_factorials = sampler->log_factorials;
    unsigned dips = prior->dips + counts.dips, all = prior->windows + counts.windows;
    return log_factorials[dips - 1] + log_factorials[all - dips - 1] - log_factorials[all - 1] -
           prior->log_beta;
}

static double log_machine(const struct knee_sampler *sampler, struct counts counts)
{
    return counts.again * LOG_DIP_AGAIN + log_likelihood(sampler, &MACHINE, bursts_of(counts));
}

/* Of a state of the device, slow windows and fast ones a Markov chain. */
static struct counts after_slow(struct counts all)
{
    return (struct counts){all.dips, all.again, 0, 0};
}

static struct counts after_fast(struct counts all)
{
    return (struct counts){all.windows - all.dips, all.dips - all.again, 0, 0};
}

static double log_states(const struct knee_sampler *sampler, struct counts all)
{
    return log_likelihood(sampler, &AGAIN, after_slow(all)) +
           log_likelihood(sampler, &BEGIN, after_fast(all));
}

/* A choice that is made in one pass: each is kept in proportion to its weight. */
struct choice {
    const struct knee_sampler *sampler;
    struct counts all, chosen;
    double none, total; /* log likelihood of no mode; sum of the weights, without it 1 */
    size_t from, to;
};

static void offer_fit(struct choice *choice, size_t from, size_t to, struct counts own, double fit,
                      double prior)
{
    double weight = prior * exp(fmin(fit + own.fit - choice->none, 300));
    choice->total += weight;
    if (gsl_rng_uniform(choice->sampler->random) * choice->total < weight) {
        choice->from = from;
        choice->to = to;
        choice->chosen = own;
    }
}

static void offer(struct choice *choice, size_t from, size_t to, struct counts own, double prior)
{
    if (own.windows == 0 || prior <= 0)
        return;
    double fit = log_likelihood(choice->sampler, &MODE, own) +
                 log_machine(choice->sampler, without(choice->all, own));
    offer_fit(choice, from, to, own, fit, prior);
}

/* Knot `at` and those without windows above it: a boundary after any of them is as likely as its
 * width. Sets `end` to one of these boundaries and returns the share of the `span`. */
static double draw_boundary(const struct knee_sampler *sampler, size_t at, double span, size_t *end)
{
    size_t next = at + 1, count = sampler->knots_count;
    double width = sampler->knots[at].width;
    for (; next < count && sampler->knots[next].windows == 0; next++)
        width += sampler->knots[next].width;
    *end = at + 1;
    if (next == count)
        return 0;
    double left = gsl_rng_uniform(sampler->random) * width - sampler->knots[at].width;
    while (left > 0 && *end < next)
        left -= sampler->knots[(*end)++].width;
    return width / span;
}

/* How many measured levels are below the knee of f. */
static size_t count_below_knee(const struct knee_sampler *sampler)
{
    double best = -INFINITY;
    size_t below = 0, j = 0;
    for (size_t i = 0; i < sampler->knots_count; i++)
        best = fmax(best, sampler->knots[i].value);
    for (; j < sampler->knots_count && sampler->knots[j].value < best - KNEE_NEAR; j++)
        below += sampler->knots[j].windows > 0;
    return below;
}

/* The prior of a mode from the gap above the `index`th measured level on, which is this share of
 * all gaps. */
static double from_prior(size_t index, size_t below_knee, double share)
{
    double near = index + 1 == below_knee                          ? .5
                  : index == below_knee || index + 2 == below_knee ? .25
                                                                   : 0;
    return MODES_LIKELY * FROM_SHARE * (KNEE_SHARE * near + (1 - KNEE_SHARE) * share);
}

static void offer_all(struct choice *choice)
{
    const struct knee_sampler *sampler = choice->sampler;
    size_t count = sampler->knots_count, measured = 0, end, index = 0;
    size_t below_knee = count_below_knee(sampler);
    struct counts below = {0};
    double span = 0;
    for (size_t j = 0; j < count; j++) {
        span += j + 1 < count ? sampler->knots[j].width : 0;
        measured += sampler->knots[j].windows > 0;
    }
    double under = MODES_LIKELY * BELOW_SHARE, all = MODES_LIKELY * ALL_SHARE;
    double one = MODES_LIKELY * (1 - ALL_SHARE - FROM_SHARE - BELOW_SHARE);
    offer_fit(choice, 0, count, choice->all, log_states(sampler, choice->all), all);
    for (size_t j = 0; j < count; j++) {
        if (sampler->knots[j].windows == 0)
            continue;
        struct counts own = count_knot(sampler, j);
        double share = draw_boundary(sampler, j, span, &end);
        add_counts(&below, own);
        offer(choice, j, j + 1, own, one / (double)measured);
        offer(choice, end, count, without(choice->all, below),
              from_prior(index++, below_knee, share));
        offer(choice, 0, end, below, under * share);
    }
}

static double draw_share(struct knee_sampler *sampler, const struct prior *prior,
                         struct counts counts)
{
    double dips = prior->dips + counts.dips;
    double normal = prior->windows - prior->dips + counts.windows - counts.dips;
    return fmin(fmax(gsl_ran_beta(sampler->random, dips, normal), SHARE_MIN), SHARE_MAX);
}

static void measure_loss(struct knee_sampler *sampler)
{
    double loss = -expm1(-sampler->mode_depth), count = 1;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        const struct knee_sampler_window *window = &sampler->windows[i];
        if (!window->dip || !knee_sampler_in_modes(sampler, window->knot))
            continue;
        loss += fmax(-expm1(-knee_sampler_depth(sampler, window)), 0);
        count++;
    }
    sampler->mode_loss = fmax(loss / count, 0);
}

/* Which of the dips belong to the state that all levels turned out to have, or no longer have. */
static void set_states(struct knee_sampler *sampler, bool states)
{
    double range = KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN;
    if (states == sampler->states)
        return;
    sampler->states = states;
    for (size_t i = 0; i < sampler->windows_count; i++) {
        struct knee_sampler_window *window = &sampler->windows[i];
        double miss = knee_sampler_depth(sampler, window) - sampler->mode_depth;
        double near = KNEE_SAMPLER_DEPTH_SHARE * range *
                      knee_sampler_normal(miss, knee_sampler_depth_variance(sampler, window->knot));
        window->slow =
            states && window->dip &&
            gsl_rng_uniform(sampler->random) * (near + 1 - KNEE_SAMPLER_DEPTH_SHARE) < near;
    }
}

static void draw_states(struct knee_sampler *sampler, struct counts all)
{
    struct counts slow = after_slow(all), fast = after_fast(all);
    set_states(sampler, all.windows > 0);
    sampler->state_again = draw_share(sampler, &AGAIN, slow);
    sampler->state_begin = draw_share(sampler, &BEGIN, fast);
}

void knee_sampler_draw_modes(struct knee_sampler *sampler)
{
    struct choice choice = {.sampler = sampler};
    knee_sampler_draw_depth(sampler);
    for (size_t j = 0; j < sampler->knots_count; j++) {
        struct counts own = count_knot(sampler, j);
        add_counts(&choice.all, own);
    }
    choice.none = log_machine(sampler, choice.all);
    choice.total = (1 - MODES_LIKELY) * (KNEE_SAMPLER_DIP_MAX - KNEE_SAMPLER_DIP_MIN) *
                   knee_sampler_stand_in_density(sampler);
    offer_all(&choice);
    sampler->modes_from = choice.from;
    sampler->modes_to = choice.to;
    sampler->dip_share = draw_share(sampler, &MACHINE, without(choice.all, choice.chosen));
    sampler->mode_share = sampler->dip_share;
    bool all = sampler->modes_from == 0 && sampler->modes_to == sampler->knots_count;
    draw_states(sampler, all ? choice.all : (struct counts){0});
    if (choice.from == choice.to)
        return;
    sampler->mode_share = draw_share(sampler, &MODE, choice.chosen);
    measure_loss(sampler);
}

double knee_sampler_dip_share(const struct knee_sampler *sampler, size_t knot)
{
    return knee_sampler_in_modes(sampler, knot) ? sampler->mode_share : sampler->dip_share;
}

double knee_sampler_value(const struct knee_sampler *sampler, size_t knot)
{
    double value = sampler->knots[knot].value;
    return knee_sampler_in_modes(sampler, knot)
               ? value + log1p(-sampler->mode_share * sampler->mode_loss)
               : value;
}
