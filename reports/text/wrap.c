/* SPDX-License-Identifier: MIT */
#include "reports/text/wrap.h"

#include "core/text/strings.h"
#include "reports/words/explain.h"
#include "reports/words/next.h"

#include <ctype.h>
#include <string.h>

#define UNIT_BYTES 3 /* "%", "ms", "GiB", with a comma "ms," */

/* Bytes of `text` up to the next place for a break. A number keeps its unit; another number is not
 * a unit. */
static size_t unbroken_bytes(const char *text)
{
    size_t length = strcspn(text, " ");
    while (text[length] && length > 0 && isdigit((unsigned char)text[length - 1])) {
        const char *next = text + length + 1;
        size_t unit = strcspn(next, " ");
        if (unit == 0 || unit > UNIT_BYTES || isdigit((unsigned char)*next))
            break;
        length += 1 + unit;
    }
    return length;
}

/* The cursor is at column `indent`. */
static void put_words(FILE *out, size_t indent, const char *text)
{
    size_t column = indent;
    for (bool first = true; *text; first = false) {
        size_t length = unbroken_bytes(text);
        char word[KNEE_EXPLAIN_BYTES];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        size_t width = knee_strings_width(word);
        if (!first && column + 1 + width > KNEE_WRAP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        fprintf(out, "%s%s", first ? "" : " ", word);
        column += width + !first;
        text += length + strspn(text + length, " ");
    }
    fputc('\n', out);
}

void knee_wrap_text(FILE *out, const char *head, size_t indent, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "%-*s", (int)indent, head);
    put_words(out, indent, text);
}

void knee_wrap_rest(FILE *out, size_t indent, const char *text)
{
    put_words(out, indent, text);
}

void knee_wrap_next(FILE *out, const char *head, size_t indent,
                    const struct knee_workload_result *workload)
{
    struct knee_next next;
    knee_next_find(&next, workload);
    knee_wrap_text(out, head, indent, next.advice);
    if (next.command[0])
        fprintf(out, "%*s%s\n", (int)indent, "", next.command);
}

void knee_wrap_verdict(FILE *out, const struct knee_workload_result *workload, int width,
                       bool color)
{
    char name[KNEE_EXPLAIN_BYTES];
    bool good =
        workload->decision.verdict == KNEE_VERDICT_RESOLVED || workload->decision.uses_coarser;
    knee_explain_verdict(workload, name);
    for (char *c = name; *c && !good; c++)
        *c = (char)toupper((unsigned char)*c);
    const char *start = good ? "\033[32m" : "\033[33m";
    fprintf(out, "%s%s%s", color ? start : "", name, color ? "\033[0m" : "");
    fprintf(out, "%*s", width > (int)strlen(name) ? width - (int)strlen(name) : 0, "");
}
