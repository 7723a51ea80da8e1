/* SPDX-License-Identifier: MIT */
/* Trees of small files in a temporary directory, for readers that take a root. A failure ends the
 * test program, since nothing can be tested without them. */
#ifndef KNEE_TESTS_SUPPORT_TREE_H
#define KNEE_TESTS_SUPPORT_TREE_H

struct tree_file {
    const char *path; /* from the root, "/proc/stat"; directories are made; NULL ends a list */
    const char *text;
};

/* Makes the tree and returns its root; the caller passes it to tree_remove(). */
char *tree_make(const struct tree_file *files);
void tree_write(const char *root, const char *path, const char *text);
void tree_remove(char *root); /* also frees it */

#endif
