/* SPDX-License-Identifier: MIT */
#include "reports/scripts/command_words.h"

#include "core/text/placeholders.h"
#include "core/text/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL "{n}"

static void note_placeholders(struct knee_command_words *words, const char *word)
{
    uint32_t found = knee_placeholders_in(word);
    words->has_item |= (found & KNEE_PLACEHOLDER_ITEM) != 0;
    words->has_level |= (found & KNEE_PLACEHOLDER_LEVEL) != 0;
    words->has_out |= (found & KNEE_PLACEHOLDER_OUT) != 0;
    words->has_number |= (found & KNEE_PLACEHOLDER_NUMBER) != 0;
    words->has_slot |= (found & KNEE_PLACEHOLDER_SLOT) != 0;
}

bool knee_command_words_append(const struct knee_command_words *words)
{
    return words->has_items && !words->has_item;
}

bool knee_command_words_one_run(const struct knee_command_words *words)
{
    return words->has_level && !words->has_items;
}

bool knee_command_words_find(struct knee_command_words *words,
                             const struct knee_command_options *options)
{
    *words = (struct knee_command_words){
        .argv = options->words,
        .argc = options->words_count,
        .has_items = options->items || options->repeat,
        .shell = options->shell,
        .null = options->null,
        .environment = options->environment,
        .environment_count = options->environment_count,
        .directory = options->workdir,
    };
    for (size_t i = 0; i < words->argc; i++)
        note_placeholders(words, words->argv[i]);
    for (size_t i = 0; i < words->environment_count; i++)
        note_placeholders(words, words->environment[i]);
    words->has_items |= words->has_item;
    return options->words != NULL;
}

char *knee_command_words_at(const struct knee_command_words *words, size_t index, uint32_t level)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    const char *from = words->argv[index];
    for (const char *at; (at = strstr(from, LEVEL)); from = at + strlen(LEVEL)) {
        fwrite(from, 1, (size_t)(at - from), out);
        fprintf(out, "%u", level);
    }
    fputs(from, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *knee_command_words_line(const struct knee_command_words *words, uint32_t level)
{
    char **filled = calloc(words->argc + 1, sizeof *filled);
    char *line = NULL;
    bool whole = filled != NULL;
    size_t bytes = 1;
    for (size_t i = 0; whole && i < words->argc; i++) {
        filled[i] = knee_command_words_at(words, i, level);
        whole = filled[i] != NULL;
        bytes += whole ? strlen(filled[i]) + 1 : 0;
    }
    if (whole && words->shell) {
        size_t used = 0;
        line = calloc(1, bytes);
        for (size_t i = 0; line && i < words->argc; i++)
            used += (size_t)snprintf(line + used, bytes - used, "%s%s", i ? " " : "", filled[i]);
    } else if (whole) {
        line = knee_strings_shell((int)words->argc, filled);
    }
    for (size_t i = 0; filled && i < words->argc; i++)
        free(filled[i]);
    free(filled);
    return line;
}
