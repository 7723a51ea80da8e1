/* SPDX-License-Identifier: MIT */
#include "workloads/registry.h"

#include <string.h>

/* In the order in which `all` runs them and `knee list workloads` shows them; one a line. */
/* clang-format off */
const struct knee_workload *const knee_registry_workloads[] = {
    &knee_workload_cpu,
    &knee_workload_io,
    &knee_workload_net,
    &knee_workload_mixed,
    &knee_workload_memory,
    &knee_workload_sleep,
    &knee_workload_lock,
#if defined KNEE_WITH_LIBCURL
    &knee_workload_http,
#endif
#if defined KNEE_WITH_LIBPQ
    &knee_workload_postgres,
#endif
    NULL,
};
/* clang-format on */

const struct knee_workload *knee_registry_find(const char *name)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (strcmp(knee_registry_workloads[i]->name, name) == 0)
            return knee_registry_workloads[i];
    return NULL;
}
