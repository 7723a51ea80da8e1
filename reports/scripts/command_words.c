/* SPDX-License-Identifier: MIT */
#include "reports/scripts/command_words.h"

#include "core/text/placeholders.h"
#include "core/text/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL "{n}"

static void look(struct knee_command_words *words, const char *word)
{
    uint32_t found = knee_placeholders_in(word);
    words->has_item |= (found & KNEE_PLACEHOLDER_ITEM) != 0;
    words->has_level |= (found & KNEE_PLACEHOLDER_LEVEL) != 0;
    words->has_out |= (found & KNEE_PLACEHOLDER_OUT) != 0;
    words->has_number |= (found & KNEE_PLACEHOLDER_NUMBER) != 0;
    words->has_slot |= (found & KNEE_PLACEHOLDER_SLOT) != 0;
}

static bool names(const char *word, const char *option)
{
    size_t length = strlen(option);
    return strncmp(word, option, length) == 0 && (word[length] == '\0' || word[length] == '=');
}

bool knee_command_words_append(const struct knee_command_words *words)
{
    return words->has_items && !words->has_item;
}

bool knee_command_words_one_run(const struct knee_command_words *words)
{
    return words->has_level && !words->has_items;
}

/* The value of option `name` at `at`: behind it or behind its =. NULL: it is another one. */
static const char *value_of(const struct knee_command_words *words, size_t at, const char *name)
{
    const char *word = words->options[at];
    size_t length = strlen(name);
    if (strncmp(word, name, length) != 0)
        return NULL;
    if (word[length] == '=')
        return word + length + 1;
    return word[length] == '\0' && at + 1 < words->options_count ? words->options[at + 1] : NULL;
}

const char *knee_command_words_env(const struct knee_command_words *words, size_t index)
{
    for (size_t i = 0; i < words->options_count; i++) {
        const char *value = value_of(words, i, "--env");
        if (value && index-- == 0)
            return value;
    }
    return NULL;
}

bool knee_command_words_find(struct knee_command_words *words, int argc, char *const *argv)
{
    *words = (struct knee_command_words){.options = argv};
    int at = 0;
    while (at < argc && strcmp(argv[at], "--") != 0) {
        words->shell |= strcmp(argv[at], "--shell") == 0;
        words->null |= strcmp(argv[at], "--null") == 0 || strcmp(argv[at], "-0") == 0;
        words->has_items |= names(argv[at], "--items") || names(argv[at], "--repeat");
        at++;
    }
    if (at + 1 >= argc)
        return false;
    words->options_count = (size_t)at;
    words->argv = argv + at + 1;
    words->argc = (size_t)(argc - at - 1);
    for (size_t i = 0; i < words->argc; i++)
        look(words, words->argv[i]);
    for (const char *set; (set = knee_command_words_env(words, words->environment_count));) {
        look(words, set);
        words->environment_count++;
    }
    words->has_items |= words->has_item;
    for (size_t i = 0; i < words->options_count; i++) {
        const char *directory = value_of(words, i, "--workdir");
        words->directory = directory ? directory : words->directory;
    }
    return true;
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
