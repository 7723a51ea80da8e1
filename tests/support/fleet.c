/* SPDX-License-Identifier: MIT */
#include "tests/support/fleet.h"

#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

/* As root Open MPI wants two variables. Each launcher has a directory of its own for its session:
 * one that ends removes the common one while another makes its own below. */
static const char PREPARE[] =
    "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1\n"
    "KNEE_MPI=$KNEE-mpi\n"
    "command -v mpirun >/dev/null && [ -x \"$KNEE_MPI\" ] || exit 77\n"
    "mkdir sessions; cat >sessions/launch <<'E'\n"
    "own=${0%/*}/$$; mkdir $own\n"
    "export OMPI_MCA_orte_tmpdir_base=$own PRTE_MCA_prte_tmpdir_base=$own\n"
    "exec mpirun -q --oversubscribe --bind-to none \"$@\"\nE\n"
    "BARE=\"sh $PWD/sessions/launch\" FLEET=\"timeout 100 sh $PWD/sessions/launch\"\n"
    "until_rows() { until [ -s \"$2\" ] && [ $(wc -l <\"$2\") -gt $1 ]; do sleep 0.05; done; }\n"
    "rank() { for p in /proc/[0-9]*; do [ \"$(readlink $p/exe)\" = \"$KNEE_MPI\" ] && "
    "[ \"$(readlink $p/cwd)\" = \"$PWD\" ] && tr '\\0' '\\n' <$p/environ 2>/dev/null | "
    "grep -qx OMPI_COMM_WORLD_RANK=$1 && echo ${p#/proc/}; done | head -n 1; }\n";

void fleet_check(const char *script, const char *expected)
{
    char all[8192], dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    snprintf(all, sizeof all, "%s%s", PREPARE, script);
    shell_run(&run, dir, all);
    int status = run.status;
    if (status != 77 && (status != 0 || strcmp(run.out, expected) != 0))
        fail_msg("exit code %d\n%s%s", status, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
    if (status == 77)
        skip();
}
