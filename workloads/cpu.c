/* SPDX-License-Identifier: MIT */
/* Computing: a fixed amount of integer and floating-point work per item, with items of unequal
 * size and memory traffic on demand. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "workloads/parts/burn.h"
#include "workloads/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Item sizes are drawn once and used again and again: no logarithm in the measured path. */
#define SIZES 1024u
/* One read moves a whole cache line, which is what costs memory bandwidth. */
#define LINE_WORDS 8u

enum { WORK, SPREAD, FOOTPRINT };

struct cpu_shared {
    uint64_t rounds;
    double spread_ratio;
    size_t footprint_words;
    uint64_t seed;
};

struct cpu_worker {
    uint64_t value; /* the result of the last item, which the next one starts from */
    uint64_t *memory;
    uint32_t next_size;
    uint64_t rounds[SIZES];
};

static const struct knee_parameter parameters[] = {
    [WORK] = {.name = "work",
              .unit = KNEE_PARAMETER_TIME,
              .value = 1e6,
              .min = 1e3,
              .max = 6e10,
              .help = "computing per item, as the time it takes on an idle core",
              .shown = true},
    [SPREAD] = {.name = "spread",
                .unit = KNEE_PARAMETER_RATIO,
                .value = 0,
                .min = 0,
                .max = 3,
                .help = "spread of item sizes: coefficient of variation of a lognormal",
                .noun = "spread"},
    [FOOTPRINT] = {.name = "footprint",
                   .unit = KNEE_PARAMETER_SIZE,
                   .value = 0,
                   .min = 0,
                   .max = 1073741824,
                   .help = "memory of its own that each item streams through",
                   .noun = "footprint"},
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes, (void)err;
    struct cpu_shared *common = shared;
    common->rounds = knee_burn_rounds((uint64_t)setup->values[WORK]);
    common->spread_ratio = setup->values[SPREAD];
    common->footprint_words = (size_t)setup->values[FOOTPRINT] / sizeof(uint64_t);
    common->seed = setup->seed;
    return 0;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    const struct cpu_shared *common = shared;
    struct cpu_worker *own = worker;
    struct knee_random random = knee_random_seed(common->seed, index);
    own->value = index + 1u;
    for (uint32_t i = 0; i < SIZES; i++) {
        double size = 1.0;
        if (common->spread_ratio > 0.0)
            size = knee_random_lognormal(&random, 1.0, common->spread_ratio);
        uint64_t rounds = (uint64_t)(size * (double)common->rounds);
        own->rounds[i] = rounds + !rounds;
    }
    if (common->footprint_words == 0)
        return 0;
    own->memory = malloc(common->footprint_words * sizeof(uint64_t));
    if (!own->memory)
        return ENOMEM;
    memset(own->memory, 1, common->footprint_words * sizeof(uint64_t));
    return 0;
}

static int item(void *shared, void *worker)
{
    const struct cpu_shared *common = shared;
    struct cpu_worker *own = worker;
    uint64_t value = knee_burn(own->rounds[own->next_size], own->value);
    own->next_size = (own->next_size + 1u) % SIZES;
    for (size_t i = 0; i < common->footprint_words; i += LINE_WORDS) {
        own->memory[i] ^= value;
        value += own->memory[i];
    }
    own->value = value;
    return 0;
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    free(((struct cpu_worker *)worker)->memory);
}

const struct knee_workload knee_workload_cpu = {
    .name = "cpu",
    .summary = "computing: a fixed amount of integer and floating-point work per item",
    .resource = KNEE_CLASS_CPU,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct cpu_shared),
    .worker_bytes = sizeof(struct cpu_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
};
