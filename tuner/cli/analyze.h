/* SPDX-License-Identifier: MIT */
/* What `knee analyze` finds out, of a command or of a service. Private to cmd_analyze.c and
 * analyze_service.c. */
#ifndef KNEE_TUNER_CLI_ANALYZE_H
#define KNEE_TUNER_CLI_ANALYZE_H

#include "core/engine/class.h"
#include "tuner/options/command.h"
#include "tuner/sweep/user_target.h"
#include "workloads/command/first_look.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct knee_analyze_answer {
    struct knee_first_look trial;
    enum knee_class class;
    bool borderline;
    uint32_t cpus, predicted, rule, ceiling;
};

/* Classifies the trial, and says which knee to expect on this machine; `max_level` bounds it (0:
 * the default of the class). */
int knee_analyze_classify(struct knee_analyze_answer *answer, uint32_t max_level,
                          struct knee_err *err);

/* The service's part: asks it `sample` requests in all (at least 2), one after the other, none of
 * them later than after `most_ns`; fills in the answer but for the class. `said`
 * (KNEE_ANALYZE_SAID_BYTES) gets lines about it for people. */
#define KNEE_ANALYZE_SAID_BYTES 600
int knee_analyze_service(struct knee_analyze_answer *answer, struct knee_user_target *target,
                         uint32_t sample, uint64_t most_ns,
                         const volatile sig_atomic_t *interrupted, char *said,
                         struct knee_err *err);

#endif
