/* SPDX-License-Identifier: MIT */
/* plots/ draws charts with gnuplot, and one of them as SVG, from plain structs. It knows no result:
 * reports/charts fills the structs. axis, boxes and layout compute; script, chart, overview and
 * expert write gnuplot's language around the files of templates/; gnuplot runs it.
 *
 * This is the five-second chart of one workload: throughput with the answer, latency below.
 */
#ifndef KNEE_PLOTS_CHART_H
#define KNEE_PLOTS_CHART_H

#include "core/base/err.h"
#include "core/text/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A measured level; NAN unknown. */
struct knee_chart_level {
    uint32_t level;
    double percent;                   /* throughput of the best, 0 to 100 and more */
    double low_percent, high_percent; /* its interval */
    double latency_p95_s;
    const char *machine; /* what the machine has at this level: "cores"; NULL or "": nothing */
};

/* How the answer is drawn. */
enum knee_chart_answer {
    KNEE_CHART_DOT,     /* one fat dot: it is known */
    KNEE_CHART_BRACKET, /* from low to high: not yet known */
    KNEE_CHART_BOTH,    /* known at a coarser tolerance: a dot, and the bracket of the finer one */
    KNEE_CHART_RULE,    /* a hollow dot: nothing could be measured, the rule of thumb holds */
    KNEE_CHART_NONE,    /* no level will do: no dot */
};

struct knee_chart {
    const char *name;  /* of its files: "cpu-throughput"; nothing but [A-Za-z0-9._-] */
    const char *csv;   /* "levels.csv" */
    size_t first_row;  /* of its levels in the CSV, counted from 0; the others follow it */
    const char *title; /* the answer; any bytes */
    const struct knee_chart_level *levels; /* ascending */
    size_t levels_count;
    enum knee_chart_answer answer;
    uint32_t use;           /* the level of the dot; drawn only if it was measured */
    bool open;              /* the dot is not proven: "USE 10?" */
    uint32_t low, high;     /* of the bracket */
    uint32_t current, rule; /* hollow, labelled dots; 0: none */
    uint32_t proven;        /* likewise: the limit that is proven at a coarser tolerance, */
    double proven_ratio;    /* this one; `use` may be it */
    double best_per_s;      /* items/s that are 100 % */
    double tolerance_ratio; /* the strip of full speed */
    struct knee_picture picture;
};

/* Whether any level has a throughput: else there is nothing to draw. */
bool knee_chart_is_known(const struct knee_chart *chart);

/* The highest p95 of its levels; NAN unknown. */
double knee_chart_latency_max_s(const struct knee_chart *chart);

/* Writes DIR/NAME.gp, which draws plots/templates/throughput.gp. */
int knee_chart_write(const struct knee_chart *chart, const char *dir, struct knee_err *err);

#endif
