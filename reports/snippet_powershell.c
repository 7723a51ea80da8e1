/* SPDX-License-Identifier: MIT */
#include "reports/snippets.h"

#include <stdlib.h>
#include <string.h>

/* '...' takes everything as it is; a quote is doubled. Typographic quotes end it too. */
static void quote(const char *text, FILE *out)
{
    static const char *const quotes[] = {"'", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
                                         "\xe2\x80\x9b"};
    fputc('\'', out);
    while (*text) {
        size_t length = 1;
        for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++)
            if (strncmp(text, quotes[i], strlen(quotes[i])) == 0) {
                length = strlen(quotes[i]);
                fputs(quotes[i], out);
            }
        fwrite(text, 1, length, out);
        text += length;
    }
    fputc('\'', out);
}

/* A word with the item in place of each {}. */
static void word(const char *text, FILE *out)
{
    const char *at = strstr(text, "{}");
    if (strcmp(text, "{}") == 0) {
        fputs(" $_", out);
        return;
    }
    fputc(' ', out);
    quote(text, out);
    if (at)
        fputs(".Replace('{}', \"$_\")", out);
}

int knee_snippet_powershell(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_words *words = &snippet->words;
    bool each = snippet->command && !(words->has_level && !words->has_item);
    knee_snippet_comment(snippet, "# ", out);
    fprintf(out, "$KneeLimit = %u\n", snippet->limit);
    if (snippet->cpus)
        fprintf(out,
                "if ([Environment]::ProcessorCount -ne %u) { Write-Warning 'KneeLimit was measured "
                "on %u CPUs: sweep again' }\n",
                snippet->cpus, snippet->cpus);
    fputs("# for Invoke-ParallelForEach @KneeThrottle\n"
          "$KneeThrottle = @{ ThrottleLimit = $KneeLimit }\n",
          out);
    if (!snippet->command) {
        fputs("# $items | ForEach-Object -Parallel { ... } -ThrottleLimit $KneeLimit\n", out);
        return 0;
    }
    fputs(each ? "$input | ForEach-Object -Parallel { &" : "&", out);
    for (size_t i = 0; i < words->argc; i++) {
        char *filled = knee_words_at(words, i, snippet->limit);
        if (!filled)
            return -1;
        if (strstr(filled, "{}") && strcmp(filled, "{}") != 0) {
            fputs(" (", out);
            word(filled, out);
            fputc(')', out);
        } else {
            word(filled, out);
        }
        free(filled);
    }
    if (each && !words->has_item)
        fputs(" $_", out);
    fputs(each ? " } -ThrottleLimit $KneeLimit\n" : "\n", out);
    return 0;
}
