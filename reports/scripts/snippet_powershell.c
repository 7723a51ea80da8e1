/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippet_powershell.h"

#include "core/base/array.h"
#include "core/text/placeholders.h"
#include "reports/scripts/command_script.h"
#include "reports/scripts/snippet_parts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* '...' takes everything as it is; a quote is doubled. Typographic quotes end it, too. */
static void put_quoted(const char *text, size_t bytes, FILE *out)
{
    static const char *const quotes[] = {"'", "\xe2\x80\x98", "\xe2\x80\x99", "\xe2\x80\x9a",
                                         "\xe2\x80\x9b"};
    const char *end = text + bytes;
    fputc('\'', out);
    while (text < end) {
        size_t length = 1;
        for (size_t i = 0; i < KNEE_COUNT(quotes); i++)
            if (strncmp(text, quotes[i], strlen(quotes[i])) == 0) {
                length = strlen(quotes[i]);
                fputs(quotes[i], out);
            }
        fwrite(text, 1, length, out);
        text += length;
    }
    fputc('\'', out);
}

/* NULL: there is no such thing here, and the placeholder stays as it is. */
static const char *expression_of(enum knee_placeholder which)
{
    switch (which) {
    case KNEE_PLACEHOLDER_ITEM:
    case KNEE_PLACEHOLDER_COPY:
        return "\"$_\"";
    case KNEE_PLACEHOLDER_OUT:
        return "$out";
    case KNEE_PLACEHOLDER_STEM:
        return "($_ -replace '\\.[^/.]*$')";
    case KNEE_PLACEHOLDER_BASE:
        return "(Split-Path -Leaf $_)";
    case KNEE_PLACEHOLDER_FOLDER:
        return "(Split-Path -Parent $_)";
    case KNEE_PLACEHOLDER_BASE_STEM:
        return "((Split-Path -Leaf $_) -replace '\\.[^/.]*$')";
    case KNEE_PLACEHOLDER_NUMBER:
    case KNEE_PLACEHOLDER_SLOT:
    case KNEE_PLACEHOLDER_LEVEL:
    case KNEE_PLACEHOLDER_PARTS:
    case KNEE_PLACEHOLDER_OF_ITEM:
        break;
    }
    return NULL;
}

/* The first placeholder that becomes an expression, or the end of the text. */
static const struct knee_placeholder_word *find_expression(const char *text, const char **at)
{
    for (*at = text; **at; ++*at) {
        const struct knee_placeholder_word *word = knee_placeholder_at(*at);
        if (word && expression_of(word->which))
            return word;
    }
    return NULL;
}

/* One argument: its pieces, joined by +. */
static void put_word(const char *text, FILE *out)
{
    const char *at;
    const struct knee_placeholder_word *word = find_expression(text, &at);
    bool whole = !word || (at == text && text[word->bytes] == '\0');
    if (whole) {
        if (word)
            fputs(word->which == KNEE_PLACEHOLDER_ITEM ? "$_" : expression_of(word->which), out);
        else
            put_quoted(text, strlen(text), out);
        return;
    }
    const char *between = "(";
    for (;; word = find_expression(text, &at)) {
        if (at > text) {
            fputs(between, out);
            put_quoted(text, (size_t)(at - text), out);
            between = " + ";
        }
        if (!word)
            break;
        fprintf(out, "%s%s", between, expression_of(word->which));
        between = " + ";
        text = at + word->bytes;
    }
    fputc(')', out);
}

/* A word with the level in it, after a blank. */
static int put_argument(const struct knee_command_words *words, size_t index, uint32_t level,
                        FILE *out)
{
    char *filled = knee_command_words_at(words, index, level);
    if (!filled)
        return -1;
    fputc(' ', out);
    put_word(filled, out);
    free(filled);
    return 0;
}

/* The environment of PowerShell itself is that of all runs at once: env sets each one's own. */
static int put_settings(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    fputs(words->environment_count > 0 ? " 'env'" : "", out);
    for (size_t i = 0; i < words->environment_count; i++) {
        char *const one[] = {(char *)words->environment[i]};
        const struct knee_command_words alone = {.argv = one, .argc = 1};
        if (put_argument(&alone, 0, snippet->limit, out))
            return -1;
    }
    return 0;
}

/* A shell line stays one. */
static int put_shell(const struct knee_snippet *snippet, bool each, FILE *out)
{
    char *script =
        knee_command_script_make(&snippet->words, KNEE_COMMAND_SCRIPT_PARALLEL, snippet->limit);
    if (!script)
        return -1;
    fputs("& 'sh' '-c' ", out);
    put_quoted(script, strlen(script), out);
    fputs(each ? " 'sh' $_" : " 'sh'", out);
    free(script);
    return 0;
}

static int put_call(const struct knee_snippet *snippet, bool each, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    if (words->shell)
        return put_shell(snippet, each, out);
    fputs("&", out);
    if (put_settings(snippet, out))
        return -1;
    for (size_t i = 0; i < words->argc; i++)
        if (put_argument(words, i, snippet->limit, out))
            return -1;
    if (each && knee_command_words_append(words))
        fputs(" $_", out);
    return 0;
}

/* The call with its output path and its retries. */
static int put_run(const struct knee_snippet *snippet, bool each, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    if (words->placeholders & KNEE_PLACEHOLDER_OUT)
        fprintf(out, "$out = Join-Path $%sKneeOut %s; ", each ? "using:" : "",
                each ? "($_ -replace '[/\\\\]', '_')" : "'out'");
    if (words->retries)
        fprintf(out, "foreach ($try in 0..%u) { ", words->retries);
    if (put_call(snippet, each, out))
        return -1;
    if (words->retries)
        fputs("; if ($LASTEXITCODE -eq 0) { break }; Start-Sleep ($try + 1) }", out);
    return 0;
}

static void put_head(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out, "$KneeLimit = %u\n", snippet->limit);
    if (snippet->cpus)
        fprintf(out,
                "if ([Environment]::ProcessorCount -ne %u) { Write-Warning 'KneeLimit was measured "
                "on %u CPUs: sweep again' }\n",
                snippet->cpus, snippet->cpus);
    fputs("# for Invoke-ParallelForEach @KneeThrottle\n"
          "$KneeThrottle = @{ ThrottleLimit = $KneeLimit }\n",
          out);
}

/* What the snippet cannot carry over, and the folder that {out} names files in. */
static void put_notes(const struct knee_command_words *words, FILE *out)
{
    if (words->placeholders & (KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT))
        fputs("# {#} and {%} have no counterpart here: write what they should be\n", out);
    if (words->timeout_ns)
        fprintf(out, "# the sweep ended items after %.9g s; -TimeoutSeconds is for all together\n",
                (double)words->timeout_ns / 1e9);
    const char *const hooks[] = {words->setup, words->prepare};
    for (size_t i = 0; i < KNEE_COUNT(hooks); i++)
        if (hooks[i]) {
            fputs("& 'sh' '-c' ", out);
            put_quoted(hooks[i], strlen(hooks[i]), out);
            fputc('\n', out);
        }
    if (words->placeholders & KNEE_PLACEHOLDER_OUT)
        fputs("# {out} is a file for each item in this folder\n"
              "$KneeOut = 'out'\n$null = New-Item -ItemType Directory -Force $KneeOut\n",
              out);
}

int knee_snippet_powershell_write(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    bool each = snippet->command && !knee_command_words_one_run(words);
    put_head(snippet, out);
    if (!snippet->command) {
        fputs("# $items | ForEach-Object -Parallel { ... } -ThrottleLimit $KneeLimit\n", out);
        return 0;
    }
    put_notes(words, out);
    fputs(each ? "$input | ForEach-Object -Parallel { " : "", out);
    if (put_run(snippet, each, out))
        return -1;
    fputs(each ? " } -ThrottleLimit $KneeLimit\n" : "\n", out);
    if (words->cleanup) {
        fputs("& 'sh' '-c' ", out);
        put_quoted(words->cleanup, strlen(words->cleanup), out);
        fputc('\n', out);
    }
    return 0;
}
