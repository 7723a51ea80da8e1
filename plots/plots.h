/* SPDX-License-Identifier: MIT */
/* Charts: each is a script NAME.gp that stands beside levels.csv, reads its columns by name,
 * and draws NAME.svg when gnuplot runs it in that directory; a user can change and run it again. A
 * script is what is particular to a chart (written here) followed by its template (plots/FOO.gp).
 *
 * Every text may hold any bytes: gnuplot sees it as a plain string, never as a command or markup.
 */
#ifndef KNEE_PLOTS_PLOTS_H
#define KNEE_PLOTS_PLOTS_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A measured level. */
struct knee_chart_level {
    uint32_t level;
    double percent;    /* throughput of the best, 0 to 100 and more; NAN unknown */
    const char *means; /* what it is on this machine: "cores", "quota"; NULL or "": nothing */
};

/* How the answer is drawn. */
enum knee_chart_answer {
    KNEE_CHART_DOT,     /* one fat dot: it is known */
    KNEE_CHART_BRACKET, /* from low to high: not yet known */
    KNEE_CHART_RULE,    /* a hollow dot: the rule of thumb stands in */
};

/* The five-second chart of one workload. */
struct knee_chart {
    const char *name;  /* of its files: "cpu-throughput"; nothing but [A-Za-z0-9._-] */
    const char *csv;   /* "levels.csv" */
    size_t first_row;  /* of its levels in the CSV, counted from 0; the others follow it */
    const char *title; /* the answer */
    const struct knee_chart_level *levels; /* ascending */
    size_t levels_count;
    enum knee_chart_answer answer;
    uint32_t use;           /* the level of the dot; must be a measured one to be drawn */
    bool open;              /* the dot is not proven: "USE 10?" */
    uint32_t low, high;     /* of the bracket */
    uint32_t current, rule; /* hollow, labelled dots; 0: none */
    double best_per_s;      /* items/s that are 100 % */
    double tolerance_ratio; /* the strip of full speed */
    double latency_max_s;   /* the highest p95 */
};

/* A workload's curve in the overview. */
struct knee_chart_curve {
    const char *label; /* "cpu: 2" */
    size_t first_row, rows;
    uint32_t use;
    double use_percent, best_per_s;
};

struct knee_overview {
    const char *name, *csv, *title;
    const struct knee_chart_curve *curves;
    size_t curves_count;
    const uint32_t *levels; /* all that were measured, ascending, each once */
    size_t levels_count;
};

/* Writes DIR/NAME.gp. */
int knee_chart_write(const struct knee_chart *chart, const char *dir, struct knee_err *err);
int knee_overview_write(const struct knee_overview *overview, const char *dir,
                        struct knee_err *err);

/* Runs `gnuplot NAME.gp` in DIR. 0, and NAME.svg is there; 1 where gnuplot is not installed; -1
 * where it failed or did not end in time (then it is killed). For 1 and -1 `err` holds one line,
 * with gnuplot's own first words, and no half-drawn NAME.svg is left. An interrupt of the terminal
 * does not reach gnuplot. */
int knee_gnuplot_run(const char *dir, const char *name, struct knee_err *err);

#endif
