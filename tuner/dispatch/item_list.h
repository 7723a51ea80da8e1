/* SPDX-License-Identifier: MIT */
/* The items of a run as a whole list, weighed and put into order: for what a stream cannot give. */
#ifndef KNEE_TUNER_DISPATCH_ITEM_LIST_H
#define KNEE_TUNER_DISPATCH_ITEM_LIST_H

#include "core/base/err.h"
#include "tuner/dispatch/item_source.h"
#include "tuner/run/run_policy.h"
#include "workloads/command/items.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

enum knee_item_list_order {
    KNEE_ITEM_LIST_GIVEN,
    KNEE_ITEM_LIST_LARGEST, /* first: no long item is left alone at the end */
    KNEE_ITEM_LIST_RANDOM,
};

/* Zeroed: none. */
struct knee_item_list {
    struct knee_items items;          /* owned */
    struct knee_item_source_item *at; /* owned, in the order in which they run */
    size_t count;
    size_t unweighed; /* items whose weight could not be found: they count as the mean one */
};

struct knee_item_list_params {
    const struct knee_run_weight *weight;
    enum knee_item_list_order order;
    uint64_t seed;                            /* of a random order */
    const volatile sig_atomic_t *interrupted; /* not 0: the number of a signal; NULL: never */
};

/* Takes `items` over, also when it fails. Weights are divided by their mean, so that a throughput
 * by weight is one in items. A shell line to weigh with runs once an item, one after the other; -1
 * with KNEE_INTERRUPTED and the signal, if one came meanwhile. */
int knee_item_list_make(struct knee_item_list *list, struct knee_items *items,
                        const struct knee_item_list_params *params, struct knee_err *err);
void knee_item_list_release(struct knee_item_list *list); /* safe on an empty one */

#endif
