/* SPDX-License-Identifier: MIT */
/* Runs gnuplot. */
#ifndef KNEE_PLOTS_GNUPLOT_H
#define KNEE_PLOTS_GNUPLOT_H

#include "core/base/err.h"
#include "core/text/picture.h"

enum knee_gnuplot_outcome {
    KNEE_GNUPLOT_FAILED =
        -1, /* it failed, or did not end in time or a signal came, and was killed */
    KNEE_GNUPLOT_DRAWN,
    KNEE_GNUPLOT_MISSING, /* it is not installed */
};

/* Runs `gnuplot NAME.gp` in DIR, with `to_stdout` set, so that the script prints the picture, and
 * keeps it as NAME.svg (.pdf, .png). Unless it is drawn, `err` holds one line, with gnuplot's own
 * first words, and no half-drawn picture is left, nor any other file, even if knee is killed. An
 * interrupt of the terminal does not reach gnuplot, but ends it, as SIGTERM and SIGHUP do: FAILED,
 * with the code KNEE_INTERRUPTED plus the signal's number. The signal is then delivered, or stays
 * pending under a hold (core/base/hold.h) of the caller's, so that no further chart begins. */
enum knee_gnuplot_outcome knee_gnuplot_run(const char *dir, const char *name,
                                           enum knee_picture_format format, struct knee_err *err);

#endif
