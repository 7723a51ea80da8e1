/* SPDX-License-Identifier: MIT */
/* knee without a launcher. */
#include "core/fleet/link.h"

#include <stdlib.h>

int knee_link_open(struct knee_link *link, int *argc, char ***argv, struct knee_err *err)
{
    uint32_t size, rank;
    (void)argc;
    (void)argv;
    *link = (struct knee_link){.size = 1};
    knee_link_launched(&size, &rank);
    /* A script inside a job may mean it. */
    if (size <= 1 || getenv("KNEE_ALONE"))
        return 0;
    link->rank = rank; /* so that one of them alone says it */
    return knee_err_set(err, KNEE_USAGE,
                        "started %u times by a launcher, which would make %u sweeps; start "
                        "knee-mpi for one sweep from all of them, or set KNEE_ALONE=1",
                        size, size);
}

void knee_link_close(struct knee_link *link)
{
    (void)link;
}
