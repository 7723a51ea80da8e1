/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippets.h"

#include "reports/scripts/snippet_hosts.h"
#include "reports/scripts/snippet_parts.h"
#include "reports/scripts/snippet_pools.h"
#include "reports/scripts/snippet_powershell.h"
#include "reports/scripts/snippet_script.h"
#include "tuner/store/json.h"

#include <jansson.h>
#include <string.h>

static int write_sh(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_variable(snippet, out);
    return 0;
}

static int write_make(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out, "KNEE_LIMIT := %u\n", snippet->limit);
    if (snippet->cpus)
        fprintf(out,
                "ifneq ($(shell nproc),%u)\n"
                "$(warning KNEE_LIMIT was measured on %u CPUs: sweep again)\n"
                "endif\n",
                snippet->cpus, snippet->cpus);
    fputs("MAKEFLAGS += -j$(KNEE_LIMIT)\n", out);
    return 0;
}

static int write_actions(const struct knee_snippet *snippet, FILE *out)
{
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "- name: Run at the measured limit\n"
            "  env:\n"
            "    KNEE_LIMIT: \"%u\"\n"
            "  run: |\n",
            snippet->limit);
    knee_snippet_parts_guard(snippet, "    ", "::warning::", out);
    fputs("    echo \"KNEE_LIMIT=$KNEE_LIMIT\" >> \"$GITHUB_ENV\"\n", out);
    return 0;
}

static int write_json(const struct knee_snippet *snippet, FILE *out)
{
    json_t *json = json_object(), *words = json_array();
    int failed = json_object_set_new(json, "workload", knee_json_text(snippet->workload));
    failed |= json_object_set_new(json, "title", knee_json_text(snippet->title));
    failed |= json_object_set_new(json, "limit", json_integer(snippet->limit));
    failed |= json_object_set_new(json, "verdict", knee_json_text(snippet->verdict));
    failed |=
        json_object_set_new(json, "source", json_string(knee_result_source_text(snippet->source)));
    if (snippet->slo_unmet && *snippet->slo_unmet)
        failed |= json_object_set_new(json, "slo_met", json_false());
    failed |= json_object_set_new(json, "date", knee_json_text(snippet->date));
    failed |= json_object_set_new(json, "host", knee_json_text(snippet->host));
    failed |= json_object_set_new(json, "cpus", json_integer(snippet->cpus));
    for (size_t i = 0; snippet->command && i < snippet->words.argc; i++)
        failed |= json_array_append_new(words, knee_json_text(snippet->words.argv[i]));
    failed |= json_object_set_new(json, "command", words);
    if (!failed)
        (void)knee_json_write(json, 15, out);
    json_decref(json);
    return failed;
}

const struct knee_snippet_target knee_snippet_targets[] = {
    {"sh", "a variable for any shell script", write_sh},
    {"xargs", "xargs -P", knee_snippet_script_xargs},
    {"parallel", "GNU parallel -j", knee_snippet_script_parallel},
    {"make", "a makefile's own -j", write_make},
    {"powershell", "ForEach-Object -Parallel -ThrottleLimit", knee_snippet_powershell_write},
    {"json", "for a program", write_json},
    {"github-actions", "a step of a workflow", write_actions},
    {"gitlab", "a variable for the jobs of .gitlab-ci.yml", knee_snippet_pools_gitlab},
    {"hikari", "HikariCP's pool of connections", knee_snippet_pools_hikari},
    {"pgbouncer", "PgBouncer's pool of connections", knee_snippet_pools_pgbouncer},
    {"nginx", "connections to an upstream server", knee_snippet_pools_nginx},
    {"python", "concurrent.futures", knee_snippet_pools_python},
    {"node", "p-limit and the like", knee_snippet_pools_node},
    {"systemd", "a drop-in for a service", knee_snippet_pools_systemd},
    {"slurm", "a job array's %N: a total", knee_snippet_hosts_slurm},
    {"kubernetes", "a Job's parallelism: a total", knee_snippet_hosts_kubernetes},
    {"parallel-ssh", "GNU parallel over hosts: a total, divided", knee_snippet_hosts_parallel_ssh},
    {"mpirun", "ranks over hosts: a total", knee_snippet_hosts_mpirun},
    {"srun", "tasks of a Slurm step: a total", knee_snippet_hosts_srun},
    {NULL, NULL, NULL},
};

const struct knee_snippet_target *knee_snippet_target_find(const char *name)
{
    for (const struct knee_snippet_target *target = knee_snippet_targets; target->name; target++)
        if (strcmp(target->name, name) == 0)
            return target;
    return NULL;
}
