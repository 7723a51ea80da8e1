/* SPDX-License-Identifier: MIT */
/* The five-second chart as the inside of an <svg>, coloured by the page's own style sheet (light,
 * dark, print) and legible on a phone. The same layout as plots/chart.c's. */
#ifndef KNEE_PLOTS_CHART_SVG_H
#define KNEE_PLOTS_CHART_SVG_H

#include "plots/chart.h"

#include <stdio.h>

/* For the viewBox. */
#define KNEE_CHART_SVG_WIDTH 480
#define KNEE_CHART_SVG_HEIGHT 386

/* Classes: full, frame, band, curve, latency, point, dot, hollow, guide, bracket, use, soft, strip,
 * small. `chart` is known (knee_chart_is_known); its title is not drawn. Errors stay in `out`. */
void knee_chart_svg_write(const struct knee_chart *chart, FILE *out);

#endif
