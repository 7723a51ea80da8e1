/* SPDX-License-Identifier: MIT */
#include "reports/scripts/command_words.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/placeholders.h"
#include "core/text/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool knee_command_words_append(const struct knee_command_words *words)
{
    return words->has_items && !(words->placeholders & KNEE_PLACEHOLDER_OF_ITEM);
}

bool knee_command_words_one_run(const struct knee_command_words *words)
{
    return (words->placeholders & KNEE_PLACEHOLDER_LEVEL) && !words->has_items;
}

bool knee_command_words_find(struct knee_command_words *words,
                             const struct knee_command_options *options)
{
    *words = (struct knee_command_words){
        .argv = options->words,
        .argc = options->words_count,
        .has_items = options->items || options->repeat || options->listed,
        .shell = options->shell,
        .null = options->null,
        .environment = options->environment,
        .environment_count = options->environment_count,
        .directory = options->workdir,
        .setup = options->setup,
        .prepare = options->prepare,
        .cleanup = options->cleanup,
        .timeout_ns = options->timeout_ns,
        .retries = options->retries,
    };
    for (size_t i = 0; i < words->argc; i++)
        words->placeholders |= knee_placeholders_in(words->argv[i]);
    for (size_t i = 0; i < words->environment_count; i++)
        words->placeholders |= knee_placeholders_in(words->environment[i]);
    words->has_items |= (words->placeholders & KNEE_PLACEHOLDER_OF_ITEM) != 0;
    return options->words != NULL;
}

char *knee_command_words_at(const struct knee_command_words *words, size_t index, uint32_t level)
{
    struct knee_builder text = {.text = NULL};
    const char *from = words->argv[index];
    knee_builder_append(&text, "", 0);
    while (*from) {
        const struct knee_placeholder_word *word = knee_placeholder_at(from);
        size_t plain = word ? 0 : 1 + strcspn(from + 1, "{");
        if (!word)
            knee_builder_append(&text, from, plain);
        else if (word->which == KNEE_PLACEHOLDER_LEVEL)
            knee_builder_add(&text, "%u", level);
        else if (word->which == KNEE_PLACEHOLDER_COPY)
            knee_builder_add(&text, "{}");
        else
            knee_builder_append(&text, word->text, word->bytes);
        from += word ? word->bytes : plain;
    }
    return knee_builder_take(&text);
}

/* {} alone needs no quotes: it is easier to read without. */
static int add_quoted(struct knee_builder *line, char *word)
{
    char *quoted = strcmp(word, "{}") == 0 ? strdup(word) : knee_strings_shell(1, &word);
    if (quoted)
        knee_builder_add(line, "%s", quoted);
    free(quoted);
    return quoted ? 0 : -1;
}

const char *knee_command_words_env(const struct knee_command_words *words)
{
    static const char *const own[] = {
        "!",      "{",        "}",        "case",     "do",      "done",    "elif",    "else",
        "esac",   "fi",       "for",      "if",       "in",      "then",    "until",   "while",
        "time",   "function", "select",   "coproc",   "[[",      "]]",      ".",       ":",
        "break",  "eval",     "continue", "exec",     "exit",    "export",  "return",  "set",
        "shift",  "times",    "trap",     "readonly", "unset",   "alias",   "bg",      "command",
        "fg",     "hash",     "getopts",  "jobs",     "unalias", "read",    "type",    "ulimit",
        "umask",  "wait",     "local",    "let",      "source",  "declare", "typeset", "builtin",
        "enable", "history",  "logout",   "kill",
    };
    bool is_own = words->argc > 0 && strchr(words->argv[0], '=');
    for (size_t i = 0; words->argc > 0 && i < KNEE_COUNT(own); i++)
        is_own |= strcmp(words->argv[0], own[i]) == 0;
    return is_own && !words->shell ? "env " : "";
}

char *knee_command_words_line(const struct knee_command_words *words, uint32_t level)
{
    struct knee_builder line = {.text = NULL};
    int failed = 0;
    knee_builder_add(&line, "%s", knee_command_words_env(words));
    for (size_t i = 0; i < words->argc && !failed; i++) {
        char *filled = knee_command_words_at(words, i, level);
        failed = filled ? 0 : -1;
        knee_builder_add(&line, "%s", i ? " " : "");
        if (filled && words->shell)
            knee_builder_add(&line, "%s", filled);
        else if (filled)
            failed = add_quoted(&line, filled);
        free(filled);
    }
    if (!failed)
        return knee_builder_take(&line);
    knee_builder_release(&line);
    return NULL;
}

const char *knee_command_words_timeout(const struct knee_command_words *words, char text[48])
{
    text[0] = '\0';
    if (words->timeout_ns)
        snprintf(text, 48, "timeout %.9g ", (double)words->timeout_ns / 1e9);
    return text;
}
