/* SPDX-License-Identifier: MIT */
/* The charts of a result directory inside report.html, so that a mailed page has them, too: each
 * NAME.svg as a data URL. Errors of writing stay in `out`; a chart that cannot be read is left out.
 */
#ifndef KNEE_REPORTS_HTML_HTML_DRAWINGS_H
#define KNEE_REPORTS_HTML_HTML_DRAWINGS_H

#include "tuner/result/result.h"

#include <stdio.h>

/* The expert charts of a workload, folded away; nothing if there are none. */
void knee_html_drawings_experts(const struct knee_workload_result *workload, const char *dir,
                                FILE *out);

/* A figure of DIR/NAME.svg; nothing if it is not there. */
void knee_html_drawings_figure(const char *dir, const char *name, const char *caption, FILE *out);

/* The overview of all workloads; nothing if there is none. */
void knee_html_drawings_overview(const char *dir, FILE *out);

#endif
