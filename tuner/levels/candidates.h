/* SPDX-License-Identifier: MIT */
/* Candidates: which levels a sweep tries first, and what each of them means on this machine. Pure.
 */
#ifndef KNEE_TUNER_LEVELS_CANDIDATES_H
#define KNEE_TUNER_LEVELS_CANDIDATES_H

#include "core/engine/workload.h"
#include "tuner/levels/level_list.h"
#include "tuner/levels/machine.h"
#include "tuner/levels/marks.h"

#include <stddef.h>
#include <stdint.h>

struct knee_candidate {
    uint32_t level;
    uint32_t marks; /* enum knee_mark */
};

struct knee_candidates_params {
    enum knee_class resource;
    const struct knee_level_list *list; /* NULL or not given: the default candidates */
    uint32_t max_level; /* of knee_machine_ceiling(); a list is cut at it as well; 0: no bound */
    uint32_t rule_of_thumb; /* of knee_machine_rule(); 0: none */
    uint32_t current;       /* --current; always a candidate, even above max_level; 0: none */
};

/* Fills `candidates` (room for KNEE_LEVELS_MAX), ascending, each once, level 1 first; returns how
 * many. By default 1, 2, 4 ... max_level (itself one), half, once and twice the CPUs that bound
 * this work, the machine's own levels (cores, PUs, cores of a NUMA node and of an L3 cache, the
 * quota rounded up) and the rule of thumb, all of them up to max_level. With a list: 1, the list
 * and `current`, nothing else. Either way each is marked with what it means. */
size_t knee_candidates_fill(struct knee_candidate *candidates, const struct knee_machine *machine,
                            const struct knee_candidates_params *params);

#endif
