/* SPDX-License-Identifier: MIT */
/* core/base: what everything else is made of (errors, clock, random numbers, statistics, threads,
 * files). It includes no other folder.
 *
 * Errors: a function that can fail returns 0 or -1 and fills the `struct knee_err *` that it takes
 * last. Its outputs stay untouched on failure. Only main() prints an error and exits. */
#ifndef KNEE_CORE_BASE_ERR_H
#define KNEE_CORE_BASE_ERR_H

/* The values are the exit codes of the program. */
enum knee_err_code {
    KNEE_OK = 0,
    KNEE_FAILED = 1,         /* something failed while running */
    KNEE_USAGE = 2,          /* the command line is wrong */
    KNEE_NOT_RESOLVED = 3,   /* the answer is open, and the caller asked for a strict check */
    KNEE_WORSE = 4,          /* a comparison or an expectation found worse */
    KNEE_SLO_UNMET = 5,      /* no level meets the SLO */
    KNEE_COMMAND_FAILED = 6, /* the user's command failed on every item */
    KNEE_SOME_FAILED = 7,    /* it failed on some, or the run was halted */
    KNEE_INTERRUPTED = 128,  /* plus the signal's number */
};

struct knee_err {
    int code; /* enum knee_err_code */
    char message[512];
};

/* Fills `err` and returns -1, so that a caller can `return knee_err_set(...)`. The message is one
 * line, `WHAT: WHY; WHAT TO DO`, without the program's name; control characters in it are shown
 * as `?`. `err` may be NULL. */
int knee_err_set(struct knee_err *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The one error for memory that ran out: "WHAT: out of memory". Returns -1. */
static inline int knee_err_memory(struct knee_err *err, const char *what)
{
    (void)knee_err_set(err, KNEE_FAILED, "%.200s: out of memory", what);
    return -1; /* here, so that an analyzer sees it */
}

#endif
