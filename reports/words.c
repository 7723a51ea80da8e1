/* SPDX-License-Identifier: MIT */
#include "reports/words.h"

#include "reports/strings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL "{n}"

bool knee_words_find(struct knee_words *words, int argc, char *const *argv)
{
    *words = (struct knee_words){0};
    int at = 0;
    while (at < argc && strcmp(argv[at], "--") != 0) {
        words->shell |= strcmp(argv[at], "--shell") == 0;
        at++;
    }
    if (at + 1 >= argc)
        return false;
    words->argv = argv + at + 1;
    words->argc = (size_t)(argc - at - 1);
    for (size_t i = 0; i < words->argc; i++) {
        words->has_item |= strstr(words->argv[i], "{}") != NULL;
        words->has_level |= strstr(words->argv[i], LEVEL) != NULL;
    }
    return true;
}

char *knee_words_at(const struct knee_words *words, size_t index, uint32_t level)
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

char *knee_words_line(const struct knee_words *words, uint32_t level)
{
    char **filled = calloc(words->argc + 1, sizeof *filled);
    char *line = NULL;
    bool whole = filled != NULL;
    size_t bytes = 1;
    for (size_t i = 0; whole && i < words->argc; i++) {
        filled[i] = knee_words_at(words, i, level);
        whole = filled[i] != NULL;
        bytes += whole ? strlen(filled[i]) + 1 : 0;
    }
    if (whole && words->shell) {
        size_t used = 0;
        line = calloc(1, bytes);
        for (size_t i = 0; line && i < words->argc; i++)
            used += (size_t)snprintf(line + used, bytes - used, "%s%s", i ? " " : "", filled[i]);
    } else if (whole) {
        line = knee_string_shell((int)words->argc, filled);
    }
    for (size_t i = 0; filled && i < words->argc; i++)
        free(filled[i]);
    free(filled);
    return line;
}
