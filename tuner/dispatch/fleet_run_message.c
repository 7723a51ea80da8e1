/* SPDX-License-Identifier: MIT */
#include "core/text/builder.h"
#include "tuner/dispatch/fleet_run_private.h"

#include <stdlib.h>
#include <string.h>

int knee_fleet_run_send(const struct knee_link *link, uint32_t to,
                        const struct knee_fleet_run_message *message, const void *payload,
                        size_t payload_bytes, uint64_t deadline_ns, struct knee_err *err)
{
    char *text = malloc(sizeof *message + payload_bytes);
    if (!text)
        return knee_err_memory(err, "fleet");
    memcpy(text, message, sizeof *message);
    if (payload_bytes > 0)
        memcpy(text + sizeof *message, payload, payload_bytes);
    int status =
        link->send(link->context, to, text, sizeof *message + payload_bytes, deadline_ns, err);
    free(text);
    return status;
}

int knee_fleet_run_receive(const struct knee_link *link, uint32_t *from,
                           struct knee_fleet_run_message *message, char **payload,
                           size_t *payload_bytes, struct knee_err *err)
{
    size_t bytes;
    int there = link->poll(link->context, from, &bytes, err);
    if (there <= 0)
        return there;
    char *text = calloc(1, bytes + 1);
    if (!text)
        return knee_err_memory(err, "fleet");
    if (bytes < sizeof *message ||
        link->receive(link->context, *from, text, bytes, UINT64_MAX, err)) {
        free(text);
        return -1;
    }
    memcpy(message, text, sizeof *message);
    *payload_bytes = bytes - sizeof *message;
    memmove(text, text + sizeof *message, *payload_bytes);
    text[*payload_bytes] = '\0';
    *payload = text;
    return 1;
}

/* ---- a command ---- */
/* A text, or that there is none. */
static void put_text(struct knee_builder *out, const char *text)
{
    knee_builder_append(out, text ? "+" : "-", 1);
    if (text)
        knee_builder_append(out, text, strlen(text));
    knee_builder_append(out, "", 1);
}

static void put_count(struct knee_builder *out, size_t count)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", count);
    put_text(out, text);
}

char *knee_fleet_run_pack(const struct knee_actor_params *command, size_t *bytes)
{
    struct knee_builder out = {0};
    put_count(&out, command->argc);
    for (size_t i = 0; i < command->argc; i++)
        put_text(&out, command->argv[i]);
    put_count(&out, command->environment_count);
    for (size_t i = 0; i < command->environment_count; i++)
        put_text(&out, command->environment[i]);
    put_text(&out, command->setup);
    put_text(&out, command->prepare);
    put_text(&out, command->cleanup);
    put_text(&out, command->directory);
    put_text(&out, command->shell ? "" : NULL);
    put_count(&out, command->seed);
    *bytes = out.length;
    return knee_builder_take(&out);
}

struct reader {
    char *at, *end;
};

static char *take_text(struct reader *reader)
{
    char *text = reader->at;
    char *nul = text < reader->end ? memchr(text, '\0', (size_t)(reader->end - text)) : NULL;
    if (!nul)
        return NULL;
    reader->at = nul + 1;
    return *text == '+' ? text + 1 : NULL;
}

static size_t take_count(struct reader *reader)
{
    const char *text = take_text(reader);
    return text ? strtoul(text, NULL, 10) : 0;
}

int knee_fleet_run_unpack(struct knee_fleet_run_command *command, char *text, size_t bytes)
{
    struct reader reader = {text, text + bytes};
    *command = (struct knee_fleet_run_command){.params = {.given = true}};
    struct knee_actor_params *params = &command->params;
    params->argc = take_count(&reader);
    command->argv = calloc(params->argc + 1, sizeof *command->argv);
    for (size_t i = 0; i < params->argc && command->argv; i++)
        command->argv[i] = take_text(&reader);
    params->environment_count = take_count(&reader);
    command->environment = calloc(params->environment_count + 1, sizeof *command->environment);
    for (size_t i = 0; i < params->environment_count && command->environment; i++)
        command->environment[i] = take_text(&reader);
    params->argv = command->argv;
    params->environment = command->environment;
    params->setup = take_text(&reader);
    params->prepare = take_text(&reader);
    params->cleanup = take_text(&reader);
    params->directory = take_text(&reader);
    params->shell = take_text(&reader) != NULL;
    params->seed = take_count(&reader);
    return command->argv && command->environment ? 0 : -1;
}
