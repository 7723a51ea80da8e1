/* SPDX-License-Identifier: MIT */
/* What `knee run` shows while it goes on: a dashboard at the bottom of the terminal, or a line now
 * and then on standard error when there is none, or none can be drawn at the moment (in the
 * background). At most five drawings a second, each from a snapshot that the run made under its
 * lock and this draws outside it. */
#ifndef KNEE_TUNER_CLI_RUN_RUN_DISPLAY_H
#define KNEE_TUNER_CLI_RUN_RUN_DISPLAY_H

#include "reports/live/terminal.h"
#include "tuner/options/run_options.h"
#include "tuner/run/run_view.h"

#include <pthread.h>
#include <stdio.h>

struct knee_run_display {
    struct knee_run_view view;      /* for the run */
    struct knee_terminal *terminal; /* NULL: lines alone */
    FILE *log;
    bool lines;   /* without a drawing, a line each `every_s` */
    bool above;   /* all that items print is seen above the drawing */
    bool tty[3];  /* which of our descriptors are terminals */
    bool stopped; /* `q` was pressed */
    double every_s, said_s, drawn_s;
    pthread_mutex_t lock; /* of the terminal, and of what follows */
    bool help, midway;    /* midway: the last output did not end its line */
    uint64_t printed_ns;
    struct knee_canvas canvas;
};

/* Before anything is started, as a companion process may be. `display` must not move until it is
 * closed. `lines_only`: never a dashboard, as a launcher gives its ranks a terminal that is none.
 * KNEE_USAGE for --dashboard on when there cannot be one. */
int knee_run_display_open(struct knee_run_display *display, const struct knee_run_options *options,
                          bool lines_only, FILE *log, struct knee_err *err);
void knee_run_display_close(struct knee_run_display *display); /* safe on a zeroed one */

#endif
