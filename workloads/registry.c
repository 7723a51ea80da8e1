/* SPDX-License-Identifier: MIT */
#include "workloads/registry.h"

#include "core/base/array.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define ENTRY(name) &knee_workload_##name,
const struct knee_workload *const knee_registry_workloads[] = {KNEE_WORKLOADS(ENTRY) NULL};

/* What an optional library brings. `what` is a workload, a scheme, or a parameter of `workload`. */
static const struct {
    const char *workload, *what, *brought_by;
} OPTIONAL[] = {
    {NULL, "http", "libcurl"},    {NULL, "http://", "libcurl"},   {NULL, "https://", "libcurl"},
    {NULL, "postgres", "libpq"},  {NULL, "postgres://", "libpq"}, {NULL, "postgresql://", "libpq"},
    {"io", "engine", "liburing"},
};

static bool is_built_in(const char *library)
{
    static const char *const BUILT_IN[] = {
#if defined KNEE_WITH_LIBCURL
        "libcurl",
#endif
#if defined KNEE_WITH_LIBPQ
        "libpq",
#endif
#if defined KNEE_WITH_LIBURING
        "liburing",
#endif
        NULL,
    };
    size_t i = 0;
    while (BUILT_IN[i] && strcmp(BUILT_IN[i], library) != 0)
        i++;
    return BUILT_IN[i] != NULL;
}

const struct knee_workload *knee_registry_find(const char *name)
{
    for (size_t i = 0; knee_registry_workloads[i]; i++)
        if (strcmp(knee_registry_workloads[i]->name, name) == 0)
            return knee_registry_workloads[i];
    return NULL;
}

int knee_registry_check_built(const char *workload, const char *name, const char *prefix,
                              struct knee_err *err)
{
    for (size_t i = 0; i < KNEE_COUNT(OPTIONAL); i++) {
        bool same = workload ? OPTIONAL[i].workload && strcmp(workload, OPTIONAL[i].workload) == 0
                             : !OPTIONAL[i].workload;
        if (same && strcasecmp(name, OPTIONAL[i].what) == 0 && !is_built_in(OPTIONAL[i].brought_by))
            return knee_registry_built_without(OPTIONAL[i].brought_by, OPTIONAL[i].what, prefix,
                                               err);
    }
    return 0;
}

int knee_registry_built_without(const char *library, const char *name, const char *prefix,
                                struct knee_err *err)
{
    return knee_err_set(err, KNEE_USAGE,
                        "%s: this knee was built without %s, and so without %s; install it, and "
                        "run make again",
                        prefix, library, name);
}
