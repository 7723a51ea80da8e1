/* SPDX-License-Identifier: MIT */
/* The user's command of a sweep's command line, for tests of what is made of it. */
#ifndef KNEE_TESTS_SUPPORT_SWEPT_H
#define KNEE_TESTS_SUPPORT_SWEPT_H

#include "tuner/options/command_options.h"

/* `argv` begins with "sweep". Valid until the next call; words point into `argv`. */
const struct knee_command_options *swept_command(int argc, char *const *argv);

#endif
