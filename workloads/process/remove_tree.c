/* SPDX-License-Identifier: MIT */
#include "workloads/process/remove_tree.h"

#include <ftw.h>
#include <stdio.h>

#define OPEN_DIRECTORIES 16

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    (void)!remove(path);
    return 0;
}

void knee_remove_tree(const char *path)
{
    nftw(path, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
