/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippets.h"

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

/* A word with the level, and what else stands for placeholders, behind a blank. */
static int add(const struct knee_command_words *words, size_t index, uint32_t level, FILE *out)
{
    char *filled = knee_command_words_at(words, index, level);
    if (!filled)
        return -1;
    fputc(' ', out);
    word(filled, out);
    free(filled);
    return 0;
}

/* The environment of PowerShell itself is that of all runs at once: env sets each one's own. */
static int add_settings(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    fputs(words->environment_count > 0 ? " 'env'" : "", out);
    for (size_t i = 0; i < words->environment_count; i++) {
        char *const one[] = {(char *)words->environment[i]};
        const struct knee_command_words alone = {.argv = one, .argc = 1};
        if (add(&alone, 0, snippet->limit, out))
            return -1;
    }
    return 0;
}

/* A shell line stays one; the script sets and removes what it needs. */
static int run_shell(const struct knee_snippet *snippet, bool each, FILE *out)
{
    char *script = knee_command_words_script(&snippet->words, snippet->limit);
    if (!script)
        return -1;
    fputs("& 'sh' '-c' ", out);
    quote(script, out);
    fputs(each ? " 'sh' $_" : " 'sh'", out);
    free(script);
    return 0;
}

static int run(const struct knee_snippet *snippet, bool each, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    if (words->shell)
        return run_shell(snippet, each, out);
    if (words->has_out) /* nothing is there yet: it may become a directory */
        fputs("$out = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName()); ",
              out);
    fputs("&", out);
    if (add_settings(snippet, out))
        return -1;
    for (size_t i = 0; i < words->argc; i++)
        if (add(words, i, snippet->limit, out))
            return -1;
    if (each && knee_command_words_append(words))
        fputs(" $_", out);
    if (words->has_out)
        fputs("; Remove-Item -LiteralPath $out -Recurse -Force -ErrorAction Ignore", out);
    return 0;
}

int knee_snippet_powershell(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    bool each = snippet->command && !knee_command_words_one_run(words);
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
        fputs("# out, a temporary path, is removed after each run: name the real one instead\n",
              out);
    fputs(each ? "$input | ForEach-Object -Parallel { " : "", out);
    if (run(snippet, each, out))
        return -1;
    fputs(each ? " } -ThrottleLimit $KneeLimit\n" : "\n", out);
    return 0;
}
