/* SPDX-License-Identifier: MIT */
#include "workloads/command/actor_private.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define LINE_BYTES 160

const char *knee_actor_outcome_text(int error, int status, char *text, size_t text_bytes)
{
    if (error == ETIMEDOUT)
        snprintf(text, text_bytes, "ran longer than its timeout");
    else if (error != EIO)
        snprintf(text, text_bytes, "cannot be run: %s", strerror(error));
    else if (WIFSIGNALED(status))
        snprintf(text, text_bytes, "was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, text_bytes, "exit code %d", WEXITSTATUS(status));
    return text;
}

/* The last line that is not empty. */
static void last_line(const struct knee_drain *drain, char *line, size_t line_bytes)
{
    const char *said = drain->tail;
    size_t end = drain->tail_length;
    while (end > 0 && (said[end - 1] == '\n' || said[end - 1] == '\0'))
        end--;
    size_t start = end;
    while (start > 0 && said[start - 1] != '\n' && said[start - 1] != '\0')
        start--;
    snprintf(line, line_bytes, "%.*s", (int)(end - start), end > start ? said + start : "");
}

void knee_actor_failure_note(struct knee_actor_slot *slot, const struct knee_actor_outcome *outcome)
{
    struct knee_actor *actor = slot->actor;
    if (actor->params.fail_fast)
        atomic_store_explicit(&actor->stop, true, memory_order_release);
    if (atomic_exchange_explicit(&actor->failed, true, memory_order_acq_rel))
        return;
    char how[96], line[LINE_BYTES];
    last_line(&slot->drains[KNEE_ACTOR_STDERR], line, sizeof line);
    knee_actor_outcome_text(outcome->error, outcome->status, how, sizeof how);
    snprintf(actor->failure, sizeof actor->failure, "%s%.100s%s%s%s%s",
             outcome->item ? "item " : "", outcome->item ? outcome->item->text : "",
             outcome->item ? ": " : "", how, line[0] ? ": " : "", line);
    atomic_store_explicit(&actor->failure_written, true, memory_order_release);
}

void knee_actor_failure(struct knee_actor *actor, char *text, size_t text_bytes)
{
    bool written = atomic_load_explicit(&actor->failure_written, memory_order_acquire);
    snprintf(text, text_bytes, "%s", written ? actor->failure : "");
}

bool knee_actor_must_stop(struct knee_actor *actor)
{
    return atomic_load_explicit(&actor->stop, memory_order_acquire);
}
