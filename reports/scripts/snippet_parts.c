/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippet_parts.h"

/* Text of a comment: nothing that could end it, or go on after its line. */
static void put_plain(const char *text, FILE *out)
{
    for (; *text; text++)
        fputc((unsigned char)*text < ' ' || *text == '\\' ? '?' : *text, out);
}

void knee_snippet_parts_comment(const struct knee_snippet *snippet, const char *lead, FILE *out)
{
    if (snippet->slo_unmet && *snippet->slo_unmet) {
        fprintf(out, "%sno level that was measured meets ", lead);
        put_plain(snippet->slo_unmet, out);
        fprintf(out, ": %u only comes closest\n", snippet->limit);
    }
    fprintf(out, "%s%u at once for ", lead, snippet->limit);
    put_plain(snippet->title, out);
    static const struct {
        const char *what, *how;
    } sources[] = {[KNEE_RESULT_SOURCE_MEASURED] = {"measured", "measured"},
                   [KNEE_RESULT_SOURCE_RULE] = {"the rule of thumb", "looked up"},
                   [KNEE_RESULT_SOURCE_GUESS] = {"a guess, too little was measured", "guessed"}};
    fprintf(out, ": %s (", sources[snippet->source].what);
    put_plain(snippet->verdict, out);
    fprintf(out, ")\n%s%s ", lead, sources[snippet->source].how);
    put_plain(snippet->date, out);
    fputs(" on ", out);
    put_plain(snippet->host[0] ? snippet->host : "an unnamed host", out);
    fprintf(out, " with %u CPU%s, by knee\n", snippet->cpus, snippet->cpus == 1 ? "" : "s");
}

void knee_snippet_parts_guard(const struct knee_snippet *snippet, const char *indent,
                              const char *warn, FILE *out)
{
    if (snippet->cpus)
        fprintf(out,
                "%s[ \"$(nproc)\" -eq %u ] || echo \"%sKNEE_LIMIT was measured on %u CPUs, this "
                "host has $(nproc): sweep again\" >&2\n",
                indent, snippet->cpus, warn, snippet->cpus);
}

void knee_snippet_parts_variable(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out, "KNEE_LIMIT=%u\nexport KNEE_LIMIT\n", snippet->limit);
    knee_snippet_parts_guard(snippet, "", "warning: ", out);
}
