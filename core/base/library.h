/* SPDX-License-Identifier: MIT */
/* Functions of a shared library that is loaded when it is first needed. What the program is linked
 * with is loaded at every start, with all that it needs itself: libcurl and libpq bring thirty
 * libraries, which would take most of the time of a short command. */
#ifndef KNEE_CORE_BASE_LIBRARY_H
#define KNEE_CORE_BASE_LIBRARY_H

#include "core/base/err.h"

#include <stddef.h>

struct knee_library_function {
    const char *name;
    size_t at; /* where its pointer lies in the caller's struct */
};

struct knee_library {
    const char *const *files; /* names to try in turn, like "libfoo.so.4"; NULL ends them */
    const struct knee_library_function *functions;
    size_t functions_count;
    const char *advice; /* what to do if it is not there: "install libfoo" */
};

/* Fills the pointers in `functions`. The library stays loaded until the program ends. -1 with
 * KNEE_FAILED, and `what` in its message, if it is not there or lacks a function: `functions` is
 * not to be used then. All texts are borrowed. Any thread may call it. */
int knee_library_load(void *functions, const struct knee_library *library, const char *what,
                      struct knee_err *err);

#endif
