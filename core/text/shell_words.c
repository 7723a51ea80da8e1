/* SPDX-License-Identifier: MIT */
#include "core/text/shell_words.h"

#include "core/base/array.h"
#include "core/text/builder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"
#define ACTIVE "|&;<>()$`*?#~!"

struct splitter {
    const char *at, *what;
    struct knee_shell_words *words;
    struct knee_builder word;
    bool begun; /* a word has begun, maybe an empty one in quotes */
    struct knee_err *err;
};

static int add_word(struct splitter *splitter)
{
    struct knee_shell_words *words = splitter->words;
    char *word = knee_builder_take(&splitter->word);
    char **more = knee_array_resize(words->words, words->count + 2, sizeof *more);
    if (more)
        words->words = more;
    if (!word || !more) {
        free(word);
        return knee_err_memory(splitter->err, splitter->what);
    }
    words->words[words->count++] = word;
    words->words[words->count] = NULL;
    splitter->begun = false;
    return 0;
}

static int refuse(const struct splitter *splitter, const char *why)
{
    return knee_err_set(splitter->err, KNEE_USAGE, "%s: %s; quote it, or add --shell",
                        splitter->what, why);
}

/* From after the opening quote to after the closing one. */
static int take_quoted(struct splitter *splitter, char quote)
{
    for (; *splitter->at && *splitter->at != quote; splitter->at++) {
        if (quote == '"' && (*splitter->at == '$' || *splitter->at == '`'))
            return refuse(splitter, "$ and ` inside \"...\" are for a shell");
        if (quote == '"' && *splitter->at == '\\' && splitter->at[1] &&
            strchr("\"\\$`", splitter->at[1]))
            splitter->at++;
        knee_builder_append(&splitter->word, splitter->at, 1);
    }
    if (!*splitter->at)
        return knee_err_set(splitter->err, KNEE_USAGE, "%s: a %c is not closed; close it",
                            splitter->what, quote);
    splitter->at++;
    return 0;
}

static int take_character(struct splitter *splitter)
{
    char c = *splitter->at++;
    if (strchr(BLANKS, c))
        return splitter->begun ? add_word(splitter) : 0;
    if (strchr(ACTIVE, c)) {
        char why[32] = "'?' is for a shell";
        why[1] = c;
        return refuse(splitter, why);
    }
    splitter->begun = true;
    if (c == '\'' || c == '"')
        return take_quoted(splitter, c);
    if (c == '\\') {
        if (!*splitter->at)
            return knee_err_set(splitter->err, KNEE_USAGE, "%s: ends with a backslash; remove it",
                                splitter->what);
        c = *splitter->at++;
    }
    knee_builder_append(&splitter->word, &c, 1);
    return 0;
}

int knee_shell_words_split(struct knee_shell_words *words, const char *line, const char *what,
                           struct knee_err *err)
{
    struct splitter splitter = {.at = line, .what = what, .words = words, .err = err};
    int status = 0;
    *words = (struct knee_shell_words){.words = NULL};
    while (status == 0 && *splitter.at)
        status = take_character(&splitter);
    if (status == 0 && splitter.begun)
        status = add_word(&splitter);
    if (status == 0 && words->count == 0)
        status = knee_err_set(err, KNEE_USAGE, "%s: empty; write a command", what);
    knee_builder_release(&splitter.word);
    if (status)
        knee_shell_words_release(words);
    return status;
}

void knee_shell_words_release(struct knee_shell_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->words[i]);
    free(words->words);
    *words = (struct knee_shell_words){.words = NULL};
}
