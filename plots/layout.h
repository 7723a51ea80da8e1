/* SPDX-License-Identifier: MIT */
/* The dots, words and ticks of the five-second chart: what is placed by computing. Each is a line
 * of gnuplot, written to `out`. */
#ifndef KNEE_PLOTS_LAYOUT_H
#define KNEE_PLOTS_LAYOUT_H

#include "plots/plots.h"
#include "plots/script.h"

#include <stdio.h>

/* Width of the panels of plots/templates/throughput.gp: 960 px, margins .085 to .885. */
#define KNEE_LAYOUT_PX 768.0
/* 100 % lies below the panel's upper end, so that there is room for words. */
#define KNEE_LAYOUT_SPAN 1.18

struct knee_layout {
    const struct knee_chart *chart;
    struct knee_script_axis axis;
    FILE *out;
};

void knee_layout_draw(const struct knee_layout *at);

#endif
