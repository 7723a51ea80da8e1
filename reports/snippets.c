/* SPDX-License-Identifier: MIT */
#include "reports/snippets.h"

#include "reports/json.h"
#include "reports/strings.h"

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
    fprintf(out, ": %s (%s)\n%smeasured", snippet->measured ? "measured" : "the rule of thumb",
            snippet->verdict, lead);
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

/* Bytes that only $'...' can write ask for a shell that knows it. */
static int write_head(const struct knee_snippet *snippet, FILE *out)
{
    char *line = snippet->command ? knee_words_line(&snippet->words, snippet->limit) : NULL;
    if (snippet->command && !line)
        return -1;
    fprintf(out, "#!/bin/%s\n# items: a line each, on standard input\n",
            line && strstr(line, "$'") ? "bash" : "sh");
    free(line);
    return write_sh(snippet, out);
}

/* A shell line in which the item is an argument: what it holds is then never code. */
static char *replace_items(const char *line)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return NULL;
    for (const char *at; (at = strstr(line, "{}")); line = at + 2) {
        fwrite(line, 1, (size_t)(at - line), out);
        fputs("\"$1\"", out);
    }
    fputs(line, out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static int xargs_line(const struct knee_snippet *snippet, const char *indent, FILE *out)
{
    const struct knee_words *words = &snippet->words;
    char *line = snippet->command ? knee_words_line(words, snippet->limit) : NULL;
    if (snippet->command && !line)
        return -1;
    if (!snippet->command)
        fprintf(out, "%sxargs -d '\\n' -r -n 1 -P \"$KNEE_LIMIT\" \"$@\"\n", indent);
    else if (words->has_level && !words->has_item)
        fprintf(out, "%s%s\n", indent, line);
    else if (words->shell) {
        char shell[] = "sh", flag[] = "-c", item[] = "{}";
        char *script = replace_items(line);
        char *const argv[] = {shell, flag, script, shell, item};
        char *quoted = script ? knee_string_shell(5, argv) : NULL;
        if (quoted)
            fprintf(out, "%sxargs -d '\\n' -r -P \"$KNEE_LIMIT\" -I '{}' %s\n", indent, quoted);
        free(quoted);
        free(script);
    } else {
        fprintf(out, "%sxargs -d '\\n' -r -P \"$KNEE_LIMIT\" %s%s\n", indent,
                words->has_item ? "-I '{}' " : "-n 1 ", line);
    }
    free(line);
    return 0;
}

static int write_xargs(const struct knee_snippet *snippet, FILE *out)
{
    if (write_head(snippet, out))
        return -1;
    return xargs_line(snippet, "", out);
}

/* -q keeps every byte of the words from the shell that parallel runs. */
static int write_parallel(const struct knee_snippet *snippet, FILE *out)
{
    const struct knee_words *words = &snippet->words;
    char *line = snippet->command ? knee_words_line(words, snippet->limit) : NULL;
    if (snippet->command && !line)
        return -1;
    if (write_head(snippet, out)) {
        free(line);
        return -1;
    }
    if (!line)
        fputs("parallel -j \"$KNEE_LIMIT\" \"$@\"\n", out);
    else if (words->has_level && !words->has_item)
        fprintf(out, "%s\n", line);
    else if (words->shell) {
        char *const argv[] = {line};
        char *quoted = knee_string_shell(1, argv);
        if (quoted)
            fprintf(out, "parallel -j \"$KNEE_LIMIT\" %s\n", quoted);
        free(quoted);
    } else {
        fprintf(out, "parallel -q -j \"$KNEE_LIMIT\" %s\n", line);
    }
    free(line);
    return 0;
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
        json_object_set_new(json, "source", json_string(snippet->measured ? "measured" : "rule"));
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
