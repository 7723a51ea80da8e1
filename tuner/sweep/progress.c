/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/progress.h"

#include "core/base/clock.h"
#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/strings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Redrawing is work that others would see: not in every window. */
#define REDRAW_NS (500 * KNEE_NS_PER_MS)
#define ERASE_LINE "\r\033[K"
#define COLUMNS 80
#define REST_COLUMNS 71 /* of the line without its title */
#define TITLE_COLUMNS_MIN 8
#define TITLE_COLUMNS_MAX 40

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
    progress->seen_count = 0;
}

static void count(struct knee_progress *progress, const struct knee_measured *window)
{
    size_t i = 0;
    progress->windows++;
    while (i < progress->seen_count && progress->seen[i].level != window->level)
        i++;
    if (!window->valid || i == KNEE_PROGRESS_LEVELS)
        return;
    if (i == progress->seen_count)
        progress->seen[progress->seen_count++] =
            (struct knee_progress_level){.level = window->level};
    progress->seen[i].windows++;
    progress->seen[i].sum_per_s += window->throughput_per_s;
}

static double mean_of(const struct knee_progress_level *seen)
{
    return seen->sum_per_s / seen->windows;
}

const char *knee_progress_line(const struct knee_progress *progress,
                               const struct knee_measured *window, double left_s, size_t columns,
                               char text[KNEE_PROGRESS_BYTES])
{
    const struct knee_progress_level *best = NULL;
    char title[KNEE_PROGRESS_BYTES / 2], rate[KNEE_HUMAN_BYTES];
    struct knee_builder line;
    size_t room =
        columns > REST_COLUMNS + TITLE_COLUMNS_MIN ? columns - REST_COLUMNS : TITLE_COLUMNS_MIN;
    for (size_t i = 0; i < progress->seen_count; i++)
        if (!best || mean_of(&progress->seen[i]) > mean_of(best))
            best = &progress->seen[i];
    knee_strings_utf8(title, sizeof title, progress->title, false);
    knee_strings_clip(title, room < TITLE_COLUMNS_MAX ? room : TITLE_COLUMNS_MAX);
    knee_builder_over(&line, text, KNEE_PROGRESS_BYTES);
    knee_builder_add(&line, "%s: %u at once %s/s", title, window->level,
                     knee_human_rate(rate, window->throughput_per_s));
    if (best)
        knee_builder_add(&line, "; best %s/s at %u", knee_human_rate(rate, mean_of(best)),
                         best->level);
    knee_builder_add(&line, "; %.0f s left", left_s);
    if (isfinite(window->foreign_cpus))
        knee_builder_add(&line, "; other load %.1f", window->foreign_cpus);
    knee_builder_add(&line, "; %u window%s", progress->windows, progress->windows == 1 ? "" : "s");
    knee_strings_clip(text, columns);
    return text;
}

/* One less than the terminal has: some wrap after the last one. */
static size_t columns_of(FILE *terminal)
{
    struct winsize size;
    bool known = ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    return (known ? size.ws_col : COLUMNS) - 1u;
}

void knee_progress_window(struct knee_progress *progress, const struct knee_measured *window,
                          double elapsed_s)
{
    char reasons[64], line[KNEE_PROGRESS_BYTES];
    count(progress, window);
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
    fprintf(progress->log, ERASE_LINE "%s",
            knee_progress_line(progress, window, left_s, columns_of(progress->log), line));
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
    char answer[KNEE_PROGRESS_BYTES];
    if (!knee_progress_wants_decided(progress))
        return;
    if (workload->slo == KNEE_SLO_STATE_UNMET)
        snprintf(answer, sizeof answer, "no level meets the SLO");
    else
        snprintf(answer, sizeof answer, "%s, %u", knee_verdict_text(decision->verdict),
                 knee_workload_result_use(workload));
    fprintf(progress->log, "knee: %s: %s; %u window%s, %.1f s\n", workload->title, answer,
            decision->windows, decision->windows == 1 ? "" : "s", decision->elapsed_s);
}
