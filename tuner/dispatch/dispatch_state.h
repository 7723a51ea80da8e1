/* SPDX-License-Identifier: MIT */
/* What a run in progress is made of. Private to tuner/dispatch/dispatch*.c, each of which has a
 * part of the work: take (what a slot runs next), slot (runs it), count (what becomes of it),
 * retry, journal, levels, tune (the limit), watch (host and items), live (for the dashboard),
 * result; dispatch puts them together. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_STATE_H
#define KNEE_TUNER_DISPATCH_DISPATCH_STATE_H

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/host/host.h"
#include "tuner/dispatch/dispatch.h"
#include "tuner/run/controller.h"
#include "tuner/run/run_window.h"

#include <pthread.h>

/* After a process could not be started. No part of HOST_EVERY_S (dispatch_watch.c), or each new try
 * would begin just when the host is read, which takes some files for a moment. */
#define KNEE_DISPATCH_START_AGAIN_S .35
#define KNEE_DISPATCH_LINE_BYTES 4096 /* of a command line on another host */
#define KNEE_DISPATCH_MEDIAN_OF 101   /* lengths of late, for a timeout relative to their median */

/* An item on its way: in a slot, or waiting for the pause before its next attempt. */
struct knee_dispatch_item {
    uint64_t number, turn; /* turn: how many items began before it */
    uint32_t attempt;      /* from 1, earlier runs counted */
    uint32_t first;        /* the first attempt of this run */
    double weight;
    double due_s;   /* of a retry: when it may start */
    double ended_s; /* when the attempt before ended; NAN: there was none */
    char *text;     /* owned */
};

struct knee_dispatch_slot {
    struct knee_dispatch *run;
    uint32_t index;
    pthread_t thread;
    pthread_cond_t wake;
    bool idle, busy;
    bool gone;   /* its thread has left: there are too many for the processes */
    bool joined; /* and has been waited for */
    struct knee_actor_slot *actor;
    struct knee_item_output_slot *output;
    struct knee_random random;
    struct knee_dispatch_item item;
    size_t text_room;
    double start_s, wait_s;
    uint32_t level;   /* the limit when it started */
    bool late;        /* it was ended for the relative timeout */
    bool evicted;     /* it was ended for want of memory, and is to run again */
    double cpu_s;     /* of the process that runs: when it was last looked at */
    double rss_bytes; /* likewise; 0: not yet */
    double killed_s;  /* when it was asked to end; NAN: not */
    const char *host; /* that runs the item; NULL: this one, alone */
    char *line;       /* owned: the command line there */
    char *row;        /* owned: for the journal and the job log */
    size_t row_room;
};

/* How an attempt went, once its process has ended. */
struct knee_dispatch_end {
    struct knee_run_attempt_end how;
    enum knee_run_state state;
    bool unstarted; /* nothing could be started: for want of processes, files or memory */
    bool lost;      /* its host does not answer any more: it is to run again */
    int error;      /* of the actor's outcome, or of the output */
    int output_error, journal_error;
    double end_s, cpu_user_s, cpu_system_s, rss_bytes;
    char text[96], line[160]; /* what went wrong, and its last line of error */
};

struct knee_dispatch {
    struct knee_dispatch_params params;
    uint64_t start_ns;
    double began_s; /* when this run began: after the earlier ones that it goes on with */
    struct knee_item_source *source;
    struct knee_item_output *output;
    int journal_fd, limits_fd, joblog_fd; /* -1: none */
    double own_rss_bytes; /* what wait4 tells of a child is never below our own peak */

    pthread_mutex_t lock;
    pthread_cond_t changed; /* for the controller */
    /* Slots: those of index below slots_count exist. */
    struct knee_dispatch_slot **slots; /* owned */
    uint32_t slots_count, idle;
    uint32_t running;
    enum knee_run_phase phase;
    bool paused, source_ended, over;
    bool dry;               /* no more items have arrived yet */
    bool short_of_items;    /* a slot had nothing to do since the window began */
    struct knee_err broken; /* code 0: it is not */
    uint64_t turn;
    /* Retries, the earliest first: a heap. */
    struct knee_dispatch_item *waiting; /* owned */
    size_t waiting_count, waiting_room;
    /* Counts. */
    uint64_t begun, done, failed, interrupted, skipped, retries, ended;
    uint64_t
        still_failed;     /* in an earlier run, and not to be repeated; `failed` counts them, too */
    uint64_t left;        /* neither done nor failed in an earlier run: --failed passes them over */
    uint64_t fresh_ended; /* items that began after the limit was reached, and have ended */
    uint64_t batch_begun;
    double batch_ended_s; /* NAN: it goes on */
    double batch_memory_bytes;
    /* Lengths. */
    struct knee_run_lengths lengths;
    struct knee_run_lengths fresh; /* of the items that began after the limit was reached */
    double recent_s[KNEE_DISPATCH_MEDIAN_OF];
    size_t recent_count;
    double mean_s, mean_square; /* over all that succeeded */
    double median_s;            /* NAN: too few */
    double cpu_s, wall_s;       /* of all that ended */
    double peak_bytes;          /* of an item, fading */
    /* The limit. */
    uint32_t limit;  /* items that may run */
    uint32_t wanted; /* without the caps */
    /* From processes that could not be started, or that the kernel has killed for want of memory;
     * UINT32_MAX: none. */
    uint32_t start_cap;
    double start_cap_s;  /* calm after which one more process is tried */
    uint64_t oom_kills;  /* as of the last look */
    double oom_killed_s; /* when there were more than before */
    uint32_t limit_first;
    double start_failed_s;
    unsigned start_failures; /* in a row, with nothing else running */
    bool automatic, demanded;
    uint32_t max_level, rule_of_thumb;
    enum knee_class class;       /* of the items; net until it is known */
    struct knee_machine machine; /* what it grants now; the controller's to write */
    uint32_t allowed_cpus;       /* by the affinity, when it was last read */
    struct knee_controller controller;
    struct knee_governor governor;
    bool in_window;
    double changed_s;
    double changed_work; /* what has ended since then, by weight */
    double reached_s;    /* when no more ran than the limit allows; NAN: not yet */
    struct knee_run_window window;
    uint32_t windows;
    unsigned pairs_seen;
    struct knee_run_decision *decisions; /* owned */
    size_t decisions_count, decisions_room;
    struct knee_run_decision decided; /* the last one */
    struct knee_run_level *levels;    /* owned, ascending */
    double *level_squares;            /* owned, beside them: sums of squared throughputs */
    size_t levels_count, levels_room;
    /* Failures that are named. */
    struct knee_run_failure failures[KNEE_RUN_FAILURES_TOLD];
    size_t failures_count;
    struct knee_run_hungry hungriest[KNEE_RUN_HUNGRIEST];
    size_t hungriest_count;
    uint64_t again[KNEE_RUN_FAILURES_TOLD];
    uint64_t again_total;

    /* The controller's own, without the lock. */
    struct knee_host host;
    struct knee_host_probe *probe;
    struct knee_host_reading reading;
    double live_cpu_s, foreign_ratio, cpu_ratio, pressure_ratio, items_bytes;
    unsigned looks_blocked, looks_network, looks_running, looks_other;
    double host_read_s, limit_file_s, shown_s, moment_s, looked_s;
    uint64_t moment_done;
    sig_atomic_t seen_up, seen_down, seen_interrupts;
    struct knee_run_live live;
};

/* Since the start; of a resumed run, the time of the earlier ones lies before. */
static inline double knee_dispatch_now_s(const struct knee_dispatch *run)
{
    return knee_clock_to_s(knee_clock_now_ns() - run->start_ns);
}

/* The functions of this file and of those that include it need the lock unless they say otherwise.
 */

/* Stops the run for a reason of its own: nothing new starts. `error`: an errno. */
void knee_dispatch_break(struct knee_dispatch *run, int code, const char *what, int error);

/* To what runs in that slot, wherever it runs. */
void knee_dispatch_signal(struct knee_dispatch *run, uint32_t index, int signal_number);

/* Reads our own peak of memory. */
void knee_dispatch_read_own(struct knee_dispatch *run);

#endif
