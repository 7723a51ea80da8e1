/* SPDX-License-Identifier: MIT */
/* A command with placeholders as a shell script. */
#include "reports/strings.h"
#include "reports/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *placeholder, *variable;
} variables[] = {
    {"{}", "\"$1\""}, {"{#}", "\"$2\""}, {"{%}", "\"$KNEE_SLOT\""}, {"{out}", "\"$out\""}};
#define VARIABLES (sizeof variables / sizeof *variables)

bool knee_words_need_script(const struct knee_words *words)
{
    return words->has_out || words->has_number || words->has_slot || words->environment_count > 0;
}

/* The first placeholder in `text`, and which; NULL: none. */
static const char *find(const char *text, size_t *which)
{
    const char *first = NULL;
    for (size_t i = 0; i < VARIABLES; i++) {
        const char *at = strstr(text, variables[i].placeholder);
        if (at && (!first || at < first)) {
            first = at;
            *which = i;
        }
    }
    return first;
}

/* The pieces between placeholders are quoted, or with `raw` taken as they are: a shell line. */
static int add(FILE *out, const char *text, bool raw)
{
    size_t which = 0;
    if (*text == '\0' && !raw)
        fputs("''", out);
    while (*text) {
        const char *at = find(text, &which);
        size_t length = at ? (size_t)(at - text) : strlen(text);
        char *piece = strndup(text, length);
        char *quoted = piece && !raw && length > 0 ? knee_string_shell(1, &piece) : NULL;
        if (!piece || (!raw && length > 0 && !quoted)) {
            free(piece);
            return -1;
        }
        fputs(quoted ? quoted : piece, out);
        free(quoted);
        free(piece);
        if (!at)
            break;
        fputs(variables[which].variable, out);
        text = at + strlen(variables[which].placeholder);
    }
    return 0;
}

/* env takes any name, and hands the command to no shell that might know a word of its own by that
 * name; a shell line has no command that env could run. */
static int add_settings(FILE *out, const struct knee_words *words, uint32_t level)
{
    int failed = 0;
    for (size_t i = 0; i < words->environment_count; i++) {
        char *const one[] = {(char *)knee_words_env(words, i)};
        const struct knee_words alone = {.argv = one, .argc = 1};
        char *filled = knee_words_at(&alone, 0, level);
        fputs(words->shell ? "export " : i == 0 ? "env " : "", out);
        failed |= !filled || add(out, filled, false);
        fputs(words->shell ? "; " : " ", out);
        free(filled);
    }
    return failed;
}

/* On one line: a newline would ask for $'...' where it is quoted. */
char *knee_words_script(const struct knee_words *words, uint32_t level)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    if (words->has_out)
        fputs("out=$(mktemp -u) || exit; ", out);
    int failed = add_settings(out, words, level);
    for (size_t i = 0; i < words->argc; i++) {
        char *filled = knee_words_at(words, i, level);
        fputs(i ? " " : "", out);
        failed |= !filled || add(out, filled, words->shell);
        free(filled);
    }
    if (knee_words_append(words))
        fputs(" ${1+\"$1\"}", out);
    if (words->has_out) /* it may be a file or a directory, as the command likes */
        fputs("; code=$?; rm -rf \"$out\"; exit $code", out);
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}
