/* SPDX-License-Identifier: MIT */
/* Pieces of gnuplot scripts. Pure but for the writing to `out`, whose errors stay in it. */
#ifndef KNEE_PLOTS_SCRIPT_H
#define KNEE_PLOTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Columns of text that the title's line holds. */
#define KNEE_SCRIPT_TITLE_COLUMNS 84

/* The horizontal axis: logarithmic, `width_px` wide, from `low` to `high`. */
struct knee_script_axis {
    double low, high, width_px;
};

struct knee_script_axis knee_script_axis_make(uint32_t first, uint32_t last, double width_px);
double knee_script_axis_px(const struct knee_script_axis *axis, double level);

/* 'TEXT', as one gnuplot string, or pieces of it that gnuplot joins: it would end a string at two
 * doubled quotes in a row, and takes "'" for the begin of one where it looks for macros. Control
 * characters and what is no UTF-8 are replaced; cut at `columns` characters, with "..." (0: never).
 */
void knee_script_string(FILE *out, const char *text, size_t columns);
/* In every locale with a point. */
void knee_script_number(FILE *out, double value);

/* `set xtics (...)`: every level has a tick, and as many have their number as fit without touching;
 * those of `wanted` (`wanted_count`, may be 0) come first. */
void knee_script_ticks(FILE *out, const struct knee_script_axis *axis, const uint32_t *levels,
                       size_t count, const uint32_t *wanted, size_t wanted_count);

/* A round step that divides 0..high into two to four parts. */
double knee_script_step(double high);

#endif
