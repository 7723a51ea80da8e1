/* SPDX-License-Identifier: MIT */
#include "tuner/cli/drawing.h"

#include <stdbool.h>

void knee_drawing_begin(struct knee_drawing *drawing, int signal_number)
{
    knee_hold_begin(&drawing->hold);
    if (signal_number && sigismember(&drawing->hold.held, signal_number))
        raise(signal_number); /* as if it came now: it waits, and no chart begins */
}

int knee_drawing_end(struct knee_drawing *drawing, enum knee_gnuplot_outcome drawn,
                     const char *again, FILE *log, struct knee_err *err)
{
    const bool failed = drawn == KNEE_GNUPLOT_FAILED;
    int came = knee_hold_take(&drawing->hold);
    knee_hold_end(&drawing->hold);
    if (drawn == KNEE_GNUPLOT_MISSING)
        fprintf(log, "knee: warning: %s\n", err->message);
    if (came && failed)
        return knee_err_set(err, KNEE_INTERRUPTED + came,
                            "interrupted: charts are left out, all else is written; to draw them: "
                            "%.350s",
                            again);
    if (came)
        return knee_err_set(err, KNEE_INTERRUPTED + came,
                            "interrupted, but everything was written and drawn");
    return failed ? -1 : 0;
}

const char *knee_drawing_by_report(const char *dir, char *again)
{
    snprintf(again, KNEE_DRAWING_AGAIN_BYTES, "knee report %.300s", dir);
    return again;
}

const char *knee_drawing_by_hand(const char *dir, char *again)
{
    snprintf(again, KNEE_DRAWING_AGAIN_BYTES, "cd %.300s && for f in *.gp; do gnuplot $f; done",
             dir);
    return again;
}
