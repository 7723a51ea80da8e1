/* SPDX-License-Identifier: MIT */
/* What the items of a run print: kept whole, never mixed, never lost.
 *
 * An item prints to two unnamed files of its slot (in TMPDIR, else /tmp), or with `directory` to
 * files that keep its number as their name. When it has ended, they are copied to our own output
 * and errors. So nothing is held in memory, whatever an item prints, and a slow reader of our
 * output holds back the slots and not the items. A slot uses its files again unless a process that
 * an item left behind may still hold them.
 *
 * One slot is one thread's; the writing is done by one at a time. */
#ifndef KNEE_TUNER_DISPATCH_ITEM_OUTPUT_H
#define KNEE_TUNER_DISPATCH_ITEM_OUTPUT_H

#include "core/base/err.h"
#include "tuner/run/run_view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum knee_item_output_mode {
    KNEE_ITEM_OUTPUT_GROUP, /* all of an item, when it has ended */
    KNEE_ITEM_OUTPUT_LINES, /* whole lines, while it runs */
    KNEE_ITEM_OUTPUT_PLAIN, /* straight to ours */
};

struct knee_item_output_params {
    enum knee_item_output_mode mode;
    bool tag;                         /* each line begins with the item and a tab */
    bool keep_order;                  /* items appear in the order in which they began */
    const char *directory;            /* NULL: our own output and errors */
    const struct knee_run_view *view; /* hears of each write; may be NULL */
};

struct knee_item_output;      /* opaque */
struct knee_item_output_slot; /* opaque */

int knee_item_output_open(struct knee_item_output **output,
                          const struct knee_item_output_params *params, struct knee_err *err);
void knee_item_output_close(struct knee_item_output *output); /* safe on NULL; after its slots */

/* NULL out of memory. `index` from 0. */
struct knee_item_output_slot *knee_item_output_slot_open(struct knee_item_output *output,
                                                         uint32_t index);
void knee_item_output_slot_close(struct knee_item_output_slot *slot); /* safe on NULL */

/* An item begins: the files that it prints to. `turn` counts the items from 0 as they begin for the
 * first time. `item` is borrowed until its end. 0, or an errno. */
int knee_item_output_begin(struct knee_item_output_slot *slot, uint64_t number, uint64_t turn,
                           const char *item, int *out_fd, int *err_fd);

/* It has ended. `keep`: what it printed is shown, else dropped, as another attempt follows. The
 * last line that it wrote on standard error goes to `line` ("" when it is not known). 0, or the
 * errno of what could not be written: it is not shown then, and nothing more will be. ENOSPC also
 * when the item has filled the place for what it prints. */
int knee_item_output_end(struct knee_item_output_slot *slot, bool keep, char *line,
                         size_t line_bytes);

/* The item's files are ready for the next one, or closed. Apart from the end, so that the journal
 * has it by then. */
void knee_item_output_empty(struct knee_item_output_slot *slot);

/* The slot has nothing to do: it holds no files meanwhile. */
void knee_item_output_rest(struct knee_item_output_slot *slot);

/* Shows whole lines of an item that runs, in the mode for lines: those that the reader of our
 * output takes without waiting. From any thread. */
void knee_item_output_look(struct knee_item_output_slot *slot);

/* The first turn that has not been shown: keep_order waits for that one. From any thread. */
uint64_t knee_item_output_turn(struct knee_item_output *output);

/* Waits for nobody any more: what cannot be written at once is given up (ECANCELED). From any
 * thread. */
void knee_item_output_hurry(struct knee_item_output *output);

/* The last lines that were shown, for a live display: copies them; true when there are new ones. */
bool knee_item_output_lines(struct knee_item_output *output, struct knee_run_live *live);

#endif
