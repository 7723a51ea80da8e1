/* SPDX-License-Identifier: MIT */
#include "tuner/forecast/network_fit.h"

#include "core/base/random.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BURN_IN 150 /* rounds over all parameters before the first draw of a chain */
#define COUNTED 75  /* of these, the last ones tell how good a chain is */
#define CHAINS 4    /* from different starts; the draws come from the best ones */
#define TUNE_EVERY 15
#define JUMPS 2 /* a round */
#define JUMP_SD .1
#define MISS_EXPLAINED .02
#define T_DF 4.0
/* How likely a pool within the levels measured is beforehand. */
#define POOL_UNSEEN .04
#define POOL_WAITED_FOR .96
#define LOST_SD .03     /* of what contention takes, if the CPUs were seen idle */
#define WAIT_LEAST .002 /* of the CPU time: a process never waits for less */

/* A network as the sampler sees it: unbounded numbers, mostly logarithms. */
enum parameter {
    LOG_CPU,
    LOG_WAIT,    /* delay and pool together */
    LOGIT_SHARE, /* of the wait that is spent in the pool */
    LOG_POOL,
    LOG_CONTENTION,
    LOG_COHERENCY,
    LOG_CROWDING,
    LOGIT_SHARPNESS,
    PARAMETERS,
};

/* Ranges of the log-uniform priors. */
static const struct {
    double low, high;
} RANGES[PARAMETERS] = {
    [LOG_CONTENTION] = {-11.5, -1.2}, /* 1e-5 to .3 */
    [LOG_COHERENCY] = {-16.1, -3.9},  /* 1e-7 to .02 */
    [LOG_CROWDING] = {-11.5, 0},      /* 1e-5 to 1 */
};

struct chain {
    double at[PARAMETERS], step[PARAMETERS];
    unsigned accepted[PARAMETERS];
    double log_density, mean_log_density; /* now, and over the second half of the burn-in */
};

struct sampler {
    const struct knee_network_fit_data *data;
    double *per_s; /* room for the largest level */
    double log_level_max, log_served;
    double model_sd; /* beyond a level's own: what no network of this kind explains */
    struct knee_random random;
};

static double from_logit(double x)
{
    return 1 / (1 + exp(-x));
}

static struct knee_network network_at(const struct sampler *sampler, const double *at)
{
    double wait_s = exp(at[LOG_WAIT]), share = from_logit(at[LOGIT_SHARE]);
    return (struct knee_network){
        .cpu_s = exp(at[LOG_CPU]),
        .delay_s = wait_s * (1 - share),
        .pool_s = wait_s * share,
        .pool = at[LOG_POOL] > sampler->log_level_max ? INFINITY : exp(at[LOG_POOL]),
        .crowding = exp(at[LOG_CROWDING]),
        .contention = exp(at[LOG_CONTENTION]),
        .coherency = exp(at[LOG_COHERENCY]),
        .sharpness = from_logit(at[LOGIT_SHARPNESS]),
    };
}

/* The share of the CPUs that contention and coherency take, on the most of them measured. */
static double contention_lost(const struct sampler *sampler, const double *at)
{
    const struct knee_network_cpus *cpus =
        &sampler->data->groups[sampler->data->groups_count - 1].cpus;
    struct knee_network network = {.contention = exp(at[LOG_CONTENTION]),
                                   .coherency = exp(at[LOG_COHERENCY])};
    const struct knee_network free = {.contention = 0};
    double all = cpus->cores + cpus->siblings;
    return 1 - knee_network_cpu_rate(&network, cpus, all) / knee_network_cpu_rate(&free, cpus, all);
}

/* Without constants. Logits have the density of a uniform (or Beta) share, times its slope. */
static double log_prior(const struct sampler *sampler, const double *at)
{
    const struct knee_network_fit_data *data = sampler->data;
    double least_s = WAIT_LEAST * data->cpu_s;
    double wait_s = fmax(data->wait_s, least_s);
    double wait_sd = data->wait_s > .05 * data->cpu_s ? .15 : 1.0;
    double cpu = (at[LOG_CPU] - log(data->cpu_s)) / .05;
    double wait = (at[LOG_WAIT] - log(wait_s)) / wait_sd;
    double share = from_logit(at[LOGIT_SHARE]), sharpness = from_logit(at[LOGIT_SHARPNESS]);
    double density = -.5 * (cpu * cpu + wait * wait);
    for (int i = LOG_CONTENTION; i <= LOG_CROWDING; i++)
        if (at[i] < RANGES[i].low || at[i] > RANGES[i].high)
            return -INFINITY;
    if (at[LOG_POOL] < 0 || at[LOG_POOL] > sampler->log_level_max + 1)
        return -INFINITY;
    double pool = data->waits_elsewhere ? POOL_WAITED_FOR : POOL_UNSEEN;
    density += at[LOG_POOL] > sampler->log_level_max ? log(1 - pool)
                                                     : log(pool / fmax(sampler->log_level_max, .1));
    if (data->cpus_idle) {
        double lost = contention_lost(sampler, at) / LOST_SD;
        density -= .5 * lost * lost;
    }
    density += 6 * log(share) + log(1 - share);
    density += log(sharpness) + log(1 - sharpness);
    return density;
}

static int log_likelihood(struct sampler *sampler, const struct knee_network *network,
                          double *density, struct knee_err *err)
{
    *density = 0;
    for (size_t g = 0; g < sampler->data->groups_count; g++) {
        const struct knee_network_fit_group *group = &sampler->data->groups[g];
        if (group->levels_count == 0)
            continue;
        if (knee_network_solve(network, &group->cpus, sampler->per_s,
                               group->levels[group->levels_count - 1].level, err))
            return -1;
        for (size_t i = 0; i < group->levels_count; i++) {
            const struct knee_network_fit_level *level = &group->levels[i];
            double sd = hypot(level->sd, sampler->model_sd);
            double z = (level->log_throughput - log(sampler->per_s[level->level - 1])) / sd;
            *density -= .5 * (T_DF + 1) * log1p(z * z / T_DF);
        }
    }
    return 0;
}

static int log_density(struct sampler *sampler, const double *at, double *density,
                       struct knee_err *err)
{
    double prior = log_prior(sampler, at);
    *density = prior;
    if (!isfinite(prior))
        return 0;
    struct knee_network network = network_at(sampler, at);
    if (log_likelihood(sampler, &network, density, err))
        return -1;
    *density += prior;
    if (isnan(*density))
        *density = -INFINITY;
    return 0;
}

/* The pool size at the highest throughput, by Little's law. */
static double served_at_best(const struct knee_network_fit_data *data)
{
    double best = 0;
    for (size_t g = 0; g < data->groups_count; g++)
        for (size_t i = 0; i < data->groups[g].levels_count; i++)
            best = fmax(best, data->groups[g].levels[i].log_throughput > -30
                                  ? exp(data->groups[g].levels[i].log_throughput)
                                  : 0);
    return fmax(best * data->wait_s, 1);
}

/* Moves to `to` with the odds of Metropolis and Hastings. `correction`: the log odds of proposing
 * the way back over those of the way there. */
static int try_move(struct sampler *sampler, struct chain *chain, const double *to,
                    double correction, bool *accepted, struct knee_err *err)
{
    double density;
    if (log_density(sampler, to, &density, err))
        return -1;
    double odds = density - chain->log_density + correction;
    *accepted = log(knee_random_uniform(&sampler->random) + 1e-300) < odds;
    if (*accepted) {
        memcpy(chain->at, to, sizeof chain->at);
        chain->log_density = density;
    }
    return 0;
}

static int step(struct sampler *sampler, struct chain *chain, int i, struct knee_err *err)
{
    double to[PARAMETERS];
    bool accepted;
    memcpy(to, chain->at, sizeof to);
    to[i] += chain->step[i] * knee_random_normal(&sampler->random);
    if (try_move(sampler, chain, to, 0, &accepted, err))
        return -1;
    chain->accepted[i] += accepted;
    return 0;
}

/* Log density of the jump's proposals of a pool: half of them anywhere, half near the size that
 * Little's law gives. */
static double log_proposal(const struct sampler *sampler, double pool)
{
    double z = (pool - sampler->log_served) / JUMP_SD;
    return log(.5 / (sampler->log_level_max + 1) +
               .5 * exp(-.5 * z * z) / (JUMP_SD * sqrt(2 * M_PI)));
}

/* From "contention slows the CPUs" to "a pool is full" and back takes two parameters at once. */
static int jump(struct sampler *sampler, struct chain *chain, struct knee_err *err)
{
    struct knee_random *random = &sampler->random;
    double to[PARAMETERS];
    bool accepted;
    memcpy(to, chain->at, sizeof to);
    to[LOG_POOL] = knee_random_below(random, 2)
                       ? (sampler->log_level_max + 1) * knee_random_uniform(random)
                       : sampler->log_served + JUMP_SD * knee_random_normal(random);
    for (int i = LOG_CONTENTION; i <= LOG_COHERENCY; i++)
        if (knee_random_below(random, 2))
            to[i] = RANGES[i].low + (RANGES[i].high - RANGES[i].low) * knee_random_uniform(random);
    double correction =
        log_proposal(sampler, chain->at[LOG_POOL]) - log_proposal(sampler, to[LOG_POOL]);
    return try_move(sampler, chain, to, correction, &accepted, err);
}

/* Steps that are accepted too often become longer, and the other way round (Roberts and Rosenthal
 * 2009, section 3). */
static void tune(struct chain *chain)
{
    for (int i = 0; i < PARAMETERS; i++) {
        double ratio = (double)chain->accepted[i] / TUNE_EVERY;
        chain->step[i] *= ratio > .44 ? 1.4 : 1 / 1.4;
        chain->accepted[i] = 0;
    }
}

static int advance(struct sampler *sampler, struct chain *chain, struct knee_err *err)
{
    for (int i = 0; i < PARAMETERS; i++)
        if (step(sampler, chain, i, err))
            return -1;
    for (int i = 0; i < JUMPS; i++)
        if (jump(sampler, chain, err))
            return -1;
    return 0;
}

static int start(struct sampler *sampler, struct chain *chain, int number, struct knee_err *err)
{
    const struct knee_network_fit_data *data = sampler->data;
    static const double STEPS[PARAMETERS] = {.02, .05, .5, .1, 1, 1, 1, .7};
    double pool = sampler->log_served;
    bool with_pool = number % 2 == 1 && pool <= sampler->log_level_max;
    *chain = (struct chain){.log_density = -INFINITY};
    memcpy(chain->step, STEPS, sizeof STEPS);
    chain->at[LOG_CPU] = log(data->cpu_s);
    chain->at[LOG_WAIT] = log(fmax(data->wait_s, WAIT_LEAST * data->cpu_s));
    chain->at[LOGIT_SHARE] = 2;
    chain->at[LOG_POOL] = with_pool ? pool : sampler->log_level_max + .5;
    chain->at[LOG_CONTENTION] = -7;
    chain->at[LOG_COHERENCY] = -11;
    chain->at[LOG_CROWDING] = number < 2 ? -9 : -4;
    chain->at[LOGIT_SHARPNESS] = number < 2 ? 1 : -1;
    if (log_density(sampler, chain->at, &chain->log_density, err))
        return -1;
    for (int round = 1; round <= BURN_IN; round++) {
        if (advance(sampler, chain, err))
            return -1;
        if (round % TUNE_EVERY == 0)
            tune(chain);
        if (round > BURN_IN - COUNTED)
            chain->mean_log_density += chain->log_density / COUNTED;
    }
    return 0;
}

/* How far the network misses the levels. */
static int find_misses(struct sampler *sampler, const struct knee_network *network,
                       struct knee_network_fit *fit, struct knee_err *err)
{
    double squares = 0;
    size_t count = 0;
    fit->worst_ratio = 0;
    for (size_t g = 0; g < sampler->data->groups_count; g++) {
        const struct knee_network_fit_group *group = &sampler->data->groups[g];
        if (group->levels_count == 0)
            continue;
        if (knee_network_solve(network, &group->cpus, sampler->per_s,
                               group->levels[group->levels_count - 1].level, err))
            return -1;
        for (size_t i = 0; i < group->levels_count; i++) {
            const struct knee_network_fit_level *level = &group->levels[i];
            double miss = exp(level->log_throughput) / sampler->per_s[level->level - 1] - 1;
            squares += miss * miss;
            count++;
            if (fabs(miss) > fit->worst_ratio) {
                fit->worst_ratio = fabs(miss);
                fit->worst_level = level->level;
            }
        }
    }
    fit->miss_ratio = count ? sqrt(squares / (double)count) : 0;
    return 0;
}

/* Draws from all chains, each in proportion to how well it does: a chain that is stuck far below
 * the best gets none. */
static int draw(struct sampler *sampler, struct chain chains[CHAINS], struct knee_network_fit *fit,
                struct knee_err *err)
{
    double best = -INFINITY, weights[CHAINS], sum = 0;
    size_t made = 0;
    struct knee_network best_network = {0};
    for (int i = 0; i < CHAINS; i++)
        best = fmax(best, chains[i].mean_log_density);
    for (int i = 0; i < CHAINS; i++)
        sum += weights[i] = exp(chains[i].mean_log_density - best);
    double best_density = -INFINITY;
    for (int i = 0; i < CHAINS; i++) {
        size_t until = i == CHAINS - 1 ? KNEE_NETWORK_FIT_DRAWS
                                       : made + (size_t)(weights[i] / sum * KNEE_NETWORK_FIT_DRAWS);
        for (; made < until; made++) {
            for (int thin = 0; thin < 3; thin++)
                if (advance(sampler, &chains[i], err))
                    return -1;
            fit->draws[made] = network_at(sampler, chains[i].at);
            if (chains[i].log_density > best_density) {
                best_density = chains[i].log_density;
                best_network = fit->draws[made];
            }
        }
    }
    size_t pools = 0;
    for (size_t i = 0; i < KNEE_NETWORK_FIT_DRAWS; i++)
        pools += isfinite(fit->draws[i].pool);
    fit->pool_seen_ratio = (double)pools / KNEE_NETWORK_FIT_DRAWS;
    return find_misses(sampler, &best_network, fit, err);
}

static int fit_once(struct sampler *sampler, struct knee_network_fit *fit, struct knee_err *err)
{
    struct chain chains[CHAINS];
    for (int i = 0; i < CHAINS; i++)
        if (start(sampler, &chains[i], i, err))
            return -1;
    return draw(sampler, chains, fit, err);
}

int knee_network_fit(struct knee_network_fit *fit, const struct knee_network_fit_data *data,
                     struct knee_err *err)
{
    struct sampler sampler = {.data = data, .random = knee_random_seed(data->seed, 0)};
    uint32_t level_max = 1;
    for (size_t g = 0; g < data->groups_count; g++)
        for (size_t i = 0; i < data->groups[g].levels_count; i++)
            if (data->groups[g].levels[i].level > level_max)
                level_max = data->groups[g].levels[i].level;
    sampler.log_level_max = log((double)level_max);
    sampler.log_served = fmin(log(served_at_best(data)), sampler.log_level_max);
    sampler.per_s = calloc(level_max, sizeof *sampler.per_s);
    if (!sampler.per_s)
        return knee_err_memory(err, "forecast");
    int status = fit_once(&sampler, fit, err);
    /* Levels that no network meets are not known as well as they were measured. */
    if (status == 0 && fit->miss_ratio > MISS_EXPLAINED) {
        sampler.model_sd = fit->miss_ratio;
        status = fit_once(&sampler, fit, err);
    }
    free(sampler.per_s);
    return status;
}
