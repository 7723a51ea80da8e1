/* SPDX-License-Identifier: MIT */
#include "reports/snippets.h"

#include <stdbool.h>
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

/* A word with the item in place of each {}, and the temporary path in place of each {out}. */
static void word(const char *text, FILE *out)
{
    bool item = strstr(text, "{}"), path = strstr(text, "{out}");
    if (strcmp(text, "{}") == 0 || strcmp(text, "{out}") == 0) {
        fputs(item ? "$_" : "$out", out);
        return;
    }
    fputs(item || path ? "(" : "", out);
    quote(text, out);
    if (item)
        fputs(".Replace('{}', \"$_\")", out);
    if (path)
        fputs(".Replace('{out}', $out)", out);
    fputs(item || path ? ")" : "", out);
}

/* Sets what --env asks for; the environment is the whole process's. */
static int settings(const struct knee_snippet *snippet, FILE *out)
{
    for (size_t i = 0; i < snippet->words.environment_count; i++) {
        char *const one[] = {(char *)knee_words_env(&snippet->words, i)};
        const struct knee_words alone = {.argv = one, .argc = 1};
        char *set = knee_words_at(&alone, 0, snippet->limit);
        char *value = set ? strchr(set, '=') : NULL;
        if (!value) {
            free(set);
            return -1;
        }
        *value++ = '\0';
        fprintf(out, "[Environment]::SetEnvironmentVariable(");
        quote(set, out);
        fputs(", ", out);
        word(value, out);
        fputs("); ", out);
        free(set);
    }
    return 0;
}

static int run(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_words *words = &snippet->words;
    if (words->has_out)
        fputs("$out = [IO.Path]::GetTempFileName(); ", out);
    if (settings(snippet, out))
        return -1;
    fputs("&", out);
    for (size_t i = 0; i < words->argc; i++) {
        char *filled = knee_words_at(words, i, snippet->limit);
        if (!filled)
            return -1;
        fputc(' ', out);
        word(filled, out);
        free(filled);
    }
    return 0;
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
    if (words->has_number || words->has_slot)
        fputs("# {#} and {%} have no counterpart here: name what stands for them\n", out);
    if (words->has_out)
        fputs("# $out, a temporary path, is removed after each run: name the real one instead\n",
              out);
    fputs(each ? "$input | ForEach-Object -Parallel { " : "", out);
    if (run(snippet, out))
        return -1;
    if (each && !words->has_item)
        fputs(" $_", out);
    if (words->has_out)
        fputs("; Remove-Item -Recurse -Force $out", out);
    fputs(each ? " } -ThrottleLimit $KneeLimit\n" : "\n", out);
    return 0;
}
