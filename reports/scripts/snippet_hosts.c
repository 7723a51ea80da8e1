/* SPDX-License-Identifier: MIT */
#include "reports/scripts/snippet_hosts.h"

#include "core/text/strings.h"
#include "reports/scripts/command_script.h"
#include "reports/scripts/snippet_parts.h"

#include <stdlib.h>
#include <string.h>

/* The command as a script of one item, quoted for a shell: `sh -c SCRIPT sh`. A new string, NULL
 * out of memory; without a command it is a word to replace. */
static char *item_line(const struct knee_snippet *snippet)
{
    char sh[] = "sh", flag[] = "-c";
    if (!snippet->command)
        return strdup("COMMAND");
    char *script =
        knee_command_script_make(&snippet->words, KNEE_COMMAND_SCRIPT_XARGS, snippet->limit);
    char *line = NULL;
    if (script) {
        char *const argv[] = {sh, flag, script, sh};
        line = knee_strings_shell(4, argv);
    }
    free(script);
    return line;
}

int knee_snippet_hosts_slurm(const struct knee_snippet *snippet, FILE *out)
{
    char *line = item_line(snippet);
    if (!line)
        return -1;
    fputs("#!/bin/bash\n", out);
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "# %u is a total: this many tasks of the array run at once, on whatever nodes.\n"
            "# Usage: sbatch --array=0-$(($(wc -l <items.txt) - 1))%%%u THIS_FILE\n"
            "# While it runs: scontrol update JobId=JOB ArrayTaskThrottle=%u\n"
            "#SBATCH --array=0-99%%%u\n"
            "item=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" items.txt)\n"
            "exec %s \"$item\"\n",
            snippet->limit, snippet->limit, snippet->limit, snippet->limit, line);
    free(line);
    return 0;
}

/* JSON's strings are YAML's. */
static void put_yaml_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            fprintf(out, "\\x%02x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

int knee_snippet_hosts_kubernetes(const struct knee_snippet *snippet, FILE *out)
{
    char *line = item_line(snippet), *script = NULL;
    if (!line || asprintf(&script,
                          "item=$(sed -n \"$((JOB_COMPLETION_INDEX + 1))p\" /items/items.txt); "
                          "exec %s \"$item\"",
                          line) < 0) {
        free(line);
        return -1;
    }
    knee_snippet_parts_comment(snippet, "# ", out);
    fprintf(out,
            "# parallelism is a total: pods at once in the cluster (for a moment one more).\n"
            "# While it runs: kubectl patch job knee -p '{\"spec\":{\"parallelism\":%u}}'\n"
            "# A Deployment of R replicas is another thing: each runs ceil(%u/R), so that\n"
            "# R x ceil(%u/R) run in all; choose an R that divides %u.\n"
            "apiVersion: batch/v1\n"
            "kind: Job\n"
            "metadata:\n"
            "  name: knee\n"
            "spec:\n"
            "  parallelism: %u\n"
            "  completions: 100  # as many as there are items\n"
            "  completionMode: Indexed\n"
            "  template:\n"
            "    spec:\n"
            "      restartPolicy: OnFailure\n"
            "      containers:\n"
            "        - name: item\n"
            "          image: IMAGE\n"
            "          command: [sh, -c, ",
            snippet->limit, snippet->limit, snippet->limit, snippet->limit, snippet->limit);
    put_yaml_string(out, script);
    fputs("]\n"
          "          volumeMounts:\n"
          "            - {name: items, mountPath: /items}\n"
          "      volumes:\n"
          "        - name: items\n"
          "          configMap: {name: items}  # kubectl create configmap items "
          "--from-file=items.txt\n",
          out);
    free(line);
    free(script);
    return 0;
}

/* parallel's own -j is for each host, so the total is divided by hand. */
int knee_snippet_hosts_parallel_ssh(const struct knee_snippet *snippet, FILE *out)
{
    char *line = item_line(snippet);
    if (!line)
        return -1;
    fputs("#!/bin/sh\n# HOST... as arguments, items: a line each, on standard input\n", out);
    knee_snippet_parts_variable(snippet, out);
    fputs("# A total: it is divided among the hosts (parallel -j would be for each of them).\n"
          "[ $# -gt 0 ] || { echo \"usage: $0 HOST...\" >&2; exit 2; }\n"
          "logins= left=$KNEE_LIMIT hosts=$#\n"
          "for host; do\n"
          "    share=$(((left + hosts - 1) / hosts))\n"
          "    [ \"$share\" -eq 0 ] || logins=$logins,$share/$host\n"
          "    left=$((left - share)) hosts=$((hosts - 1))\n"
          "done\n",
          out);
    fprintf(out, "parallel -q -S \"${logins#,}\" %s {}\n", line);
    free(line);
    return 0;
}

static void put_fleet(const char *launcher, FILE *out)
{
    fprintf(out,
            "# To measure it again from all hosts at once, if one cannot fill the service:\n"
            "#   %s knee-mpi sweep -- COMMAND\n",
            launcher);
}

int knee_snippet_hosts_mpirun(const struct knee_snippet *snippet, FILE *out)
{
    fputs("#!/bin/sh\n", out);
    knee_snippet_parts_variable(snippet, out);
    fputs("# A total: this many ranks run at once, over all hosts of HOSTFILE.\n", out);
    put_fleet("mpirun -q --hostfile HOSTFILE --map-by ppr:1:node --bind-to none", out);
    fputs("exec mpirun -q --hostfile \"${HOSTFILE:-hosts}\" --map-by node --oversubscribe "
          "--bind-to none \\\n    -np \"$KNEE_LIMIT\" \"$@\"\n",
          out);
    return 0;
}

int knee_snippet_hosts_srun(const struct knee_snippet *snippet, FILE *out)
{
    fputs("#!/bin/sh\n", out);
    knee_snippet_parts_variable(snippet, out);
    fputs("# A total: this many tasks run at once, over all nodes of the allocation.\n", out);
    put_fleet("srun --mpi=pmix --ntasks-per-node=1 --cpus-per-task=CPUS --kill-on-bad-exit=1 "
              "--input=0",
              out);
    fputs("exec srun --ntasks=\"$KNEE_LIMIT\" --kill-on-bad-exit=0 \"$@\"\n", out);
    return 0;
}
