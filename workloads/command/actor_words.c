/* SPDX-License-Identifier: MIT */
#include "workloads/command/actor_private.h"

#include "core/text/builder.h"
#include "core/text/placeholders.h"
#include "core/text/shell_line.h"
#include "workloads/command/placeholder_fill.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

#define SHELL "/bin/sh"

static int find_program(struct knee_actor *actor, const char *name, struct knee_err *err)
{
    const char *path = getenv("PATH");
    char candidate[PATH_MAX];
    if (strchr(name, '/') || knee_placeholders_in(name)) {
        actor->program = name;
        return 0;
    }
    for (path = path && *path ? path : "/usr/bin:/bin"; path; path = strchr(path, ':')) {
        path += *path == ':';
        size_t length = strcspn(path, ":");
        struct stat info;
        snprintf(candidate, sizeof candidate, "%.*s%s%s", (int)length, path, length ? "/" : "./",
                 name);
        if (stat(candidate, &info) != 0 || !S_ISREG(info.st_mode) || access(candidate, X_OK) != 0)
            continue;
        actor->program_found = strdup(candidate);
        actor->program = actor->program_found;
        return actor->program ? 0 : knee_err_memory(err, "command");
    }
    return knee_err_set(err, KNEE_COMMAND_FAILED,
                        "%.200s: no such program in PATH; write its path, or let a shell run it if "
                        "it is a shell's own command",
                        name);
}

/* Joins the words to one line for the shell. */
static int join_words(struct knee_actor *actor, struct knee_err *err)
{
    struct knee_builder script;
    knee_builder_init(&script);
    for (size_t i = 0; i < actor->params.argc; i++)
        knee_builder_add(&script, "%s%s", i ? " " : "", actor->params.argv[i]);
    if (actor->append_item)
        knee_builder_add(&script, " {}");
    actor->script = knee_builder_take(&script);
    if (!actor->script)
        return knee_err_memory(err, "command");
    const char *unsafe = knee_shell_line_unsafe(actor->script);
    if (unsafe)
        return knee_err_set(err, KNEE_USAGE,
                            "command: an item would run as shell code: a placeholder is %s",
                            unsafe);
    actor->append_item = false;
    actor->program = SHELL;
    actor->words_count = 3;
    return 0;
}

int knee_actor_words_prepare(struct knee_actor *actor, struct knee_err *err)
{
    const struct knee_actor_params *params = &actor->params;
    for (size_t i = 0; i < params->argc; i++)
        actor->placeholders |= knee_placeholders_in(params->argv[i]);
    for (size_t i = 0; i < params->environment_count; i++)
        actor->placeholders |= knee_placeholders_in(params->environment[i]);
    actor->append_item = (params->items->count > 0 || params->given) &&
                         !(actor->placeholders & KNEE_PLACEHOLDER_OF_ITEM);
    if (params->shell)
        return join_words(actor, err);
    actor->words_count = params->argc + actor->append_item;
    return find_program(actor, params->argv[0], err);
}

/* Enough for an item of that length: quoting turns one byte into at most four. */
size_t knee_actor_words_bytes(const struct knee_actor *actor, size_t item_bytes)
{
    const struct knee_actor_params *params = &actor->params;
    size_t longest = item_bytes * (params->shell ? 4 : 1) + 2;
    longest = longest > KNEE_ACTOR_PATH_BYTES ? longest : KNEE_ACTOR_PATH_BYTES;
    size_t bytes = longest + 1;
    /* The shortest placeholder has two bytes. */
    for (size_t i = 0; i < params->argc; i++)
        bytes += strlen(params->argv[i]) / 2 * longest + strlen(params->argv[i]) + 1;
    for (size_t i = 0; i < params->environment_count; i++)
        bytes += strlen(params->environment[i]) / 2 * longest + strlen(params->environment[i]) + 1;
    return bytes;
}

/* Fills `text` into the buffer; NULL if it is full. */
static char *fill_word(struct knee_actor_slot *slot, const char *text,
                       const struct knee_placeholder_fill_values *values, bool quote, size_t *used)
{
    char *to = slot->buffer + *used;
    size_t bytes = knee_placeholder_fill_text(text, values, quote, to, slot->buffer_bytes - *used);
    *used += bytes;
    return bytes ? to : NULL;
}

static bool fill_environment(struct knee_actor_slot *slot,
                             const struct knee_placeholder_fill_values *values, size_t *used)
{
    const struct knee_actor_params *params = &slot->actor->params;
    size_t count = 0;
    for (size_t i = 0; i < params->environment_count; i++) {
        slot->environment[count] = fill_word(slot, params->environment[i], values, false, used);
        if (!slot->environment[count++])
            return false;
    }
    for (char **at = environ; at && *at; at++) {
        bool replaced = false;
        for (size_t i = 0; i < params->environment_count && !replaced; i++) {
            size_t name = strcspn(params->environment[i], "=") + 1;
            replaced = strncmp(*at, params->environment[i], name) == 0;
        }
        if (!replaced)
            slot->environment[count++] = *at;
    }
    slot->environment[count] = NULL;
    return true;
}

int knee_actor_words_fill(struct knee_actor_slot *slot, const struct knee_item *item,
                          uint64_t number)
{
    const struct knee_actor *actor = slot->actor;
    const struct knee_actor_params *params = &actor->params;
    const struct knee_placeholder_fill_values values = {
        .item = item ? item->text : "",
        .number = number,
        .slot = slot->index + 1,
        .level = atomic_load_explicit(&actor->level, memory_order_relaxed),
        .out = slot->out,
        .copy = slot->copy,
    };
    size_t used = 0, count = 1;
    bool whole = true;
    if (params->shell) {
        slot->argv[count++] = (char *)"sh";
        slot->argv[count++] = (char *)"-c";
        slot->argv[count] = fill_word(slot, actor->script, &values, true, &used);
        whole = slot->argv[count++] != NULL;
    }
    for (size_t i = 0; !params->shell && i < params->argc && whole; i++) {
        slot->argv[count] = fill_word(slot, params->argv[i], &values, false, &used);
        whole = slot->argv[count++] != NULL;
    }
    if (whole && actor->append_item) {
        slot->argv[count] = fill_word(slot, "{}", &values, false, &used);
        whole = slot->argv[count++] != NULL;
    }
    slot->argv[count] = NULL;
    if (params->environment_count && whole)
        whole = fill_environment(slot, &values, &used);
    return whole ? 0 : E2BIG;
}

void knee_actor_line(const struct knee_actor_slot *slot, char *text, size_t text_bytes)
{
    size_t used = 0;
    const bool shell = slot->actor->params.shell;
    for (char *const *word = slot->argv + (shell ? 3 : 1); *word; word++) {
        int more = snprintf(text + used, text_bytes - used, "%s%s", used ? " " : "", *word);
        if (more < 0 || (size_t)more >= text_bytes - used)
            return;
        used += (size_t)more;
    }
}
