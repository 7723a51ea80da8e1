/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippets.h"

#include "core/text/strings.h"
#include "tuner/store/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Text of a comment: nothing that could end it, or go on behind its line. */
static void plain(const char *text, FILE *out)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == '\\' ? '?' : *text, out);
}

void knee_snippet_comment(const struct knee_snippet *snippet, const char *lead, FILE *out)
{
    fprintf(out, "%s%u at once for ", lead, snippet->limit);
    plain(snippet->title, out);
    static const struct {
        const char *what, *how;
    } sources[] = {[KNEE_RESULT_SOURCE_MEASURED] = {"measured", "measured"},
                   [KNEE_RESULT_SOURCE_RULE] = {"the rule of thumb", "looked up"},
                   [KNEE_RESULT_SOURCE_GUESS] = {"a guess, too little was measured", "guessed"}};
    fprintf(out, ": %s (%s)\n%s%s", sources[snippet->source].what, snippet->verdict, lead,
            sources[snippet->source].how);
    fprintf(out, " %s on ", snippet->date);
    plain(snippet->host[0] ? snippet->host : "an unnamed host", out);
    fprintf(out, " with %u CPU%s, by knee\n", snippet->cpus, snippet->cpus == 1 ? "" : "s");
}

void knee_snippet_guard_sh(const struct knee_snippet *snippet, const char *indent, const char *warn,
                           FILE *out)
{
    if (snippet->cpus)
        fprintf(out,
                "%s[ \"$(nproc)\" -eq %u ] || echo \"%sKNEE_LIMIT was measured on %u CPUs, here "
                "are $(nproc): sweep again\" >&2\n",
                indent, snippet->cpus, warn, snippet->cpus);
}

static int write_sh(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_comment(snippet, "# ", out);
    fprintf(out, "KNEE_LIMIT=%u\nexport KNEE_LIMIT\n", snippet->limit);
    knee_snippet_guard_sh(snippet, "", "warning: ", out);
    return 0;
}

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
               ? "items, each with a NUL byte behind it, on standard input"
               : "items: a line each, on standard input";
}

/* Where the command ran: --workdir. */
static int enter_directory(const struct knee_snippet *snippet, FILE *out)
{
    char *const words[] = {(char *)snippet->words.directory};
    char *quoted = words[0] ? knee_strings_shell(1, words) : NULL;
    if (quoted)
        fprintf(out, "cd %s || exit\n", quoted);
    free(quoted);
    return words[0] && !quoted ? -1 : 0;
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
    int status = enter_directory(snippet, body);
    if (status == 0)
        status = write(snippet, body);
    if (fclose(body) != 0)
        status = -1;
    if (status == 0) {
        fprintf(out, "#!/bin/%s\n# %s\n", shell_for(text), input_of(snippet));
        (void)write_sh(snippet, out);
        fputs(text, out);
    }
    free(text);
    return status;
}

/* The script of a command that needs one; `first` begins it. A new string; NULL out of memory. */
static char *script_text(const struct knee_snippet *snippet, const char *first)
{
    char *script = knee_command_words_script(&snippet->words, snippet->limit), *whole = NULL;
    if (script && asprintf(&whole, "%s%s", first, script) < 0)
        whole = NULL;
    free(script);
    return whole;
}

/* `sh -c SCRIPT sh`, quoted. A new string; NULL out of memory. */
static char *script_line(const struct knee_snippet *snippet, const char *first)
{
    char sh[] = "sh", flag[] = "-c", *line = NULL;
    char *whole = script_text(snippet, first);
    if (whole) {
        char *const argv[] = {(char *)shell_for(whole), flag, whole, sh};
        line = knee_strings_shell(4, argv);
    }
    free(whole);
    return line;
}

static void explain_out(const struct knee_command_words *words, FILE *out)
{
    if (words->has_out)
        fputs("# out, a temporary path, is removed after each run: name the real one instead\n",
              out);
}

/* What ends an item, for xargs. */
static const char *ends(const struct knee_command_words *words)
{
    return words->null ? "-0" : "-d '\\n'";
}

/* xargs counts slots from 0, and items not at all. */
static int xargs_script(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    char *line = script_line(snippet, words->has_slot ? "KNEE_SLOT=$((KNEE_SLOT + 1)); " : "");
    if (!line)
        return -1;
    explain_out(words, out);
    if (words->has_number)
        fprintf(out,
                "i=0\nwhile IFS= read -r%s item || [ -n \"$item\" ]; do\n"
                "    i=$((i + 1))\n    printf '%%s%s%%d%s' \"$item\" $i\ndone |\n",
                words->null ? "d ''" : "", words->null ? "\\0" : "\\n",
                words->null ? "\\0" : "\\n");
    fprintf(out, "xargs %s -r -P \"$KNEE_LIMIT\" -n %d%s %s\n", ends(words),
            words->has_number ? 2 : 1, words->has_slot ? " --process-slot-var=KNEE_SLOT" : "",
            line);
    free(line);
    return 0;
}

/* Words that parallel would take for its own: {.}, {/}, {4}, {= =}, ::: and their kin. */
static bool parallel_knows(const struct knee_command_words *words)
{
    for (size_t i = 0; i < words->argc; i++) {
        if (strncmp(words->argv[i], ":::", 3) == 0)
            return true;
        for (const char *at = words->argv[i]; (at = strchr(at, '{')); at++)
            if (at[1] && strchr("0123456789+-./=", at[1]))
                return true;
    }
    return false;
}

/* The script goes by the environment, where parallel replaces nothing. */
static int parallel_script(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    char *script = script_text(snippet, words->has_slot ? "KNEE_SLOT=$3; " : "");
    char *quoted = script ? knee_strings_shell(1, &script) : NULL;
    if (quoted) {
        explain_out(words, out);
        fprintf(out,
                "KNEE_RUN=%s\nexport KNEE_RUN\n"
                "parallel %s-q -j \"$KNEE_LIMIT\" %s -c 'eval \"$KNEE_RUN\"' sh {} {#} {%%}\n",
                quoted, words->null ? "-0 " : "", shell_for(script));
    }
    free(script);
    free(quoted);
    return quoted ? 0 : -1;
}

/* One run, whose width is the level. */
static bool is_one_run(const struct knee_snippet *snippet)
{
    return snippet->command && knee_command_words_one_run(&snippet->words);
}

static int one_run(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    bool scripted = knee_command_words_need_script(words);
    char *line =
        scripted ? script_line(snippet, "") : knee_command_words_line(words, snippet->limit);
    if (!line)
        return -1;
    explain_out(words, out);
    fprintf(out, "%s\n", line);
    free(line);
    return 0;
}

static int xargs_body(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    if (is_one_run(snippet))
        return one_run(snippet, out);
    if (!snippet->command) {
        fputs("xargs -d '\\n' -r -n 1 -P \"$KNEE_LIMIT\" \"$@\"\n", out);
        return 0;
    }
    /* In a shell line the item is an argument: what it holds is then never code. */
    if (words->shell || knee_command_words_need_script(words))
        return xargs_script(snippet, out);
    char *line = knee_command_words_line(words, snippet->limit);
    if (!line)
        return -1;
    fprintf(out, "xargs %s -r -P \"$KNEE_LIMIT\" %s%s\n", ends(words),
            knee_command_words_append(words) ? "-n 1 " : "-I '{}' ", line);
    free(line);
    return 0;
}

static int write_xargs(const struct knee_snippet *snippet, FILE *out)
{
    return write_script(snippet, xargs_body, out);
}

/* -q keeps every byte of the words from the shell that parallel runs. */
static int parallel_body(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_command_words *words = &snippet->words;
    if (is_one_run(snippet))
        return one_run(snippet, out);
    if (!snippet->command) {
        fputs("parallel -j \"$KNEE_LIMIT\" \"$@\"\n", out);
        return 0;
    }
    if (words->shell || knee_command_words_need_script(words) || parallel_knows(words))
        return parallel_script(snippet, out);
    char *line = knee_command_words_line(words, snippet->limit);
    if (!line)
        return -1;
    fprintf(out, "parallel %s-q %s-j \"$KNEE_LIMIT\" %s\n", words->null ? "-0 " : "",
            words->has_items ? "" : "-n0 ", line);
    free(line);
    return 0;
}

static int write_parallel(const struct knee_snippet *snippet, FILE *out)
{
    return write_script(snippet, parallel_body, out);
}

static int write_make(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_comment(snippet, "# ", out);
    fprintf(out, "KNEE_LIMIT := %u\n", snippet->limit);
    if (snippet->cpus)
        fprintf(out,
                "ifneq ($(shell nproc),%u)\n"
                "$(warning KNEE_LIMIT was measured on %u CPUs: sweep again)\n"
                "endif\n",
                snippet->cpus, snippet->cpus);
    fputs("MAKEFLAGS += -j$(KNEE_LIMIT)\n", out);
    return 0;
}

static int write_actions(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_comment(snippet, "# ", out);
    fprintf(out,
            "- name: Run at the measured limit\n"
            "  env:\n"
            "    KNEE_LIMIT: \"%u\"\n"
            "  run: |\n",
            snippet->limit);
    knee_snippet_guard_sh(snippet, "    ", "::warning::", out);
    fputs("    echo \"KNEE_LIMIT=$KNEE_LIMIT\" >> \"$GITHUB_ENV\"\n", out);
    return 0;
}

static int write_json(const struct knee_snippet *snippet, FILE *out)
{
    json_t *json = json_object(), *words = json_array();
    int failed = json_object_set_new(json, "workload", knee_json_text(snippet->workload));
    failed |= json_object_set_new(json, "title", knee_json_text(snippet->title));
    failed |= json_object_set_new(json, "limit", json_integer(snippet->limit));
    failed |= json_object_set_new(json, "verdict", knee_json_text(snippet->verdict));
    failed |=
        json_object_set_new(json, "source", json_string(knee_result_source_text(snippet->source)));
    failed |= json_object_set_new(json, "date", knee_json_text(snippet->date));
    failed |= json_object_set_new(json, "host", knee_json_text(snippet->host));
    failed |= json_object_set_new(json, "cpus", json_integer(snippet->cpus));
    for (size_t i = 0; snippet->command && i < snippet->words.argc; i++)
        failed |= json_array_append_new(words, knee_json_text(snippet->words.argv[i]));
    failed |= json_object_set_new(json, "command", words);
    if (!failed)
        (void)knee_json_write(json, 15, out);
    json_decref(json);
    return failed;
}

const struct knee_snippet_target knee_snippet_targets[] = {
    {"sh", "a variable for any shell script", write_sh},
    {"xargs", "xargs -P", write_xargs},
    {"parallel", "GNU parallel -j", write_parallel},
    {"make", "a makefile's own -j", write_make},
    {"powershell", "ForEach-Object -Parallel -ThrottleLimit", knee_snippet_powershell},
    {"json", "for a program", write_json},
    {"github-actions", "a step of a workflow", write_actions},
    {NULL, NULL, NULL},
};

const struct knee_snippet_target *knee_snippet_target_find(const char *name)
{
    for (const struct knee_snippet_target *target = knee_snippet_targets; target->name; target++)
        if (strcmp(target->name, name) == 0)
            return target;
    return NULL;
}
