/* SPDX-License-Identifier: MIT */
/* Charts are drawn when all else is written. A signal then ends gnuplot, whose charts are left out,
 * and the program with the signal's exit code. Shared by tuner/cli alone. */
#ifndef KNEE_TUNER_CLI_DRAWING_H
#define KNEE_TUNER_CLI_DRAWING_H

#include "core/base/err.h"
#include "core/base/hold.h"
#include "plots/gnuplot.h"

#include <stdio.h>

struct knee_drawing {
    struct knee_hold hold;
};

/* From here on signals wait. `signal_number` (0: none) came already, too late to end anything else:
 * no chart begins, but those of an earlier result are removed. */
void knee_drawing_begin(struct knee_drawing *drawing, int signal_number);

/* Ends it, with what became of the charts; `err` is what gnuplot's run said. Without gnuplot `log`
 * gets a warning. 0, or -1 with `err`, if it failed or a signal came: `err` then says that, and
 * that `again` (a command, "knee report DIR") draws what is left out. */
int knee_drawing_end(struct knee_drawing *drawing, enum knee_gnuplot_outcome drawn,
                     const char *again, FILE *log, struct knee_err *err);

#define KNEE_DRAWING_AGAIN_BYTES 400
/* `again`: "knee report DIR", or for charts that no command of knee draws again. */
const char *knee_drawing_by_report(const char *dir, char *again);
const char *knee_drawing_by_hand(const char *dir, char *again);

#endif
