/* SPDX-License-Identifier: MIT */
#include "tests/support/tree.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

void tree_write(const char *root, const char *path, const char *text)
{
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *at = full + strlen(root) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(full, 0700);
        *at = '/';
    }
    FILE *file = fopen(full, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        fail(full);
}

char *tree_make(const struct tree_file *files)
{
    const char *temporary = getenv("TMPDIR");
    char *root = NULL;
    if (asprintf(&root, "%s/knee-test-XXXXXX", temporary ? temporary : "/tmp") < 0 ||
        !mkdtemp(root))
        fail("mkdtemp");
    for (; files->path; files++)
        tree_write(root, files->path, files->text);
    return root;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void tree_remove(char *root)
{
    if (nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS))
        fail(root);
    free(root);
}
