/* SPDX-License-Identifier: MIT */
/* A fresh copy of the file that an item names, in a folder of its own, so that what a command does
 * to the file or beside it happens to the copy. */
#ifndef KNEE_WORKLOADS_COMMAND_ACTOR_COPY_H
#define KNEE_WORKLOADS_COMMAND_ACTOR_COPY_H

#include "workloads/command/actor.h"

/* Makes the copy for the slot's next run, with the file's name and mode, and names it in
 * `slot->copy`. 0, or an errno: EISDIR if the item is not a file. */
int knee_actor_copy_make(struct knee_actor_slot *slot, const struct knee_item *item);

/* Removes it, and all that lies beside it; does nothing without one. */
void knee_actor_copy_remove(struct knee_actor_slot *slot);

#endif
