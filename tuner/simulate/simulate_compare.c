/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/simulate_compare.h"

#include "tuner/compare/paired.h"
#include "tuner/compare/stored.h"

#include <math.h>
#include <stdlib.h>

#define BLOCKS_MAX 16

static uint32_t level_max_of(const struct knee_simulate_compare_params *params)
{
    uint32_t base = params->base->level_max, fresh = params->fresh->level_max;
    return base < fresh ? base : fresh;
}

struct turn {
    uint32_t level;
    bool fresh_first; /* in the last block */
};

/* One window of each curve at one level: who is first is drawn, and turned round in the next
 * block. */
static int measure_pair(struct knee_simulate *machine,
                        const struct knee_simulate_compare_params *params, uint32_t block,
                        struct turn *turn, struct knee_random *order, struct knee_paired_pair *pair,
                        struct knee_err *err)
{
    struct knee_search_source source = knee_simulate_source(machine);
    turn->fresh_first = block % 2 ? !turn->fresh_first : knee_random_uniform(order) < .5;
    *pair = (struct knee_paired_pair){.level = turn->level, .base_p99_s = NAN, .new_p99_s = NAN};
    for (int i = 0; i < 2; i++) {
        struct knee_window window;
        bool fresh = turn->fresh_first == (i == 0);
        machine->curve = fresh ? params->fresh : params->base;
        if (source.measure(source.context, block, turn->level, &window, err) != 0)
            return -1;
        *(fresh ? &pair->new_per_s : &pair->base_per_s) = window.throughput_per_s;
    }
    return 0;
}

static void shuffle(struct turn *turns, size_t count, struct knee_random *random)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)(knee_random_uniform(random) * (double)i);
        struct turn turn = turns[i - 1];
        turns[i - 1] = turns[j];
        turns[j] = turn;
    }
}

static int compare_paired(struct knee_simulate_compare_trial *trial,
                          const struct knee_simulate_compare_params *params, uint64_t seed,
                          struct knee_compare *compare, struct knee_paired_pair *pairs,
                          struct knee_err *err)
{
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct turn turns[KNEE_LEVELS_MAX];
    struct knee_simulate machine =
        knee_simulate_make(params->base, &params->sweep.noise, &params->sweep.trouble, seed);
    struct knee_random order = knee_random_seed(seed, 1);
    size_t per_block =
        knee_simulate_candidates(candidates, level_max_of(params), params->sweep.cpus);
    size_t count = 0;
    for (size_t i = 0; i < per_block; i++)
        turns[i] = (struct turn){candidates[i].level, false};
    for (uint32_t block = 0, look = 0; block < BLOCKS_MAX; block++) {
        shuffle(turns, per_block, &order);
        for (size_t i = 0; i < per_block; i++)
            if (measure_pair(&machine, params, block, &turns[i], &order, &pairs[count++], err) != 0)
                return -1;
        if (block + 1 < knee_paired_look_blocks(look))
            continue;
        if (knee_paired_judge(compare, pairs, count, look++, params->min_effect, err) != 0)
            return -1;
        if (compare->verdict != KNEE_COMPARE_NOT_ENOUGH_EVIDENCE)
            break;
    }
    *trial = (struct knee_simulate_compare_trial){.verdict = compare->verdict,
                                                  .ratio = compare->throughput.ratio,
                                                  .windows = (uint32_t)(2 * count)};
    return 0;
}

/* One sweep of `curve` on a machine of the given speed, as a stored result tells of it. */
static int sweep_side(struct knee_stored_side *side, const struct knee_simulate_params *params,
                      const struct knee_curve *curve, double log_speed, uint64_t seed,
                      uint32_t *windows, struct knee_err *err)
{
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct knee_simulate machine =
        knee_simulate_make(curve, &params->noise, &params->trouble, seed);
    struct knee_search_source source = knee_simulate_source(&machine);
    struct knee_search_params search = {
        .candidates = candidates,
        .candidates_count = knee_simulate_candidates(candidates, curve->level_max, params->cpus),
        .cpus = params->cpus,
        .tolerance_ratio = params->tolerance_ratio,
        .confidence_ratio = params->confidence_ratio,
        .windows_max = params->windows_max,
        .seed = seed,
        .strategy = params->strategy};
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_points *points = calloc(1, sizeof *points);
    machine.drift = log_speed;
    int status = points ? knee_search_run(&search, &source, &record, &decision, err)
                        : knee_err_memory(err, "simulate");
    if (status == 0)
        status = knee_points_fit(points, record.windows, record.count, err);
    if (status == 0)
        knee_stored_side_of(side, points, &decision);
    *windows += (uint32_t)record.count;
    knee_search_record_release(&record);
    free(points);
    return status;
}

static int compare_stored(struct knee_simulate_compare_trial *trial,
                          const struct knee_simulate_compare_params *params, uint64_t seed,
                          struct knee_compare *compare, struct knee_err *err)
{
    struct knee_stored_side *sides = calloc(2, sizeof *sides);
    if (!sides)
        return knee_err_memory(err, "simulate");
    struct knee_random between = knee_random_seed(seed, 2);
    double shift = KNEE_SIMULATE_COMPARE_MACHINE_SIGMA * knee_random_normal(&between);
    uint32_t windows = 0;
    const struct knee_stored_params judge = {.min_effect = params->min_effect,
                                             .machine_sigma = KNEE_STORED_MACHINE_SIGMA};
    int status = sweep_side(&sides[0], &params->sweep, params->base, 0, seed, &windows, err);
    if (status == 0)
        status = sweep_side(&sides[1], &params->sweep, params->fresh, shift,
                            knee_random_next(&between), &windows, err);
    if (status == 0)
        status = knee_stored_judge(compare, &sides[0], &sides[1], &judge, err);
    if (status == 0)
        *trial = (struct knee_simulate_compare_trial){
            .verdict = compare->verdict,
            .ratio = compare->throughput.ratio,
            .knee_moved = knee_stored_knee_moved(&sides[0], &sides[1], params->min_effect),
            .windows = windows};
    free(sides);
    return status;
}

int knee_simulate_compare(struct knee_simulate_compare_trial *trial,
                          const struct knee_simulate_compare_params *params, uint64_t seed,
                          struct knee_err *err)
{
    struct knee_compare *compare = calloc(1, sizeof *compare);
    struct knee_paired_pair *pairs = calloc((size_t)BLOCKS_MAX * KNEE_LEVELS_MAX, sizeof *pairs);
    int status = compare && pairs ? 0 : knee_err_memory(err, "simulate");
    if (status == 0)
        status = params->stored ? compare_stored(trial, params, seed, compare, err)
                                : compare_paired(trial, params, seed, compare, pairs, err);
    free(compare);
    free(pairs);
    return status;
}
