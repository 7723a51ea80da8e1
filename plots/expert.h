/* SPDX-License-Identifier: MIT */
/* The expert charts of one workload: a table, a line a chart. A new one is a file
 * plots/templates/FOO.gp and a line in expert.c. Each becomes a script BASE-SUFFIX.gp: ranges,
 * ticks and labels computed here, what they share (plots/templates/expert.gp), and the chart's own
 * file. */
#ifndef KNEE_PLOTS_EXPERT_H
#define KNEE_PLOTS_EXPERT_H

#include "core/base/err.h"
#include "core/text/picture.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A measured level; NAN unknown. */
struct knee_expert_level {
    uint32_t level;
    uint32_t windows; /* that count */
    double throughput_per_s, speedup;
    double low_per_s, high_per_s; /* throughput's interval */
    double latency_p50_s, latency_p95_s, latency_p99_s, latency_max_s;
    const char *machine; /* what the machine has at this level: "cores"; NULL or "": nothing */
};

/* A point of the model's curve, with its 95 % band; NAN unknown. */
struct knee_expert_model {
    double level, per_s, low_per_s, high_per_s;
};

/* The curve as the sweep knows it, between measured levels too. */
struct knee_expert_band {
    double level, low_per_s, high_per_s;
};

struct knee_expert {
    const char *base;  /* "cpu": begins the files' names; nothing but [A-Za-z0-9._-] */
    const char *csv;   /* "levels.csv" */
    size_t first_row;  /* of its levels in the CSV, counted from 0; the others follow it */
    const char *title; /* "net (5 ms, pool 16)"; any bytes */
    const struct knee_expert_level *levels; /* ascending, at least one */
    size_t levels_count;
    uint32_t use;                          /* the limit; 0: none */
    bool open;                             /* it is not proven: "USE 76?" */
    uint32_t proven;                       /* is, at a coarser tolerance; may be `use`; 0: none */
    double proven_ratio;                   /* this one */
    const struct knee_expert_model *model; /* ascending; NULL and 0: no model */
    size_t model_count;
    const char *model_name;              /* "USL"; "" without a model */
    const struct knee_expert_band *band; /* ascending; NULL and 0: none */
    size_t band_count;
    double cpu_bound_per_s;       /* the most that the CPUs allow; NAN unknown */
    bool has_shares;              /* some level shows how an item spends its time, */
    bool has_queue;               /* and waiting for a CPU is known apart from other waiting; */
    bool computes, queues, waits; /* which of the three is a part of it that can be seen */
    struct knee_picture picture;
};

struct knee_expert_chart {
    const char *suffix;  /* "speedup" */
    const char *title;   /* after the workload's */
    const char *script;  /* the template */
    bool has_model;      /* a model belongs to it */
    bool has_level_axis; /* x is the level: the machine's marks belong to it */
    bool named_points;   /* throughput over p99: a label for each level */
    /* Whether there is anything to draw: an empty chart is not drawn. */
    bool (*is_known)(const struct knee_expert *expert);
};

extern const struct knee_expert_chart knee_expert_charts[];
extern const size_t knee_expert_charts_count;

/* Writes DIR/BASE-SUFFIX.gp. */
int knee_expert_write(const struct knee_expert *expert, const struct knee_expert_chart *chart,
                      const char *dir, struct knee_err *err);

#endif
