/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_servers.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A thread that never rests shows as one CPU, up to this. */
#define ONE_CPU_MOST 1.05

static const struct knee_fact *find(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->warnings.count; i++)
        if (workload->warnings.at[i].kind == KNEE_FACT_SERVER)
            return &workload->warnings.at[i];
    return NULL;
}

bool knee_explain_has_servers(const struct knee_workload_result *workload)
{
    return find(workload) != NULL;
}

const char *knee_explain_server(const struct knee_workload_result *workload, char *text)
{
    const struct knee_fact *fact = find(workload);
    text[0] = '\0';
    if (fact && strchr(fact->name, ';'))
        snprintf(text, KNEE_EXPLAIN_SERVER_BYTES, "the servers");
    else if (fact)
        snprintf(text, KNEE_EXPLAIN_SERVER_BYTES, "%.*s", (int)strcspn(fact->name, ","),
                 fact->name);
    return text;
}

static double share(const struct knee_workload_result *workload, const struct knee_level *level)
{
    return level->server_cpu_utilization / (workload->cpus ? workload->cpus : 1);
}

const char *knee_explain_server_share(const struct knee_workload_result *workload,
                                      const struct knee_level *level, char *text)
{
    return knee_human_percent(text, share(workload, level));
}

const char *knee_explain_servers(const struct knee_workload_result *workload,
                                 const struct knee_level *level, char *text)
{
    char server[KNEE_EXPLAIN_SERVER_BYTES], theirs[KNEE_HUMAN_BYTES], ours[KNEE_HUMAN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (!knee_explain_has_servers(workload) || isnan(level->server_cpu_utilization))
        return text;
    bool several = *knee_explain_server(workload, server) && strcmp(server, "the servers") == 0;
    knee_builder_add(&out, "At %u, %s take%s %s of the CPUs and the items %s.", level->level,
                     server, several ? "" : "s", knee_explain_server_share(workload, level, theirs),
                     knee_human_percent(ours, level->cpu_utilization));
    /* If items fail there, answering these may be what fills it. */
    if (!(level->marks & KNEE_MARK_ERRORS) &&
        level->server_cpu_utilization >= KNEE_DIAGNOSIS_FULL_CPU &&
        level->server_cpu_utilization <= ONE_CPU_MOST && !several)
        knee_builder_add(&out, " %s uses one whole CPU: if it has one thread, that is the cap.",
                         server);
    return text;
}
