/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_live.h"

#include "core/text/strings.h"

#include <stdio.h>
#include <string.h>

/* Two neighbours become one: the throughput is the mean over their times, the limit the later. */
static void halve(struct knee_run_live *live)
{
    double before_s = 0.0;
    size_t kept = 0;
    for (size_t i = 0; i + 1 < live->history_count; i += 2) {
        const struct knee_run_moment a = live->history[i], b = live->history[i + 1];
        double first_s = a.time_s - before_s, second_s = b.time_s - a.time_s;
        double items = a.throughput_per_s * first_s + b.throughput_per_s * second_s;
        double length_s = first_s + second_s;
        live->history[kept] = b;
        live->history[kept++].throughput_per_s = length_s > 0.0 ? items / length_s : 0.0;
        before_s = b.time_s;
    }
    if (live->history_count % 2)
        live->history[kept++] = live->history[live->history_count - 1];
    live->history_count = kept;
}

void knee_run_live_add_moment(struct knee_run_live *live, double time_s, double throughput_per_s,
                              uint32_t limit)
{
    if (live->history_count == KNEE_RUN_HISTORY)
        halve(live);
    live->history[live->history_count++] = (struct knee_run_moment){
        .time_s = time_s, .throughput_per_s = throughput_per_s, .limit = limit};
}

void knee_run_live_add_line(struct knee_run_live *live, uint64_t number, bool error,
                            const char *text, size_t bytes)
{
    char raw[KNEE_RUN_TEXT_BYTES];
    if (live->lines_count == KNEE_RUN_LINES)
        memmove(live->lines, live->lines + 1, --live->lines_count * sizeof *live->lines);
    struct knee_run_line *line = &live->lines[live->lines_count++];
    *line = (struct knee_run_line){.number = number, .error = error};
    snprintf(raw, sizeof raw, "%.*s", (int)(bytes < sizeof raw ? bytes : sizeof raw - 1), text);
    knee_strings_utf8(line->text, sizeof line->text, raw, false);
}
