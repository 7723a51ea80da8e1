/* SPDX-License-Identifier: MIT */
/* Shared by the files of the actor. Private to workloads/command/actor*.c. */
#ifndef KNEE_WORKLOADS_COMMAND_ACTOR_PRIVATE_H
#define KNEE_WORKLOADS_COMMAND_ACTOR_PRIVATE_H

#include "core/base/random.h"
#include "core/engine/engine.h"
#include "workloads/command/actor.h"
#include "workloads/process/drain.h"
#include "workloads/process/keeper.h"
#include "workloads/process/strays.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#define KNEE_ACTOR_HOOK KNEE_ENGINE_LEVEL_MAX /* the controller's place among the groups */
#define KNEE_ACTOR_PATH_BYTES 1024

enum { KNEE_ACTOR_STDOUT, KNEE_ACTOR_STDERR, KNEE_ACTOR_OUTPUTS };

/* What the processes of a slot used. Only its thread writes, any thread may read. */
struct knee_actor_usage {
    alignas(128) _Atomic uint64_t user_us, system_us;
    _Atomic uint64_t switches_voluntary, switches_involuntary;
    _Atomic uint64_t blocks_read, blocks_written; /* of 512 bytes */
    _Atomic uint64_t rss_bytes;                   /* largest peak of one process */
    _Atomic uint64_t since_ns; /* start of the one that runs now, if the slot's group is not 0 */
};

struct knee_actor_slot {
    struct knee_actor *actor;
    uint32_t index;
    uint64_t runs;
    char **argv; /* owned: [0] is spare, the words follow */
    char **environment;
    char *buffer; /* owned: the words' bytes */
    size_t buffer_bytes;
    void *stack;
    struct knee_drain drains[KNEE_ACTOR_OUTPUTS]; /* unless output is kept in files */
    struct knee_random random;
    char out[KNEE_ACTOR_PATH_BYTES];
    char copy_dir[KNEE_ACTOR_PATH_BYTES / 2], copy[KNEE_ACTOR_PATH_BYTES]; /* "": none */
};

struct knee_actor {
    struct knee_actor_params params;
    char *script; /* owned: the words joined, with `shell` */
    const char *program;
    char *program_found; /* owned */
    uint32_t placeholders;
    bool append_item;
    size_t words_count;
    struct rlimit open_files; /* as it was before the engine raised it */
    bool has_open_files;
    bool no_terminal; /* knee has none */
    struct knee_keeper keeper;
    struct knee_strays_spared own;    /* children before the setup: the keeper and others */
    struct knee_strays_spared spared; /* before the first item: those, and what setup has left */
    pid_t setup_pid;                  /* its shell, ended and not reaped; 0: none */
    struct knee_actor_usage *usage;   /* owned, one a slot */
    double sampled_rss_bytes;         /* of processes that ran: see actor_usage.c */
    int null_fd;
    int directory_fd; /* of params.directory, or AT_FDCWD: items name files relative to it */
    int output_fd;    /* of params.output_dir; -1: none */
    char out_dir[512];
    _Atomic size_t cursor;
    size_t base, furthest; /* of the block: its start, and how many items it has used */
    bool through;          /* a window does not go back to where its block began */
    uint32_t block;
    bool began;
    _Atomic uint32_t level;
    _Atomic uint32_t slots_used;
    atomic_bool cancelled, stop;
    /* The first failure: the writer claims `failed`, and sets `failure_written` afterwards. */
    atomic_bool failed, failure_written;
    char failure[400];
};

/* actor_words.c: the words to execute for an item. */
int knee_actor_words_prepare(struct knee_actor *actor, struct knee_err *err);
size_t knee_actor_words_bytes(const struct knee_actor *actor, size_t item_bytes);
/* Fills the slot's argv and environment; 0 or E2BIG. */
int knee_actor_words_fill(struct knee_actor_slot *slot, const struct knee_item *item,
                          uint64_t number);

/* actor_output.c: what items print. */
struct knee_actor_output {
    int fds[KNEE_ACTOR_OUTPUTS];
    char names[KNEE_ACTOR_OUTPUTS][64]; /* of files, while the item runs */
};
void knee_actor_output_init(struct knee_actor_slot *slot);
void knee_actor_output_release(struct knee_actor_slot *slot);
int knee_actor_output_open(struct knee_actor_slot *slot, struct knee_actor_output *output);
/* `number` names the item's files, or without items the slot's. */
void knee_actor_output_close(struct knee_actor_slot *slot, struct knee_actor_output *output,
                             uint64_t number);

/* actor_usage.c */
void knee_actor_usage_add(struct knee_actor_usage *usage, const struct rusage *used);

/* actor_failure.c */
void knee_actor_failure_note(struct knee_actor_slot *slot,
                             const struct knee_actor_outcome *outcome);

/* actor_hook.c: runs a command around the items, which must succeed. */
int knee_actor_hook(struct knee_actor *actor, const char *what, const char *command,
                    struct knee_err *err);

/* Runs the item `copy` once, whose text is slot->copy, without retries; with `note` a failure is
 * noted. Returns 0 or the outcome's error, as knee_actor_run() does. */
int knee_actor_run_on_copy(struct knee_actor_slot *slot, const struct knee_item *copy, bool note,
                           struct knee_actor_outcome *outcome);

#endif
