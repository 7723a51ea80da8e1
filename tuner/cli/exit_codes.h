/* SPDX-License-Identifier: MIT */
/* The program's exit codes as people read them: for --help and the man page. */
#ifndef KNEE_TUNER_CLI_EXIT_CODES_H
#define KNEE_TUNER_CLI_EXIT_CODES_H

struct knee_exit_code {
    const char *code;    /* "3", "128 + signal" */
    const char *meaning; /* "not resolved, with --strict" */
};

extern const struct knee_exit_code knee_exit_codes[]; /* ends with a code of NULL */

#endif
