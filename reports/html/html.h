/* SPDX-License-Identifier: MIT */
/* Text into HTML and SVG. Errors of `out` stay in it. */
#ifndef KNEE_REPORTS_HTML_HTML_H
#define KNEE_REPORTS_HTML_HTML_H

#include <stdio.h>

/* Any bytes as text or as an attribute's value between double quotes: markup is escaped, control
 * characters and broken UTF-8 are replaced. */
void knee_html_text(FILE *out, const char *text);

/* <TAG class="CLASS">TEXT</TAG>; nothing if `text` is "". `class` NULL: none. */
void knee_html_element(FILE *out, const char *tag, const char *class, const char *text);

/* A page up to the content of its <header>, with the style of all pages. */
void knee_html_begin(FILE *out, const char *title);

#endif
