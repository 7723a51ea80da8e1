/* SPDX-License-Identifier: MIT */
/* Candidate levels: which limits a sweep may try, and what each of them means on this machine.
 * Pure. */
#ifndef KNEE_TUNER_LEVELS_LEVELS_H
#define KNEE_TUNER_LEVELS_LEVELS_H

#include "core/base/err.h"
#include "core/engine/workload.h"
#include "tuner/levels/machine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_LEVELS_MAX 256 /* candidates of one sweep */

/* What a level means; a set. */
enum knee_mark {
    KNEE_MARK_CORES = 1 << 0,
    KNEE_MARK_PUS = 1 << 1,   /* where they are more than the cores */
    KNEE_MARK_NUMA = 1 << 2,  /* cores of one NUMA node, where there are several */
    KNEE_MARK_L3 = 1 << 3,    /* cores that share one L3 cache, where there are several */
    KNEE_MARK_QUOTA = 1 << 4, /* the CPU quota rounded up */
    KNEE_MARK_RULE = 1 << 5,  /* the rule of thumb */
    KNEE_MARK_CURRENT = 1 << 6,
    /* From here on, what the sweep found. */
    KNEE_MARK_KNEE = 1 << 7,
    KNEE_MARK_PEAK = 1 << 8,
    KNEE_MARK_LIMIT = 1 << 9,
    KNEE_MARK_ERRORS = 1 << 10,
    KNEE_MARK_SLO = 1 << 11, /* meets every SLO, where some are set */
};

struct knee_candidate {
    uint32_t level;
    uint32_t marks; /* enum knee_mark */
};

/* --levels before the machine is known: numbers, and words that the topology resolves. Zeroed: not
 * given, so the default candidates. */
struct knee_level_list {
    uint32_t levels[KNEE_LEVELS_MAX]; /* ascending, each once */
    size_t count;
    bool cores, pus, twice_pus;
};

/* Parses "1,2,4-8,16", "1-64:x2" (1 2 4 ... up to 64), "cores", "pus", "2xpus", joined by commas.
 * `list` stays untouched on failure, a usage error. */
int knee_level_list_parse(const char *text, struct knee_level_list *list, struct knee_err *err);

struct knee_candidates_params {
    enum knee_class resource;
    const struct knee_level_list *list; /* NULL or empty: the default candidates */
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

/* "cores+quota" into `text`; returns it. */
const char *knee_mark_text(uint32_t marks, char *text, int text_bytes);
#define KNEE_MARK_TEXT_BYTES 96 /* holds all of them */

#endif
