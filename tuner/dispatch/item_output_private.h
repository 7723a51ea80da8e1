/* SPDX-License-Identifier: MIT */
/* What the files of item_output share. Private to tuner/dispatch/item_output*.c. */
#ifndef KNEE_TUNER_DISPATCH_ITEM_OUTPUT_PRIVATE_H
#define KNEE_TUNER_DISPATCH_ITEM_OUTPUT_PRIVATE_H

#include "tuner/dispatch/item_output.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

#define KNEE_ITEM_OUTPUT_PATH_BYTES 1024

/* What an item printed whose turn has not come. */
struct knee_item_output_kept {
    bool ended;
    int fd[2]; /* -1: nothing */
    off_t sizes[2];
    uint64_t number;
    char *item; /* owned; for the tag */
};

struct knee_item_output {
    struct knee_item_output_params params;
    char temporary[512];
    int children_fd; /* -1: this kernel does not list children */
    char children[1024];
    size_t children_bytes;
    pthread_mutex_t lock; /* of what follows, and of our own output */
    int error;            /* the first that a write met */
    atomic_bool hurried;
    /* Apart: whoever holds `lock` may wait for a reader, and a live display does not. */
    pthread_mutex_t lines_lock;
    struct knee_run_live lines; /* of it, only the last lines */
    bool has_new_lines;
    /* A ring of the turns from `turn` on. */
    struct knee_item_output_kept *kept; /* owned */
    size_t kept_room;
    _Atomic uint64_t turn;
};

struct knee_item_output_slot {
    struct knee_item_output *output;
    uint32_t index;
    int fd[2]; /* output, errors; -1: closed */
    uint64_t number, turn;
    off_t sizes[2]; /* when the item ended */
    /* Of what follows, which another thread reads while the item runs. Taken after the output's. */
    pthread_mutex_t lock;
    const char *item;
    off_t shown[2];
    bool running;
};

/* item_output_show.c: shows the slot's item, or keeps it until its turn. 0 or an errno. */
int knee_item_output_show(struct knee_item_output_slot *slot, const off_t sizes[2]);
void knee_item_output_drop_kept(struct knee_item_output *output);
/* The last line that an item has printed, for a live display. */
void knee_item_output_note_line(struct knee_item_output *output, uint64_t number, bool error,
                                const char *line, size_t bytes);

#endif
