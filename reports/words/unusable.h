/* SPDX-License-Identifier: MIT */
/* Why no window of a workload could be used. Pure. */
#ifndef KNEE_REPORTS_WORDS_UNUSABLE_H
#define KNEE_REPORTS_WORDS_UNUSABLE_H

#include "core/engine/window.h"

#include <stddef.h>

#define KNEE_UNUSABLE_BYTES 400

/* "no item ended in 4, other processes took CPU time in 2": each window counts once, by what spoilt
 * it most: it says nothing at all, its items failed, it was disturbed. Of a single window, "it".
 * "" if no window says why. Returns `text`, of KNEE_UNUSABLE_BYTES. */
const char *knee_unusable_text(const struct knee_window *windows, size_t count, char *text);

#endif
