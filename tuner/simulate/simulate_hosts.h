/* SPDX-License-Identifier: MIT */
/* Many simulated hosts that ask one service together, each with noise, dips and disturbances of its
 * own, and what it costs them to begin and end a window together.
 *
 * A slower host has fewer of its items at the service. The hosts' speeds, each weighted by its
 * share of the level, say how many of the level's items get there: below the knee the total falls
 * in proportion, at saturation it stays. The service has its own noise of 0.5 %, and the drift.
 *
 * A disturbance is other work on one host: it hits a host in 0.5 % of its windows, in bursts of 1.5
 * windows on average, and halves its speed. The window is rejected if the hosts' disturbances
 * together take more than 1 % of the total. A busy host has other work all the time.
 *
 * A window lasts 200 ms, settles for 20 ms, and pays for five binomial trees of messages. Each hop
 * waits for a poll of 200 us, takes 110 us, and one in ten is late by up to 4 ms. */
#ifndef KNEE_TUNER_SIMULATE_SIMULATE_HOSTS_H
#define KNEE_TUNER_SIMULATE_SIMULATE_HOSTS_H

#include "core/base/err.h"
#include "core/base/random.h"
#include "tuner/fit/taken.h"
#include "tuner/result/fleet_part.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SIMULATE_HOSTS_MAX 1024
#define KNEE_SIMULATE_HOSTS_SERVICE_CV .005
#define KNEE_SIMULATE_HOSTS_WINDOW_NS 200000000u

struct knee_simulate_host {
    double dip; /* log units, 0 outside a burst */
    bool disturbed;
};

/* What each host had of one level. */
struct knee_simulate_hosts_level {
    uint32_t level;
    struct knee_fleet_part *parts; /* by rank */
};

/* All zero, with `count` and `random`: hosts of which nothing is slow yet. */
struct knee_simulate_hosts {
    uint32_t count;    /* 1 to KNEE_SIMULATE_HOSTS_MAX */
    double busy_ratio; /* the speed of a busy one, the first; 0: none is */
    struct knee_random random;
    struct knee_simulate_host hosts[KNEE_SIMULATE_HOSTS_MAX];
    /* The last window, without hosts that had no item; its rates are relative. */
    struct knee_fleet_part_row rows[KNEE_SIMULATE_HOSTS_MAX];
    size_t rows_count;
    struct knee_simulate_hosts_level *levels; /* owned */
    size_t levels_count;
    struct knee_taken taken;
};

/* What one window of all of them meets. */
struct knee_simulate_hosts_window {
    double speed;      /* the mean over the level's items; 1: as the curve says */
    double taken;      /* the share of the total that disturbances took, 0 to 1 */
    uint64_t price_ns; /* settling and messages, besides the window itself */
};

/* The next window. A level that the hosts cannot share evenly gives one more to some, by lot. */
void knee_simulate_hosts_draw(struct knee_simulate_hosts *hosts, uint32_t level, double cv_ratio,
                              double dips_ratio, struct knee_simulate_hosts_window *window);

/* Adds the last window to its level. */
int knee_simulate_hosts_note(struct knee_simulate_hosts *hosts, uint32_t level,
                             struct knee_err *err);

/* Whom a report would call slow: at `level`, or at the next higher one that tells of all hosts;
 * UINT32_MAX: nobody. Call it once, at the end. */
uint32_t knee_simulate_hosts_slow(struct knee_simulate_hosts *hosts, uint32_t level);

void knee_simulate_hosts_release(struct knee_simulate_hosts *hosts); /* safe on a zeroed one */

/* The next state of a dip, in log units: bursts of 1.5 windows on average, which hit `share` of
 * all windows and lose 20 to 50 %. */
double knee_simulate_dip(double dip, double share, struct knee_random *random);

#endif
