/* SPDX-License-Identifier: MIT */
#include "reports/html/html.h"

#include "core/text/strings.h"

#include <stdlib.h>
#include <string.h>

/* reports/html/report.css, as the build turns it into text. */
extern const char knee_report_css[];

void knee_html_text(FILE *out, const char *text)
{
    size_t room = 3 * strlen(text) + 1;
    char *clean = malloc(room);
    if (!clean)
        return;
    knee_strings_utf8(clean, room, text, false);
    for (const char *c = clean; *c; c++)
        switch (*c) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*c, out);
        }
    free(clean);
}

void knee_html_element(FILE *out, const char *tag, const char *class, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "<%s", tag);
    if (class)
        fprintf(out, " class=\"%s\"", class);
    fputc('>', out);
    knee_html_text(out, text);
    fprintf(out, "</%s>\n", tag);
}

void knee_html_begin(FILE *out, const char *title)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<link rel=\"icon\" href=\"data:,\">\n",
          out);
    knee_html_element(out, "title", NULL, title);
    fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n<header>\n", knee_report_css);
}
