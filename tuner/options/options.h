/* SPDX-License-Identifier: MIT */
/* The command line: one table of options feeds parsing, --help, the man page and completion. */
#ifndef KNEE_TUNER_OPTIONS_OPTIONS_H
#define KNEE_TUNER_OPTIONS_OPTIONS_H

#include "core/base/err.h"
#include "core/host/topology.h"
#include "tuner/decide/goal.h"
#include "tuner/levels/levels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SETTINGS_MAX 32    /* --param on one command line */
#define KNEE_WORDS_MAX 1024     /* operands, and files of --curve, on one command line */
#define KNEE_ENVIRONMENT_MAX 64 /* --env on one command line */
#define KNEE_EVENTS_MAX 64      /* --event on one command line */
#define KNEE_OPTIONS_MAX 96     /* lines of the table */

/* Which commands an option belongs to; a set. */
enum knee_for {
    KNEE_FOR_SWEEP = 1 << 0,
    KNEE_FOR_LIMIT = 1 << 1,
    KNEE_FOR_TOPOLOGY = 1 << 2,
    KNEE_FOR_SIMULATE = 1 << 3,
    KNEE_FOR_LIST = 1 << 4,
    KNEE_FOR_REPORT = 1 << 5,
    KNEE_FOR_FIT = 1 << 6,
    KNEE_FOR_ANALYZE = 1 << 7,
    KNEE_FOR_RECOMMEND = 1 << 8,
    KNEE_FOR_COMMAND = KNEE_FOR_SWEEP | KNEE_FOR_ANALYZE, /* the user's own */
    KNEE_FOR_ALL = (1 << 16) - 1,
};

/* The synthetic noise of `simulate`, one word. */
enum knee_noise {
    KNEE_NOISE_QUIET,
    KNEE_NOISE_TYPICAL,
    KNEE_NOISE_NOISY,
};

/* Everything that options can set; knee_options_init() fills in the defaults. All text is borrowed
 * from argv. */
struct knee_options {
    int argc; /* the whole command line, for plan.json */
    char **argv;
    bool help, version; /* asked for: nothing else is to be done */
    /* By line of the table: whether it was given (see knee_options_given()), and its value as it
     * was written, the last one; NULL: a flag. */
    bool given[KNEE_OPTIONS_MAX];
    const char *values[KNEE_OPTIONS_MAX];
    /* sweep; some of it also simulate and limit */
    struct knee_level_list levels; /* count 0 and no word: the default candidates */
    uint32_t max_level;            /* 0: the workload's default */
    const char *strategy;          /* "adaptive"; a name that knee_strategy_find() knows */
    double tolerance_ratio, confidence_ratio;
    struct knee_goal goal; /* --objective, --min-efficiency, --slo */
    uint64_t budget_ns;    /* per workload; 0: default */
    uint64_t window_ns;    /* 0: auto */
    bool quick, strict, dry_run;
    uint64_t seed; /* 1 */
    enum knee_pin pin;
    const char *settings[KNEE_SETTINGS_MAX]; /* --param NAME=VALUE as written, with its `=` */
    size_t settings_count;
    const char *dir;      /* NULL: where results go */
    uint32_t current;     /* 0: not given */
    uint64_t total;       /* 0: not given */
    const char *resume;   /* DIR; NULL: a new sweep */
    bool load_auto;       /* --load auto: measure the load factor */
    double load_factor;   /* 1 */
    const char *topology; /* NULL: this system */
    /* limit */
    const char *from; /* DIR; NULL: the rule of thumb */
    bool explain;
    /* fit */
    const char *columns; /* NULL: by the header, else the first two */
    /* output */
    const char *output; /* DIR; NULL: results/DATE-TIME */
    bool json, quiet, no_plots;
    int verbose; /* how often -v was given */
    /* simulate */
    const char *curves[KNEE_WORDS_MAX]; /* --curve; operands of simulate are appended */
    size_t curves_count;
    const char *events[KNEE_EVENTS_MAX]; /* --event as written */
    size_t events_count;
    enum knee_noise noise;                    /* typical */
    double cv_ratio, dips_ratio, drift_ratio; /* NAN: from `noise` */
    uint32_t cpus;                            /* 2 */
    uint32_t trials;                          /* 1 */
    uint32_t budget_windows;                  /* 0: the strategy's own cap */
    bool run;                                 /* the controller of `knee run` */
    const char *change;                       /* NULL: the curve stays */
    double change_ratio, item_cv;             /* .5, 0 */
    /* a command, of sweep and analyze: all behind `--`, never looked into */
    char **command; /* NULL: none */
    size_t command_count;
    const char *items;                             /* FILE or "-"; NULL: not given */
    bool null;                                     /* items end with NUL bytes */
    uint32_t repeat;                               /* 0: not given */
    const char *name;                              /* NULL: the program's */
    const char *environment[KNEE_ENVIRONMENT_MAX]; /* NAME=VALUE */
    size_t environment_count;
    const char *setup, *prepare, *cleanup;
    uint64_t timeout_ns; /* 0: none */
    uint32_t retries;
    bool fail_fast, ignore_failure, shell, cold;
    const char *workdir, *output_dir;
    uint64_t max_memory_bytes; /* 0: not given */
    uint64_t per_run;          /* 0: not given */
    uint32_t sample;           /* of analyze: 100 */
    const char *target;        /* of recommend: --for */
    /* operands: behind the command's name, and all behind `--` */
    const char *words[KNEE_WORDS_MAX];
    size_t words_count;
};

struct knee_command;
struct knee_option;

/* Reads one value into `options`; `option` says what may be written. */
typedef int knee_option_read(const struct knee_option *option, const char *text,
                             struct knee_options *options, struct knee_err *err);

/* One line of the table: tuner/options/options_table.c. */
struct knee_option {
    const char *name;     /* long name, without dashes */
    char letter;          /* short name; 0: none */
    const char *argument; /* "TIME", "FILE", "none|core|pu"; NULL: a flag */
    uint32_t commands;    /* enum knee_for */
    const char *section;  /* heading in --help: "Sweep", "Output", ... */
    const char *help;     /* one line, without its default */
    const char *standard; /* the default as written; NULL: none to tell */
    knee_option_read *read;
    size_t offset;       /* of the field in struct knee_options */
    size_t count_offset; /* of a list's count */
    double min, max;     /* of a number, in base units (ns, bytes, ratio), inclusive */
    const char *example; /* a value, for error texts */
};

extern const struct knee_option knee_option_table[]; /* ends with a name of NULL */

void knee_options_init(struct knee_options *options);

/* Reads the arguments behind `command`'s name; `argv[argc]` need not be NULL. Options and operands
 * may be mixed; `--` ends the options; a repeated option replaces its value, a list grows. Stops at
 * --help and --version. -1 with KNEE_USAGE: `options` is then part read. */
int knee_options_parse(struct knee_options *options, const struct knee_command *command, int argc,
                       char **argv, struct knee_err *err);

/* Was the option --NAME on the command line? For what must know more than its value: --resume. */
bool knee_options_given(const struct knee_options *options, const char *name);

#endif
