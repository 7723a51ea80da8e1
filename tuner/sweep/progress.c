/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/progress.h"

#include "core/base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Redrawing is work that others would see: not in every window. */
#define REDRAW_NS (500 * KNEE_NS_PER_MS)
#define ERASE_LINE "\r\033[K"

void knee_progress_init(struct knee_progress *progress, FILE *log, bool quiet, int verbose)
{
    const char *term = getenv("TERM");
    *progress = (struct knee_progress){.log = quiet ? NULL : log, .verbose = verbose};
    progress->terminal = !quiet && isatty(fileno(log)) && term && strcmp(term, "dumb") != 0;
}

void knee_progress_workload(struct knee_progress *progress, const char *title, uint64_t budget_ns)
{
    progress->title = title;
    progress->budget_ns = budget_ns;
    progress->windows = 0;
    progress->drawn_ns = 0;
}

void knee_progress_window(struct knee_progress *progress, const struct knee_window *window,
                          double elapsed_s)
{
    char reasons[64];
    progress->windows++;
    if (!progress->log)
        return;
    if (progress->verbose > 0) {
        knee_progress_clear(progress);
        fprintf(progress->log, "knee: block %u, %u in flight: %.5g items/s%s%s\n", window->block,
                window->level, window->throughput_per_s, window->reasons ? "; " : "",
                knee_window_reason_text(window->reasons, reasons, sizeof reasons));
        return;
    }
    uint64_t now = knee_clock_now_ns();
    if (!progress->terminal || now - progress->drawn_ns < REDRAW_NS)
        return;
    progress->drawn_ns = now;
    double left_s = fmax(0.0, knee_clock_to_s(progress->budget_ns) - elapsed_s);
    fprintf(progress->log, ERASE_LINE "%.40s: %u window%s, %u in flight; at most %.0f s left",
            progress->title, progress->windows, progress->windows == 1 ? "" : "s", window->level,
            left_s);
    fflush(progress->log);
}

void knee_progress_clear(struct knee_progress *progress)
{
    if (progress->log && progress->terminal && progress->drawn_ns) {
        fputs(ERASE_LINE, progress->log);
        fflush(progress->log);
        progress->drawn_ns = 0;
    }
}

bool knee_progress_wants_decided(const struct knee_progress *progress)
{
    return progress->log && !progress->terminal;
}

void knee_progress_decided(const struct knee_progress *progress,
                           const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    if (knee_progress_wants_decided(progress))
        fprintf(progress->log, "knee: %s: %s, %u; %u windows, %.1f s\n", workload->title,
                knee_verdict_text(decision->verdict), knee_workload_result_use(workload),
                decision->windows, decision->elapsed_s);
}
