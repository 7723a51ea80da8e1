/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippet_script.h"

#include "core/text/builder.h"
#include "core/text/placeholders.h"
#include "core/text/strings.h"
#include "reports/scripts/command_script.h"
#include "reports/scripts/snippet_parts.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that only $'...' can write ask for a shell that knows it, and so does read -d. */
static const char *shell_for(const char *text)
{
    return strstr(text, "$'") || strstr(text, "read -rd ''") ? "bash" : "sh";
}

static const char *input_of(const struct knee_snippet *snippet)
{
    const struct knee_command_words *words = &snippet->words;
    if (snippet->command && knee_command_words_one_run(words))
        return "one run, whose width is the limit";
    if (snippet->command && !words->has_items)
        return "a run for each line of standard input";
    return snippet->command && words->null
               ? "items, each with a NUL byte after it, on standard input"
               : "items: a line each, on standard input";
}

/* `text` as one word of a shell; a new string, NULL out of memory. */
static char *quote_word(const char *text)
{
    char *const words[] = {(char *)text};
    return knee_strings_shell(1, words);
}

/* `sh -c TEXT` between `before` and `after`; nothing without a text. */
static int put_hook(const char *before, const char *text, const char *after, FILE *out)
{
    char *quoted = text ? quote_word(text) : NULL;
    if (quoted)
        fprintf(out, "%ssh -c %s%s\n", before, quoted, after);
    free(quoted);
    return text && !quoted ? -1 : 0;
}

/* The line of --cleanup is quoted twice: trap takes one word. */
static int put_cleanup(const char *text, FILE *out)
{
    char *quoted = text ? quote_word(text) : NULL, *line = NULL, *word = NULL;
    if (quoted && asprintf(&line, "sh -c %s", quoted) < 0)
        line = NULL;
    word = line ? quote_word(line) : NULL;
    if (word)
        fprintf(out, "trap %s EXIT\n", word);
    free(word);
    free(line);
    free(quoted);
    return text && !word ? -1 : 0;
}

/* The surroundings of all items: the directory, and the commands that ran before and after them. */
static int put_surroundings(const struct knee_command_words *words, FILE *out)
{
    char *quoted = words->directory ? quote_word(words->directory) : NULL;
    if (quoted)
        /* cd takes - for the directory before, and -x for an option. */
        fprintf(out, "cd %s%s || exit\n", *quoted == '-' ? "./" : "", quoted);
    int failed = words->directory && !quoted ? -1 : 0;
    free(quoted);
    failed |= put_cleanup(words->cleanup, out) | put_hook("", words->setup, " || exit", out) |
              put_hook("", words->prepare, " || exit", out);
    if (words->placeholders & KNEE_PLACEHOLDER_OUT)
        fputs("# {out} is a file for each item in this folder\n"
              "OUT=${OUT:-out}\nexport OUT\nmkdir -p \"$OUT\" || exit\n",
              out);
    return failed;
}

/* A script around what `write` writes. */
static int write_script(const struct knee_snippet *snippet,
                        int (*write)(const struct knee_snippet *snippet, FILE *out), FILE *out)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *body = open_memstream(&text, &bytes);
    if (!body)
        return -1;
    int status = snippet->command ? put_surroundings(&snippet->words, body) : 0;
    if (status == 0)
        status = write(snippet, body);
    if (fclose(body) != 0)
        status = -1;
    if (status == 0) {
        fprintf(out, "#!/bin/%s\n# %s\n", shell_for(text), input_of(snippet));
        knee_snippet_parts_variable(snippet, out);
        fputs(text, out);
    }
    free(text);
    return status;
}

/* The script of one item, after `first`. A new string; NULL out of memory. */
static char *script_text(const struct knee_snippet *snippet, enum knee_command_script_runner runner,
                         const char *first)
{
    char *script = knee_command_script_make(&snippet->words, runner, snippet->limit), *whole = NULL;
    if (script && asprintf(&whole, "%s%s", first, script) < 0)
        whole = NULL;
    free(script);
    return whole;
}

/* `sh -c SCRIPT sh`, quoted. A new string; NULL out of memory. */
static char *script_line(const struct knee_snippet *snippet, const char *first)
{
    char sh[] = "sh", flag[] = "-c", *line = NULL;
    char *whole = script_text(snippet, KNEE_COMMAND_SCRIPT_XARGS, first);
    if (whole) {
        char *const argv[] = {(char *)shell_for(whole), flag, whole, sh};
        line = knee_strings_shell(4, argv);
    }
    free(whole);
    return line;
}

/* What ends an item, for xargs. */
static const char *ends(const struct knee_command_words *words)
{
    return words->null ? "-0" : "-d '\\n'";
}

/* xargs counts slots from 0, and items not at all. */
static int put_xargs_script(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    bool slot = (words->placeholders & KNEE_PLACEHOLDER_SLOT) != 0;
    bool number = (words->placeholders & KNEE_PLACEHOLDER_NUMBER) != 0;
    char *line = script_line(snippet, slot ? "KNEE_SLOT=$((KNEE_SLOT + 1)); " : "");
    if (!line)
        return -1;
    if (number)
        fprintf(out,
                "i=0\nwhile IFS= read -r%s item || [ -n \"$item\" ]; do\n"
                "    i=$((i + 1))\n    printf '%%s%s%%d%s' \"$item\" $i\ndone |\n",
                words->null ? "d ''" : "", words->null ? "\\0" : "\\n",
                words->null ? "\\0" : "\\n");
    fprintf(out, "xargs %s -r -P \"$KNEE_LIMIT\" -n %d%s %s\n", ends(words), number ? 2 : 1,
            slot ? " --process-slot-var=KNEE_SLOT" : "", line);
    free(line);
    return 0;
}

/* Words that parallel would take for its own: {4}, {= =}, ::: and so on. */
static bool parallel_knows(const struct knee_command_words *words)
{
    for (size_t i = 0; i < words->argc; i++) {
        if (strncmp(words->argv[i], ":::", 3) == 0)
            return true;
        for (const char *at = words->argv[i]; (at = strchr(at, '{')); at++)
            if (at[1] && strchr("0123456789+-./=", at[1]) && !knee_placeholder_at(at))
                return true;
    }
    return false;
}

/* parallel counts runs, and not what follows the first. */
static const char *put_care(const struct knee_command_words *words, char text[96])
{
    struct knee_builder care;
    knee_builder_over(&care, text, 96);
    knee_builder_add(&care, "%s", words->null ? "-0 " : "");
    if (words->timeout_ns)
        knee_builder_add(&care, "--timeout %.9g ", (double)words->timeout_ns / 1e9);
    if (words->retries)
        knee_builder_add(&care, "--retries %u ", words->retries + 1);
    return text;
}

/* The script is passed in the environment, in which parallel replaces nothing. */
static int put_parallel_script(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    bool slot = (words->placeholders & KNEE_PLACEHOLDER_SLOT) != 0;
    char *script = script_text(snippet, KNEE_COMMAND_SCRIPT_PARALLEL,
                               slot ? "KNEE_SLOT=$3; export KNEE_SLOT; " : "");
    char *quoted = script ? quote_word(script) : NULL, care[96];
    if (quoted)
        fprintf(out,
                "KNEE_RUN=%s\nexport KNEE_RUN\n"
                "parallel %s-q -j \"$KNEE_LIMIT\" %s -c 'eval \"$KNEE_RUN\"' sh {} {#} {%%}\n",
                quoted, put_care(words, care), shell_for(script));
    free(script);
    free(quoted);
    return quoted ? 0 : -1;
}

static int put_one_run(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    char timeout[48];
    bool scripted = knee_command_script_is_needed(words, KNEE_COMMAND_SCRIPT_XARGS) ||
                    (words->shell && words->timeout_ns);
    char *line =
        scripted ? script_line(snippet, "") : knee_command_words_line(words, snippet->limit);
    if (!line)
        return -1;
    fprintf(out, "%s%s\n", scripted ? "" : knee_command_words_timeout(words, timeout), line);
    free(line);
    return 0;
}

/* Whether the words can be arguments of xargs or parallel as they are. In a shell line an item is
 * an argument of a script, so that what it holds is never code. */
static bool is_plain(const struct knee_command_words *words, bool parallel)
{
    return !words->shell &&
           !knee_command_script_is_needed(words, parallel ? KNEE_COMMAND_SCRIPT_PARALLEL
                                                          : KNEE_COMMAND_SCRIPT_XARGS) &&
           !(parallel && parallel_knows(words));
}

/* A word that needs quotes for one shell needs them again for the shell that parallel runs: -q. */
char *knee_snippet_script_line(const struct knee_command_words *words, const char *program,
                               const char *input, const char *limit, uint32_t level)
{
    bool parallel = strcmp(program, "parallel") == 0;
    char *line = is_plain(words, parallel) ? knee_command_words_line(words, level) : NULL;
    char *whole = NULL, text[96];
    if (!line)
        return NULL;
    int failed = parallel ? asprintf(&whole, "parallel %s%s%s%s-j %s %s", put_care(words, text),
                                     strpbrk(line, "'\\") ? "-q " : "",
                                     words->has_items ? "" : "-n0 ", input, limit, line)
                          : asprintf(&whole, "xargs %s -r %s-P %s %s%s%s", ends(words), input,
                                     limit, knee_command_words_append(words) ? "-n 1 " : "-I {} ",
                                     knee_command_words_timeout(words, text), line);
    free(line);
    return failed < 0 ? NULL : whole;
}

static int put_line(const struct knee_snippet *snippet, const char *program, FILE *out)
{
    char *line =
        knee_snippet_script_line(&snippet->words, program, "", "\"$KNEE_LIMIT\"", snippet->limit);
    if (line)
        fprintf(out, "%s\n", line);
    free(line);
    return line ? 0 : -1;
}

static int put_xargs(const struct knee_snippet *snippet, FILE *out)
{
    if (!snippet->command) {
        fputs("xargs -d '\\n' -r -n 1 -P \"$KNEE_LIMIT\" \"$@\"\n", out);
        return 0;
    }
    if (knee_command_words_one_run(&snippet->words))
        return put_one_run(snippet, out);
    return is_plain(&snippet->words, false) ? put_line(snippet, "xargs", out)
                                            : put_xargs_script(snippet, out);
}

int knee_snippet_script_xargs(const struct knee_snippet *snippet, FILE *out)
{
    return write_script(snippet, put_xargs, out);
}

static int put_parallel(const struct knee_snippet *snippet, FILE *out)
{
    if (!snippet->command) {
        fputs("parallel -j \"$KNEE_LIMIT\" \"$@\"\n", out);
        return 0;
    }
    if (knee_command_words_one_run(&snippet->words))
        return put_one_run(snippet, out);
    return is_plain(&snippet->words, true) ? put_line(snippet, "parallel", out)
                                           : put_parallel_script(snippet, out);
}

int knee_snippet_script_parallel(const struct knee_snippet *snippet, FILE *out)
{
    return write_script(snippet, put_parallel, out);
}
