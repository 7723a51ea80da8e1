/* SPDX-License-Identifier: MIT */
/* tuner/run is the computing half of `knee run`: which limit next, when to yield to other load, and
 * the result. tuner/dispatch, the other half, runs the items.
 *
 * This file: the limit that tunes itself, a hill climb over levels by paired windows. Pure:
 * throughputs of windows go in, the level of the next window and the reasons of its moves come out.
 * `knee run` and `knee simulate --run` use this very code.
 *
 * A probe compares a level b with the level n that is in use, in windows B, BA, AB, BA, ... (a
 * window at n lies before the first), so that the machine's drift cancels in each pair. It moves
 * when the mean log ratio of the pairs exceeds ELASTICITY * ln(b/n) by its half-width, stays when
 * it falls short of it by as much, and takes the sign after the last pair. So it climbs as long as
 * a doubling brings more than about 3 %, and descends when halving costs less. A single window
 * decides when it is clear: far more on the way up, or far less. After a move the stride grows,
 * when both directions fail it shrinks, and when it is small the level is held: for longer each
 * time, unless throughput changes. A level that lost is not compared with the same level again, nor
 * one beyond a fall, until a hold has ended or throughput has changed.
 *
 * Background: paired comparison under drift is ABBA blocking (Box, Hunter and Hunter, Statistics
 * for Experimenters, ch. 4); the growing and shrinking stride is that of Hooke and Jeeves,
 * "Direct search", J. ACM 8(2), 1961. */
#ifndef KNEE_TUNER_RUN_CONTROLLER_H
#define KNEE_TUNER_RUN_CONTROLLER_H

#include "tuner/run/run_reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_CONTROLLER_PAIRS 10
#define KNEE_CONTROLLER_RECENT 4

struct knee_controller_params {
    uint32_t start, min_level, max_level; /* min_level >= 1 */
};

/* A plain value: copy it to fork it. The fields are its own. */
struct knee_controller {
    struct knee_controller_params params;
    uint32_t level;   /* in use: n */
    uint32_t probed;  /* being compared with it: b; 0: it holds */
    bool at_probed;   /* where the next window is to be taken */
    int direction;    /* +1 up, -1 down */
    bool tried[2];    /* down, up: failed from this level with this stride */
    uint32_t lost[2]; /* down, up: the last one that failed from this level; 0: none */
    double stride;    /* b / n */
    double last;      /* log throughput of the last window at n; NAN: none */
    double before;    /* of the one before, while a change is suspected or reported */
    bool doubted;     /* the last window at n differs much from the one before */
    double first;     /* of the first window of the pair in progress */
    double differences[KNEE_CONTROLLER_PAIRS]; /* ln X(b) - ln X(n) */
    unsigned pairs;
    uint32_t ceiling;   /* levels from here on are much slower; 0: none known */
    uint32_t floor;     /* levels up to here are: the first climb came from there; 0: none known */
    uint32_t halved;    /* a leap's end that was given up for the middle; 0: none */
    double halved_gain; /* what it had shown: ln X(halved) - ln X(n) */
    bool leapt;         /* the last move was a leap that paid less than its length */
    bool held_once;     /* a hold has ended: floors may be out of date from here on */
    unsigned hold, held;
    double baseline; /* log throughput of the level held; NAN: not known yet */
    double recent[KNEE_CONTROLLER_RECENT];
    unsigned recent_count;
    double variance, weight; /* of a pair's difference, pooled over probes */
    uint64_t moves;
    uint32_t suggested; /* where the first probe leads; 0: by the stride */
    uint32_t spared;    /* no probe leads below it until a hold has ended; 0: any may */
};

void knee_controller_init(struct knee_controller *controller,
                          const struct knee_controller_params *params);

/* The first probe leads to that level, whatever the stride: someone has a reason to think so. */
void knee_controller_suggest(struct knee_controller *controller, uint32_t level);

/* Lower levels would leave CPUs idle that the items keep busy: they are tried last, after the first
 * hold, since a short job would lose more by such a probe than it could win. */
void knee_controller_spare(struct knee_controller *controller, uint32_t level);

/* The level at which the next window is to be taken. */
uint32_t knee_controller_next(const struct knee_controller *controller);

/* Takes the throughput (above 0) of a settled window at that level. True when something was
 * decided: `decision` then has its reason, levels, gain, throughput and pairs. A change of level
 * within a probe, from b to n and back, is not a decision. */
bool knee_controller_add(struct knee_controller *controller, double throughput_per_s,
                         struct knee_run_decision *decision);

/* True until the first climb has come to its end: throughput may still grow much. */
bool knee_controller_is_climbing(const struct knee_controller *controller);

/* Whether a probed level is far slower than the one in use, if at most `work` was done there in
 * `length_s`: then there is no need to wait for its window's end. False until the level in use
 * would have done `least`. */
bool knee_controller_is_hopeless(const struct knee_controller *controller, double work,
                                 double length_s, double least);

/* Goes on from another level, chosen by someone else, and forgets what it had measured. */
void knee_controller_set(struct knee_controller *controller, uint32_t level);

/* Likewise, but looks around at once: something that sets the level has changed. */
void knee_controller_look_again(struct knee_controller *controller, uint32_t level);

/* Other bounds; the level follows. */
void knee_controller_bound(struct knee_controller *controller, uint32_t min_level,
                           uint32_t max_level);

#endif
