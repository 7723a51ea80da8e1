/* SPDX-License-Identifier: MIT */
#include "tuner/cli/interrupted.h"

#include "core/text/builder.h"
#include "tuner/sweep/fleet_parts.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_measured(const struct knee_sweep *sweep, const char *name)
{
    for (size_t i = 0; i < sweep->result.workloads_count; i++)
        if (strcmp(sweep->result.workloads[i].name, name) == 0)
            return true;
    return false;
}

#define UNMEASURED_BYTES 160
/* More names make no line better. */
#define NAMES_MAX 4

/* "io and mixed were not measured", "a, b, c and 9 others were not measured": no result names them.
 * "": each was measured, if only in part. */
static const char *list_unmeasured(const struct knee_sweep *sweep, char *text)
{
    const struct knee_sweep_plan *plan = &sweep->plan;
    size_t count = 0, listed = 0;
    struct knee_builder out;
    knee_builder_over(&out, text, UNMEASURED_BYTES);
    for (size_t i = 0; i < plan->workloads_count; i++)
        count += !is_measured(sweep, plan->workloads[i].name);
    size_t names = count > NAMES_MAX ? NAMES_MAX - 1 : count;
    for (size_t i = 0; i < plan->workloads_count && listed < names; i++) {
        if (is_measured(sweep, plan->workloads[i].name))
            continue;
        bool last = listed > 0 && listed + 1 == count;
        knee_builder_add(&out, "%s%.24s",
                         last         ? " and "
                         : listed > 0 ? ", "
                                      : "",
                         plan->workloads[i].name);
        listed++;
    }
    if (count > listed)
        knee_builder_add(&out, " and %zu others", count - listed);
    if (count > 0)
        knee_builder_add(&out, " %s not measured", count == 1 ? "was" : "were");
    return text;
}

int knee_interrupted_early(int status, int signalled, struct knee_err *err)
{
    if (status && signalled && err->code < KNEE_INTERRUPTED)
        knee_err_set(err, KNEE_INTERRUPTED + signalled, "interrupted before anything began");
    return status;
}

int knee_interrupted_say(const struct knee_sweep *sweep, int signalled, struct knee_err *err)
{
    const char *dir = sweep->directory.path, *silent = NULL;
    char host[KNEE_FLEET_HOST_SAID_BYTES], unmeasured[UNMEASURED_BYTES];
    list_unmeasured(sweep, unmeasured);
    if (sweep->fleet)
        silent = knee_fleet_find_silent(sweep->fleet, host);
    if (silent)
        return knee_err_set(err, KNEE_INTERRUPTED + signalled,
                            "interrupted, and %s does not answer%s%s; the windows so far are in "
                            "%s: go on with the same hosts and --resume %s",
                            silent, *unmeasured ? ": " : "", unmeasured, dir, dir);
    return knee_err_set(err, KNEE_INTERRUPTED + signalled,
                        "interrupted%s%s; the windows so far are in %s: go on with knee sweep "
                        "--resume %s",
                        *unmeasured ? ": " : "", unmeasured, dir, dir);
}

void knee_interrupted_warn(const struct knee_sweep *sweep)
{
    char unmeasured[UNMEASURED_BYTES];
    if (*list_unmeasured(sweep, unmeasured) && !sweep->options->output.quiet)
        fprintf(sweep->io->log, "knee: warning: %s; go on with knee sweep --resume %s\n",
                unmeasured, sweep->directory.path);
}
