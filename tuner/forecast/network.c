/* SPDX-License-Identifier: MIT */
#include "tuner/forecast/network.h"

#include <math.h>
#include <stdlib.h>

/* Factors below this share of a station's largest are left out: they are beyond its peak. */
#define NEGLIGIBLE 1e-30L

double knee_network_cpu_rate(const struct knee_network *network,
                             const struct knee_network_cpus *cpus, double busy)
{
    double whole = fmin(busy, cpus->cores);
    double rest = fmin(fmax(busy - cpus->cores, 0), cpus->siblings);
    double rate = fmin(whole + cpus->sibling_ratio * rest, cpus->quota);
    double others = fmax(rate - 1, 0);
    return rate / (1 + network->contention * others + network->coherency * rate * others);
}

double knee_network_cpu_bound(const struct knee_network *network,
                              const struct knee_network_cpus *cpus)
{
    double best = 0;
    for (unsigned busy = 1; busy <= KNEE_NETWORK_LEVEL_MAX; busy++) {
        best = fmax(best, knee_network_cpu_rate(network, cpus, busy));
        if (busy >= cpus->cores + cpus->siblings)
            break;
    }
    return best / network->cpu_s;
}

double knee_network_pool_bound(const struct knee_network *network)
{
    return network->pool_s > 0 ? network->pool / network->pool_s : INFINITY;
}

static double pool_rate(const struct knee_network *network, double inside)
{
    return fmin(inside, network->pool) / (1 + network->crowding * fmax(inside - network->pool, 0));
}

/* What the fastest CPUs and the pool allow. Items that do not fit pile up at the CPUs or the pool,
 * which contention and crowding then slow down. */
static double bound_at(const struct knee_network *network, const struct knee_network_cpus *cpus,
                       double cpu_bound_per_s, double level)
{
    double elsewhere_s = network->delay_s + network->pool_s;
    double pool_per_s = knee_network_pool_bound(network);
    double free_per_s = level / (network->cpu_s + elsewhere_s);
    double per_s = fmin(free_per_s, fmin(cpu_bound_per_s, pool_per_s));
    if (per_s >= free_per_s)
        return per_s;
    if (pool_per_s <= cpu_bound_per_s) {
        double inside = level - per_s * (network->cpu_s + network->delay_s);
        return fmin(per_s, pool_rate(network, inside) / network->pool_s);
    }
    double busy = level - per_s * elsewhere_s;
    return fmin(per_s, knee_network_cpu_rate(network, cpus, busy) / network->cpu_s);
}

/* One station's factors, scaled by unit_per_s^j so that G neither over- nor underflows; returns how
 * many there are, at most count + 1. */
static size_t fill_factors(long double *factors, size_t count, int station,
                           const struct knee_network *network, const struct knee_network_cpus *cpus,
                           double unit_per_s)
{
    long double largest = 1;
    factors[0] = 1;
    for (size_t j = 1; j <= count; j++) {
        double jobs = (double)j;
        double demand_s = station == 0   ? network->cpu_s
                          : station == 1 ? network->delay_s
                                         : network->pool_s;
        double rate = station == 0   ? knee_network_cpu_rate(network, cpus, jobs)
                      : station == 1 ? jobs
                                     : pool_rate(network, jobs);
        factors[j] = factors[j - 1] * (long double)(demand_s * unit_per_s / rate);
        largest = factors[j] > largest ? factors[j] : largest;
        if (factors[j] < factors[j - 1] && factors[j] < NEGLIGIBLE * largest)
            return j;
    }
    return count + 1;
}

/* to = one * other, up to `count`. */
static void convolve(long double *to, size_t count, const long double *one, size_t ones,
                     const long double *other, size_t others)
{
    for (size_t n = 0; n <= count; n++) {
        size_t from = n + 1 > others ? n + 1 - others : 0;
        long double sum = 0;
        for (size_t j = from; j <= n && j < ones; j++)
            sum += one[j] * other[n - j];
        to[n] = sum;
    }
}

int knee_network_solve(const struct knee_network *network, const struct knee_network_cpus *cpus,
                       double *per_s, size_t count, struct knee_err *err)
{
    size_t room = count + 1;
    long double *factors = malloc(5 * room * sizeof *factors);
    if (!factors)
        return knee_err_memory(err, "forecast");
    long double *both = factors + 3 * room, *all = factors + 4 * room;
    size_t lengths[3];
    double demand_s = network->cpu_s + network->delay_s + network->pool_s;
    double cpu_bound_per_s = knee_network_cpu_bound(network, cpus);
    double unit_per_s =
        fmin(cpu_bound_per_s, fmin(knee_network_pool_bound(network), (double)count / demand_s));
    for (int station = 0; station < 3; station++)
        lengths[station] = fill_factors(factors + (size_t)station * room, count, station, network,
                                        cpus, unit_per_s);
    convolve(both, count, factors, lengths[0], factors + room, lengths[1]);
    convolve(all, count, factors + 2 * room, lengths[2], both, room);
    for (size_t n = 1; n <= count; n++) {
        double exponential = unit_per_s * (double)(all[n - 1] / all[n]);
        double bound = bound_at(network, cpus, cpu_bound_per_s, (double)n);
        per_s[n - 1] = exponential * pow(bound / exponential, network->sharpness);
    }
    free(factors);
    return 0;
}
