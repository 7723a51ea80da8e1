/* SPDX-License-Identifier: MIT */
/* The layout of the five-second chart's upper panel: which dots, lines and words are drawn, and
 * at which place, so that no word lies on the curve or on another word. Computed once, drawn by two
 * renderers: plots/chart.c (gnuplot) and plots/chart_svg.c. Pixels, from the panel's lower left
 * corner, y upwards. Pure. */
#ifndef KNEE_PLOTS_LAYOUT_H
#define KNEE_PLOTS_LAYOUT_H

#include "plots/axis.h"
#include "plots/chart.h"

#define KNEE_LAYOUT_ITEMS_MAX 64
#define KNEE_LAYOUT_TEXT_BYTES 96

/* What a renderer can do: the panel's size, and the width of a character of each font. */
struct knee_layout_panel {
    double width_px, height_px;
    double char_px, large_char_px, small_char_px;
};

enum knee_layout_kind {
    KNEE_LAYOUT_TEXT,   /* its middle is at (x, y); of a MACHINE's y says nothing: it is below */
    KNEE_LAYOUT_DOT,    /* fat: the answer */
    KNEE_LAYOUT_HOLLOW, /* today's setting, the rule of thumb */
    KNEE_LAYOUT_GUIDE,  /* a thin line from (x, y) to (to_x, to_y) */
    KNEE_LAYOUT_RAIL,   /* a thick one with bars at its ends: the bracket */
    KNEE_LAYOUT_TICK,   /* a tick of the machine at x, below the panel */
};

enum knee_layout_role {
    KNEE_LAYOUT_USE,     /* the answer: large */
    KNEE_LAYOUT_OTHER,   /* today's setting, the rule of thumb */
    KNEE_LAYOUT_SOFT,    /* "machine idle" */
    KNEE_LAYOUT_FULL,    /* "full speed": small */
    KNEE_LAYOUT_MACHINE, /* "2 cores": small, below the panel */
};

struct knee_layout_item {
    enum knee_layout_kind kind;
    enum knee_layout_role role;
    double x, y, to_x, to_y;
    bool arrow; /* a rail that goes on beyond the measured levels */
    char text[KNEE_LAYOUT_TEXT_BYTES];
};

struct knee_layout {
    struct knee_axis axis;
    double top_percent; /* the panel's upper end; its lower end is 0 % */
    struct knee_layout_item items[KNEE_LAYOUT_ITEMS_MAX + 1]; /* the last is what had no room */
    size_t items_count;
};

/* `chart` has at least one level. */
void knee_layout_make(struct knee_layout *layout, const struct knee_chart *chart,
                      const struct knee_layout_panel *panel);

#endif
