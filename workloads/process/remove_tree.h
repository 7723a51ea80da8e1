/* SPDX-License-Identifier: MIT */
/* Removes what a command has written to a temporary path. */
#ifndef KNEE_WORKLOADS_PROCESS_REMOVE_TREE_H
#define KNEE_WORKLOADS_PROCESS_REMOVE_TREE_H

/* Removes a file, or a directory with everything in it. Follows no link, stays on its file system,
 * and leaves what cannot be removed. */
void knee_remove_tree(const char *path);

#endif
