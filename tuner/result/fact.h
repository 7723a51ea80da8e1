/* SPDX-License-Identifier: MIT */
/* Facts that a reader of a result should know besides its numbers: warnings, and notes from before
 * the sweep. A fact is a kind and its values; reports/words turns it into a sentence. Pure. */
#ifndef KNEE_TUNER_RESULT_FACT_H
#define KNEE_TUNER_RESULT_FACT_H

#include <stdbool.h>
#include <stddef.h>

#define KNEE_FACTS_MAX 16
#define KNEE_FACT_VALUES_MAX 5
#define KNEE_FACT_NAME_BYTES 400

/* The values of each kind, in this order: see knee_fact_value_name(). */
enum knee_fact_kind {
    KNEE_FACT_LINE, /* none; `name` is a whole line: a workload's own, or one of an older plan */
    /* What lowered the highest level. */
    KNEE_FACT_MEMORY_BOUND,     /* level, wanted, memory_bytes, given (1: by the user) */
    KNEE_FACT_OPEN_FILES_BOUND, /* level, wanted, allowed */
    KNEE_FACT_PROCESSES_BOUND,  /* level, wanted, allowed */
    /* Of the user's command. */
    KNEE_FACT_ITEMS,       /* items, seed, level_is_argument, item_s, budget_s */
    KNEE_FACT_ITEMS_ORDER, /* through (1) or the same (0), needed (runs, if the list is shorter) */
    KNEE_FACT_REPEATED,    /* item (its number; 0: there are no items), rewritten */
    KNEE_FACT_FORECAST,    /* item_s, need_s, budget_s: a settled answer takes longer */
    KNEE_FACT_INPUT_REWRITTEN, /* none */
    KNEE_FACT_RUNS_FAILED,     /* failed, runs: of the first look */
    KNEE_FACT_INPUT_CACHED,    /* none */
    KNEE_FACT_OUTPUT_DROPPED,  /* none */
    KNEE_FACT_ITEMS_FAILED,    /* failed, items; `name` is the first failure */
    KNEE_FACT_FIXED_TIME,      /* run_s, level_max: as long at every level, though {n} is one */
    /* Of a service. */
    KNEE_FACT_FIRST_REQUEST,   /* item_s, first_byte_s, connect_s; `name` is the answer */
    KNEE_FACT_REQUESTS_FAILED, /* failed, requests, for_now_ratio; `name` says how */
    KNEE_FACT_RETRY_AFTER,     /* after_s: the longest that an answer asked to wait */
    KNEE_FACT_MAX_REQUESTS,    /* requests: all that --max-requests allows were made */
    KNEE_FACT_RATE_LIMIT,      /* per_s, may_be_more (0 or 1): the service bounds the rate, not the
                                * number at a time */
    KNEE_FACT_SERVER_UNSEEN,   /* none: it is on this host, but what it uses counts as other work */
    /* Of several hosts. */
    KNEE_FACT_CLIENTS,   /* half_ratio: of the throughput that half of them give; they limit */
    KNEE_FACT_SLOW_HOST, /* rank, of_share with its bounds, at which level; `name`: the host's */
    /* Of the host. */
    KNEE_FACT_OTHER_WORK_UNKNOWN, /* none */
    KNEE_FACT_OTHER_WORK,         /* cpus */
    KNEE_FACT_STEAL,              /* steal_ratio: of the CPUs, taken by the machine's host */
    KNEE_FACT_SERVER,             /* cpus, found (1: by itself); `name` is who they are */
    KNEE_FACT_THROTTLED,          /* quota_cpus */
    KNEE_FACT_FAILED_BY_TIME,     /* windows, of: items failed in a stretch of time, at any level;
                                   * last: in that many at the end, every item did */
    KNEE_FACT_ORDER,              /* loss_ratio: of a level after a higher one */
    KNEE_FACT_MODES,      /* level, levels: the lowest that varies by itself, and their count */
    KNEE_FACT_STATES,     /* slow_ratio, slow_share: all levels switch between two speeds */
    KNEE_FACT_SLOWED,     /* after_s, fall_ratio, disturbed: throughput stepped down, and stayed
                             there; 1: in windows that other work disturbed */
    KNEE_FACT_HANG,       /* level, waited_s, timeout_s: items did not end there; one that may do */
    KNEE_FACT_PAGE_CACHE, /* item_bytes: what reached the device */
    KNEE_FACT_KINDS
};

/* The word for a kind in files, "memory_bound"; and back: -1 if there is no such kind. */
const char *knee_fact_kind_text(enum knee_fact_kind kind);
int knee_fact_kind_parse(enum knee_fact_kind *kind, const char *text);

/* What a kind's value at `index` is called: "level"; NULL beyond its last. */
const char *knee_fact_value_name(enum knee_fact_kind kind, size_t index);

struct knee_fact {
    enum knee_fact_kind kind;
    double values[KNEE_FACT_VALUES_MAX];
    char name[KNEE_FACT_NAME_BYTES]; /* UTF-8 without control characters; "": none */
};

struct knee_facts {
    struct knee_fact at[KNEE_FACTS_MAX];
    size_t count;
};

/* Adds a fact: one of each kind, so that a later one replaces an earlier; lines are all kept, but
 * none twice. Facts beyond KNEE_FACTS_MAX are dropped, and so is an empty line. `name` may be
 * NULL; it is cleaned and cut. */
void knee_facts_add(struct knee_facts *facts, enum knee_fact_kind kind, const double *values,
                    const char *name);
void knee_facts_drop(struct knee_facts *facts, enum knee_fact_kind kind);
/* NULL: there is none. */
struct knee_fact *knee_facts_find(struct knee_facts *facts, enum knee_fact_kind kind);

#endif
