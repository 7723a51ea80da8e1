/* SPDX-License-Identifier: MIT */
/* Faults that need root, namespaces or control groups: a full disk, a host that shows little of
 * itself, no processes, other users. A case whose need is not met is skipped. See test_faults. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#define SWEEP "$KNEE sweep -q --no-plots --budget 1s --levels 1,2 -o r "
#define NOBODY "setpriv --reuid nobody --regid nogroup --clear-groups "
#define MOUNTS "unshare -m true"
#define USERS NOBODY "true"
/* Two items of 53 MB fit. */
#define MEMORY                                                                                     \
    "mkdir /sys/fs/cgroup/memory/knee-$$ && rmdir /sys/fs/cgroup/memory/knee-$$ && "               \
    "grep -q '^oom_kill ' /proc/vmstat"
#define HUNGRY                                                                                     \
    "g=/sys/fs/cgroup/memory/knee-$$; mkdir $g; trap 'sleep .2; rmdir $g' EXIT; "                  \
    "echo 120M >$g/memory.limit_in_bytes; printf '%s\\n' '#!/bin/sh' \"echo \\$\\$ "               \
    ">$g/cgroup.procs\" 'exec dd if=/dev/zero of=/dev/null bs=53M count=8 2>/dev/null' >hungry; "  \
    "chmod +x hungry; "
#define PIDS "mkdir /sys/fs/cgroup/pids/knee-$$ && rmdir /sys/fs/cgroup/pids/knee-$$"

struct fault {
    const char *name, *needs, *command;
};

/* The command is run in a new directory, $PWD, which other users may enter, and must end with 0. */
static const struct fault FAULTS[] = {
    {"a full disk: one line, and the rows end whole", MOUNTS,
     "unshare -m sh -c 'mkdir t && mount -t tmpfs -o size=12k none t || exit 9; cd t; " SWEEP
     "sleep --strategy grid 2>../err; [ $? -eq 1 ] || exit 8; tail -c 1 r/samples.csv | od -c | "
     "grep -q \"n$\"' && [ $(grep -c ^knee: err) -ge 1 ] && grep -q 'No space left' err"},
    {"a full disk under `run`: one line, and the rows end whole", MOUNTS,
     "unshare -m sh -c 'mkdir t && mount -t tmpfs -o size=12k none t || exit 9; cd t; seq 400 | "
     "$KNEE run -o r -- echo {} >/dev/null 2>../err; [ $? -ne 0 ] || exit 8; tail -c 1 r/items.csv "
     "| od -c | grep -q \"n$\"' && grep -q 'No space left' err"},
    {"no /sys: a sweep like any other", MOUNTS,
     "unshare -m sh -c 'mount -t tmpfs none /sys || exit 9; " SWEEP "sleep 2>err' && [ -s "
     "r/result.json ] && grep -q 'load cannot be seen' err && ! grep -v '^knee: ' err"},
    {"hidepid=2: a sweep like any other", MOUNTS " && " USERS,
     "unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc || exit 9; exec " NOBODY SWEEP
     "-- true' && [ -s r/result.json ]"},
    {"no process: one line", PIDS,
     "g=/sys/fs/cgroup/pids/knee-$$; mkdir $g; for most in 1 2; do echo $most >$g/pids.max; "
     "sh -c 'echo $$ >'$g'/cgroup.procs; exec " SWEEP "-- true' 2>err; code=$?; "
     "[ $code -eq 1 ] && [ $(grep -vc warning: err) -eq 1 ] && grep -q 'cannot start a' err || "
     "bad=1; "
     "done; "
     "rmdir $g; [ -z \"$bad\" ]"},
    {"items that the kernel kills for memory: the run yields, and says why", MEMORY,
     HUNGRY "$KNEE run --limit 12 --no-plots -o r -- ./hungry ::: $(seq 60) >out 2>err; "
            "[ $? -eq 7 ] && grep -q ' (Killed) for want of memory' err && awk -F, '$4 == "
            "\"memory\" && $2 < 12 { n++ } END { exit !n }' r/limits.csv"},
    {"items that the kernel kills for memory: the sweep says so", MEMORY,
     HUNGRY "timeout -s TERM 240 $KNEE sweep --levels 1,12 --budget 200s --no-plots -o r -- "
            "./hungry >out 2>err & pid=$!; until awk -F, '$7 > 0 && NR > 1 { n++ } END { exit !n "
            "}' r/samples.csv 2>/dev/null; do kill -0 $pid || break; sleep .1; done; "
            "kill -TERM $pid; wait $pid; tr -s '\\n ' ' ' <out >>err; grep -q 'the kernel killed "
            "[0-9]* process[es]* for want of memory: memory is what limits it' err"},
    {"few processes: fewer levels", PIDS,
     "g=/sys/fs/cgroup/pids/knee-$$; mkdir $g; echo 4 >$g/pids.max; "
     "sh -c 'echo $$ >'$g'/cgroup.procs; exec " SWEEP "-- true' 2>err; code=$?; "
     "rmdir $g; [ $code -eq 0 ] && grep -q 'the highest level is 1, not 2' err"},
    {"no process for a plain user: one line", USERS " && prlimit --version",
     NOBODY "prlimit --nproc=1 sh -c 'exec " SWEEP "-- true' 2>err; code=$?; [ $code -eq 1 ] && "
            "grep -vc warning: err | grep -qx 1"},
    {"another user's directory is not written to", USERS,
     "umask 022; $KNEE sweep sleep -q --no-plots --budget 1s --levels 1,2 -o r 2>/dev/null; "
     "sum=$(cat r/* | cksum); " NOBODY "$KNEE report r -q --no-plots >out 2>err; [ $? -eq 1 ] && "
     "grep -c 'Permission denied' err | grep -qx 1 && [ \"$sum\" = \"$(cat r/* | cksum)\" ] && "
     "grep -c 'copy it: cp -r r copy && knee report copy$' err | grep -qx 1 && "
     "[ \"$(cat out)\" = \"$($KNEE report r -q --no-plots)\" ]"},
    {"another user's run is not written to", USERS,
     "umask 022; $KNEE run -q --no-plots -o r -- true ::: a b 2>err || exit 9; "
     "sum=$(cat r/* | cksum); " NOBODY "$KNEE report r -q 2>err; [ $? -eq 1 ] && "
     "grep -c 'Permission denied.* cp -r r copy && knee report copy$' err | grep -qx 1 && "
     "[ \"$sum\" = \"$(cat r/* | cksum)\" ]"},
    {"two users in one directory: one at a time, and no row of the other is lost", USERS,
     "umask 0; new='sleep --strategy grid --levels 1-8 --tolerance 0.1% --confidence 99.9% -o r'; "
     "$KNEE sweep $new --window 200ms --budget 60s -q --no-plots 2>/dev/null & pid=$!; "
     "rows() { cat r/samples.csv 2>/dev/null | wc -l; }; "
     "for wait in $(seq 200); do [ $(rows) -gt 2 ] && break; sleep .05; done; " NOBODY
     "$KNEE sweep --resume r -q --no-plots 2>err; [ $? -eq 1 ] || exit 9; "
     "grep -q 'another knee is writing to it' err || exit 8; kill $pid; wait $pid; "
     "before=$(rows); head -n $before r/samples.csv >before; " NOBODY
     "$KNEE sweep --resume r --budget 2s -q --no-plots 2>err || exit 7; "
     "[ $(rows) -gt $before ] && head -n $before r/samples.csv | cmp - before && "
     "$KNEE report r -q --no-plots 2>err"},
    /* 4 slots of 20 ms are 200 items a second, no more, also in a window that others disturbed. */
    {"another user's garbage in the loopback server: bounded memory, and no slot is taken",
     "[ $(id -u) -eq 0 ]",
     "$KNEE sweep net --param pool=4 --param service=20ms --levels 1,2,4,8 --budget 2s -q "
     "--no-plots -o r 2>err & pid=$!; $PROGS/prog_garbage $pid 200 >sent || exit 9; wait $pid || "
     "exit 8; cat sent >>err; cut -d, -f1-8 r/samples.csv >>err; "
     "kb=$(sed 's/.*server_kb=//' sent); [ $kb -gt 0 ] && [ $kb -lt 32768 ] && awk -F, "
     "'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { bad += $at[\"failed_items\"]; "
     "if ($at[\"throughput_per_s\"] > most) most = $at[\"throughput_per_s\"]; "
     "bad += $at[\"server_in_service\"] > 4.5 } "
     "END { exit bad > 0 || most <= 0 || most > 210 }' r/samples.csv"},
    {"the clock of the day jumps by an hour, to and fro", "cc --version && [ -z \"$SANITIZED\" ]",
     "cat >jump.c <<'end'\n#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <time.h>\n"
     "int clock_gettime(clockid_t id, struct timespec *at) {\n"
     "    static int (*real)(clockid_t, struct timespec *);\n    static int calls;\n"
     "    if (!real) real = dlsym(RTLD_NEXT, \"clock_gettime\");\n    int status = real(id, at);\n"
     "    if (id == CLOCK_REALTIME) at->tv_sec += ++calls % 2 ? -3600 : 3600;\n"
     "    return status;\n}\n"
     "time_t time(time_t *to) {\n    struct timespec at;\n    clock_gettime(CLOCK_REALTIME, &at);\n"
     "    if (to) *to = at.tv_sec;\n    return at.tv_sec;\n}\nend\n"
     "cc -shared -fPIC -o jump.so jump.c -ldl || exit 9; export LD_PRELOAD=$PWD/jump.so; "
     "timeout 60 " SWEEP "sleep 2>err && [ -s r/result.json ] && "
     "timeout 60 $KNEE sweep --levels 1,2 --budget 1s -q --no-plots -o rate --rate '([0-9]+)' -- "
     "echo 5{n} 2>>err && ! awk -F, 'NR > 1 && ($4 < 0 || $4 > 60)' r/samples.csv | grep ."},
    {"little memory: one line, or a result", "true",
     "for kb in 60000 120000; do (ulimit -v $kb; $KNEE sweep net -q --no-plots --budget 1s "
     "--levels "
     "1,2 -o r$kb) 2>err; code=$?; [ $code -eq 0 ] || grep -q '^knee: \\|shared lib' err || exit "
     "8; "
     "done"},
    {"a list of items without an end: one line", "true",
     "(ulimit -v 150000; yes | $KNEE sweep -q --no-plots --items - -o r -- true {}) 2>err; "
     "[ $? -eq 1 ] && grep -q 'standard input: too long for the memory' err && [ ! -e r ]"},
    {"gnuplot fails: one line, and all other files", "true",
     "mkdir bin; printf '#!/bin/sh\\necho broken >&2; exit 3\\n' >bin/gnuplot; chmod +x "
     "bin/gnuplot; "
     "export PATH=$PWD/bin:$PATH; broken() { [ $? -eq 1 ] && [ -s $1/result.json ] && "
     "[ -s $1/report.html ] && grep -q 'gnuplot failed: broken' err; }; "
     "$KNEE run -q -o q -- true ::: a b 2>err; broken q || exit 9; "
     "$KNEE sweep sleep -q --budget 1s --levels 1,2 -o r >out 2>err; "
     "broken r || ! ls r/*.gp 2>err"}, /* on a busy machine there may be nothing to draw */
};

static void run_fault(void **state)
{
    const struct fault *fault = *state;
    char dir[128], command[4096];
    struct shell_run run;
/* A sanitizer needs memory, a process or a place before all other libraries for itself. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    skip();
#endif
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command, "(%s) >/dev/null 2>&1", fault->needs);
    shell_run(&run, dir, command);
    int met = run.status == 0;
    shell_run_release(&run);
    if (!met) {
        shell_dir_remove(dir);
        print_message("skipped: %s: needs %s\n", fault->name, fault->needs);
        skip();
    }
    snprintf(command, sizeof command, "chmod 777 .; %s", fault->command);
    shell_run(&run, dir, command);
    if (run.status != 0) {
        struct shell_run files;
        shell_run(&files, dir, "cat err");
        fail_msg("%s: %d: %.600s%.600s", fault->name, run.status, run.err, files.out);
    }
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    struct CMUnitTest tests[sizeof FAULTS / sizeof *FAULTS] = {0};
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        tests[i] = (struct CMUnitTest){
            .name = FAULTS[i].name, .test_func = run_fault, .initial_state = (void *)&FAULTS[i]};
    return cmocka_run_group_tests_name("faults of the system", tests, shell_set_progs, NULL);
}
