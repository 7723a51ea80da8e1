/* SPDX-License-Identifier: MIT */
/* Removes what a command has left at a temporary path. */
#ifndef KNEE_WORKLOADS_PROCESS_REMOVE_TREE_H
#define KNEE_WORKLOADS_PROCESS_REMOVE_TREE_H

/* A file or a directory with all in it; follows no link, stays on its file system. What cannot be
 * removed is left. */
void knee_remove_tree(const char *path);

#endif
