/* SPDX-License-Identifier: MIT */
#include "tuner/store/run_journal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const names[KNEE_RUN_STATES] = {
    [KNEE_RUN_STATE_STARTED] = "started", [KNEE_RUN_STATE_DONE] = "done",
    [KNEE_RUN_STATE_FAILED] = "failed",   [KNEE_RUN_STATE_TIMEOUT] = "timeout",
    [KNEE_RUN_STATE_RETRIED] = "retried", [KNEE_RUN_STATE_INTERRUPTED] = "interrupted",
    [KNEE_RUN_STATE_SKIPPED] = "skipped",
};

const char *knee_run_state_name(enum knee_run_state state)
{
    return names[state];
}

size_t knee_run_journal_header(char *text)
{
    return (size_t)snprintf(text, KNEE_RUN_JOURNAL_ROW_BYTES, "%s\n",
                            "item,attempt,state,start_s,end_s,wait_s,exit_code,signal,cpu_user_s,"
                            "cpu_system_s,max_rss_bytes,level,slot,worker_host,argument");
}

/* In quotes, the quotes in it doubled. */
static size_t quote(const char *argument, char *to)
{
    char *at = to;
    *at++ = '"';
    for (; *argument; argument++) {
        if (*argument == '"')
            *at++ = '"';
        *at++ = *argument;
    }
    *at++ = '"';
    *at++ = '\n';
    *at = '\0';
    return (size_t)(at - to);
}

/* An empty field for what there is none of. */
static size_t put_code(char *text, size_t room, int code)
{
    return (size_t)(code < 0 ? snprintf(text, room, ",") : snprintf(text, room, "%d,", code));
}

size_t knee_run_journal_row(const struct knee_run_row *row, char *text)
{
    const size_t room = KNEE_RUN_JOURNAL_ROW_BYTES;
    const char *host = row->host ? row->host : "";
    size_t used = (size_t)snprintf(text, room, "%" PRIu64 ",%" PRIu32 ",%s,", row->item,
                                   row->attempt, names[row->state]);
    if (row->state == KNEE_RUN_STATE_SKIPPED) {
        used += (size_t)snprintf(text + used, room - used, ",,,,,,,,,,,");
    } else if (row->state == KNEE_RUN_STATE_STARTED) {
        used += (size_t)snprintf(text + used, room - used,
                                 "%.6f,,%.6f,,,,,,%" PRIu32 ",%" PRIu32 ",%.63s,", row->start_s,
                                 row->wait_s, row->level, row->slot, host);
    } else {
        used += (size_t)snprintf(text + used, room - used, "%.6f,%.6f,%.6f,", row->start_s,
                                 row->end_s, row->wait_s);
        used += put_code(text + used, room - used, row->exit_code);
        used += put_code(text + used, room - used, row->signal_number);
        used += (size_t)snprintf(text + used, room - used, "%.6f,%.6f,", row->cpu_user_s,
                                 row->cpu_system_s);
        if (!isnan(row->max_rss_bytes))
            used += (size_t)snprintf(text + used, room - used, "%.0f", row->max_rss_bytes);
        used += (size_t)snprintf(text + used, room - used, ",%" PRIu32 ",%" PRIu32 ",%.63s,",
                                 row->level, row->slot, host);
    }
    return used + quote(row->argument, text + used);
}
