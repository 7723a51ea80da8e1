/* SPDX-License-Identifier: MIT */
#include "workloads/target/postgres_script.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED 1
#define VALUE_BYTES 24 /* a variable's value as text */
#define CLIENT "client_id"

struct knee_postgres_script_step {
    const char *text; /* a statement without its ;, or an expression */
    size_t bytes;
    int variable; /* that the expression sets; -1: a statement */
};

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_comment(const char *at)
{
    const char *end = at[0] == '-' ? strchr(at, '\n') : strstr(at + 2, "*/");
    if (!end)
        return at + strlen(at);
    return at[0] == '-' ? end + 1 : end + 2;
}

static bool is_comment(const char *at)
{
    return (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*');
}

static const char *skip_blank(const char *at)
{
    while (isspace((unsigned char)*at) || is_comment(at))
        at = is_comment(at) ? skip_comment(at) : at + 1;
    return at;
}

/* After a quoted string; NULL if it does not end. A backslash counts in E'...' alone. */
static const char *skip_quoted(const char *from, const char *at)
{
    bool escapes = *at == '\'' && at > from && (at[-1] == 'E' || at[-1] == 'e') &&
                   (at - 1 == from || !is_name(at[-2]));
    char quote = *at++;
    while (*at && *at != quote)
        at += escapes && *at == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : NULL;
}

/* $tag$ ... $tag$; a $ that begins none is skipped alone. */
static const char *skip_dollar(const char *from, const char *at)
{
    size_t bytes = 1 + knee_postgres_name_bytes(at + 1);
    if (at[bytes] != '$' || isdigit((unsigned char)at[1]) || (at > from && is_name(at[-1])))
        return at + 1;
    for (const char *end = strchr(at + ++bytes, '$'); end; end = strchr(end + 1, '$'))
        if (strncmp(end, at, bytes) == 0)
            return end + bytes;
    return NULL;
}

/* The ; or backslash after a statement, or the end of the text; NULL if a quote does not end. */
static const char *find_end(const char *from)
{
    const char *at = from;
    while (at && *at && *at != ';' && *at != '\\') {
        if (*at == '\'' || *at == '"')
            at = skip_quoted(from, at);
        else if (*at == '$')
            at = skip_dollar(from, at);
        else
            at = is_comment(at) ? skip_comment(at) : at + 1;
    }
    return at;
}

bool knee_postgres_script_is(const char *text)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n");
        if (*line == '\\')
            return true;
    }
    return false;
}

static int add_step(struct knee_postgres_script *script,
                    const struct knee_postgres_script_step *step, struct knee_err *err)
{
    struct knee_postgres_script_step *grown =
        realloc(script->steps, (script->steps_count + 1) * sizeof *grown);
    if (!grown)
        return knee_err_memory(err, "--param file");
    script->steps = grown;
    script->steps[script->steps_count++] = *step;
    size_t places = 1;
    for (size_t i = 0; i < step->bytes; i++)
        places += step->text[i] == ':';
    size_t bytes = step->bytes + places * VALUE_BYTES;
    script->filled_bytes = bytes > script->filled_bytes ? bytes : script->filled_bytes;
    return 0;
}

static int refuse(const char *text, const char *why, const char *advice, struct knee_err *err)
{
    return knee_err_set(err, KNEE_USAGE, "--param file: \"%.*s\": %s; %s",
                        (int)(strcspn(text, "\r\n") < 60 ? strcspn(text, "\r\n") : 60), text, why,
                        advice);
}

/* Takes "\set NAME EXPRESSION" apart and tries it. */
static int read_set(struct knee_postgres_script *script, struct knee_postgres_play *play,
                    const char *line, const char *end, struct knee_err *err)
{
    const char *name = line + strlen("\\set");
    if (strncmp(line, "\\set", 4) != 0 || (*name != ' ' && *name != '\t'))
        return refuse(line, "not understood here", "of pgbench's own commands, \\set alone is",
                      err);
    name += strspn(name, " \t");
    size_t bytes = knee_postgres_name_bytes(name);
    struct knee_postgres_script_step step = {.text = name + bytes,
                                             .bytes = (size_t)(end - name) - bytes};
    int64_t value;
    const char *wrong = bytes == 0 || bytes >= KNEE_POSTGRES_NAME_BYTES
                            ? "no name that could be a variable's"
                            : knee_postgres_expression(step.text, end, &script->names, play->values,
                                                       &play->random, &value);
    step.variable = knee_postgres_names_find(&script->names, name, bytes);
    if (!wrong && step.variable < 0 && script->names.count == KNEE_POSTGRES_VARIABLES_MAX)
        wrong = "too many variables";
    if (wrong)
        return refuse(line, wrong,
                      "write \\set NAME EXPRESSION, of whole numbers, :variables, + - * ( ) and "
                      "random(LOW, HIGH)",
                      err);
    if (step.variable < 0) {
        step.variable = (int)script->names.count++;
        memcpy(script->names.at[step.variable], name, bytes);
    }
    play->values[step.variable] = value;
    return add_step(script, &step, err);
}

static int read_statement(struct knee_postgres_script *script, const char *from, const char *end,
                          struct knee_err *err)
{
    const struct knee_postgres_script_step step = {
        .text = from, .bytes = (size_t)(end ? end - from : 0), .variable = -1};
    if (!end)
        return refuse(from, "a quote in it does not end", "end it", err);
    if (*end == '\\')
        return refuse(end, "not understood after a statement", "end that with ;", err);
    return add_step(script, &step, err);
}

static int read_steps(struct knee_postgres_script *script, struct knee_err *err)
{
    struct knee_postgres_play play = {.random = knee_random_seed(SEED, 0)};
    bool sends = false;
    int failed = 0;
    const char *end;
    for (const char *at = skip_blank(script->text); *at && !failed; at = skip_blank(end)) {
        if (*at == '\\') {
            end = at + strcspn(at, "\r\n");
            failed = read_set(script, &play, at, end, err);
            continue;
        }
        end = find_end(at);
        failed = *at == ';' ? 0 : read_statement(script, at, end, err);
        if (failed)
            break;
        sends = sends || *at != ';';
        end += *end == ';';
    }
    return failed || sends
               ? failed
               : knee_err_set(err, KNEE_USAGE, "--param file: no statement in it; add one");
}

int knee_postgres_script_read(struct knee_postgres_script *script, const char *text,
                              struct knee_err *err)
{
    *script = (struct knee_postgres_script){.text = strdup(text), .names.count = 1};
    if (!script->text)
        return knee_err_memory(err, "--param file");
    snprintf(script->names.at[0], sizeof script->names.at[0], "%s", CLIENT);
    if (read_steps(script, err) == 0)
        return 0;
    knee_postgres_script_release(script);
    return -1;
}

void knee_postgres_script_release(struct knee_postgres_script *script)
{
    free(script->text);
    free(script->steps);
    *script = (struct knee_postgres_script){0};
}

int knee_postgres_play_open(struct knee_postgres_play *play,
                            const struct knee_postgres_script *script, uint32_t slot)
{
    *play = (struct knee_postgres_play){.random = knee_random_seed(SEED, slot),
                                        .values = {slot},
                                        .filled = malloc(script->filled_bytes + 1)};
    return play->filled ? 0 : -1;
}

void knee_postgres_play_close(struct knee_postgres_play *play)
{
    free(play->filled);
    play->filled = NULL;
}

static void fill(struct knee_postgres_play *play, const struct knee_postgres_script *script,
                 const struct knee_postgres_script_step *step)
{
    const char *at = step->text, *end = step->text + step->bytes;
    char *to = play->filled;
    while (at < end) {
        bool place = *at == ':' && at[1] != ':' && (at == step->text || at[-1] != ':');
        size_t bytes = place ? knee_postgres_name_bytes(at + 1) : 0;
        int found = bytes > 0 ? knee_postgres_names_find(&script->names, at + 1, bytes) : -1;
        if (found < 0) {
            *to++ = *at++;
            continue;
        }
        to += snprintf(to, VALUE_BYTES, "%" PRId64, play->values[found]);
        at += 1 + bytes;
    }
    *to = '\0';
}

const char *knee_postgres_play_next(struct knee_postgres_play *play,
                                    const struct knee_postgres_script *script, size_t *at)
{
    while (*at < script->steps_count) {
        const struct knee_postgres_script_step *step = &script->steps[(*at)++];
        if (step->variable < 0) {
            fill(play, script, step);
            return play->filled;
        }
        knee_postgres_expression(step->text, step->text + step->bytes, &script->names, play->values,
                                 &play->random, &play->values[step->variable]);
    }
    return NULL;
}
