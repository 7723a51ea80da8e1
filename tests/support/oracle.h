/* SPDX-License-Identifier: MIT */
/* How few windows could do: a search that knows what no search can, the family of its curve and the
 * noise of the machine. It draws many curves of that family, the true one among them, and weighs
 * them by the windows: each has a filter for the machine's drift, and dips are a mixture
 * (particles: Gordon, Salmond and Smith 1993). The next window is the one that takes most from the
 * variance of "this pick is right". So it is a bound: the distance to go for a search that has to
 * learn all this from its windows. */
#ifndef KNEE_TESTS_SUPPORT_ORACLE_H
#define KNEE_TESTS_SUPPORT_ORACLE_H

#include "tests/support/curves.h"
#include "tuner/simulate/simulate.h"

#include <stdbool.h>
#include <stdint.h>

struct test_oracle_trial {
    uint32_t windows;
    bool right, sure; /* sure: it ended before `windows_max` */
};

/* The same seed gives the same trial. Exits the program if memory runs out. */
struct test_oracle_trial test_oracle_run(enum test_family family,
                                         const struct knee_simulate_noise *noise,
                                         uint32_t windows_max, uint64_t seed);

#endif
