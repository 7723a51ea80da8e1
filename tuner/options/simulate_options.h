/* SPDX-License-Identifier: MIT */
/* All that `knee simulate` takes. */
#ifndef KNEE_TUNER_OPTIONS_SIMULATE_OPTIONS_H
#define KNEE_TUNER_OPTIONS_SIMULATE_OPTIONS_H

#include "tuner/options/arguments.h"
#include "tuner/options/compare_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/options/output_options.h"
#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SIMULATE_EVENTS_MAX 64 /* --event on one command line */

/* --noise, one word. */
enum knee_simulate_noise_word {
    KNEE_SIMULATE_QUIET,
    KNEE_SIMULATE_TYPICAL,
    KNEE_SIMULATE_NOISY,
};

struct knee_simulate_options {
    const char *curves[KNEE_ARGUMENTS_WORDS_MAX]; /* --curve, and the operands */
    size_t curves_count;
    const char *events[KNEE_SIMULATE_EVENTS_MAX]; /* --event as written */
    size_t events_count;
    enum knee_simulate_noise_word noise;      /* typical */
    double cv_ratio, dips_ratio, drift_ratio; /* NAN: from `noise` */
    uint32_t cpus;                            /* 2 */
    uint32_t hosts;                           /* 0: one machine */
    double busy_host_ratio;                   /* 0: no host is busy all the time */
    uint32_t trials;                          /* 1 */
    uint32_t budget_windows;                  /* 0: the strategy's own cap */
    bool run;                                 /* the controller of `knee run` */
    const char *change;                       /* NULL: the curve stays */
    double change_ratio, item_cv;             /* NAN: .5; 0 */
    bool compare, stored;                     /* of two curves, base and new */
    struct knee_compare_options compared;
    struct knee_measuring_options measuring;
    struct knee_output_options output;
};

extern const struct knee_option_use knee_simulate_options_uses[]; /* for struct knee_command */

#endif
