/* SPDX-License-Identifier: MIT */
/* A command with placeholders as a shell script. */
#include "core/text/placeholders.h"
#include "core/text/strings.h"
#include "reports/scripts/command_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool knee_command_words_need_script(const struct knee_command_words *words)
{
    return words->has_out || words->has_number || words->has_slot || words->environment_count > 0;
}

/* What stands for a placeholder in the script; NULL: the level, which is filled in before. */
static const char *variable(enum knee_placeholder which)
{
    switch (which) {
    case KNEE_PLACEHOLDER_ITEM:
        return "\"$1\"";
    case KNEE_PLACEHOLDER_NUMBER:
        return "\"$2\"";
    case KNEE_PLACEHOLDER_SLOT:
        return "\"$KNEE_SLOT\"";
    case KNEE_PLACEHOLDER_OUT:
        return "\"$out\"";
    case KNEE_PLACEHOLDER_LEVEL:
        break;
    }
    return NULL;
}

/* The first placeholder in `text` that a variable stands for; NULL: none. */
static const struct knee_placeholder_word *find(const char *text, const char **at)
{
    for (*at = strchr(text, '{'); *at; *at = strchr(*at + 1, '{')) {
        const struct knee_placeholder_word *word = knee_placeholder_at(*at);
        if (word && variable(word->which))
            return word;
    }
    return NULL;
}

/* The pieces between placeholders are quoted, or with `raw` taken as they are: a shell line. */
static int add(FILE *out, const char *text, bool raw)
{
    if (*text == '\0' && !raw)
        fputs("''", out);
    while (*text) {
        const char *at = NULL;
        const struct knee_placeholder_word *word = find(text, &at);
        size_t length = at ? (size_t)(at - text) : strlen(text);
        char *piece = strndup(text, length);
        char *quoted = piece && !raw && length > 0 ? knee_strings_shell(1, &piece) : NULL;
        if (!piece || (!raw && length > 0 && !quoted)) {
            free(piece);
            return -1;
        }
        fputs(quoted ? quoted : piece, out);
        free(quoted);
        free(piece);
        if (!word)
            break;
        fputs(variable(word->which), out);
        text = at + word->bytes;
    }
    return 0;
}

/* env takes any name, and hands the command to no shell that might know a word of its own by that
 * name; a shell line has no command that env could run. */
static int add_settings(FILE *out, const struct knee_command_words *words, uint32_t level)
{
    int failed = 0;
    for (size_t i = 0; i < words->environment_count; i++) {
        char *const one[] = {(char *)words->environment[i]};
        const struct knee_command_words alone = {.argv = one, .argc = 1};
        char *filled = knee_command_words_at(&alone, 0, level);
        fputs(words->shell ? "export " : i == 0 ? "env " : "", out);
        failed |= !filled || add(out, filled, false);
        fputs(words->shell ? "; " : " ", out);
        free(filled);
    }
    return failed;
}

/* On one line: a newline would ask for $'...' where it is quoted. */
char *knee_command_words_script(const struct knee_command_words *words, uint32_t level)
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
        char *filled = knee_command_words_at(words, i, level);
        fputs(i ? " " : "", out);
        failed |= !filled || add(out, filled, words->shell);
        free(filled);
    }
    if (knee_command_words_append(words))
        fputs(" ${1+\"$1\"}", out);
    if (words->has_out) /* it may be a file or a directory, as the command likes */
        fputs("; code=$?; rm -rf \"$out\"; exit $code", out);
    if (fclose(out) == 0 && !failed)
        return text;
    free(text);
    return NULL;
}
