/* SPDX-License-Identifier: MIT */
#include "tests/support/shell.h"

#include "tests/support/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char *read_all(FILE *file)
{
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)length, file), (size_t)length);
    text[length] = '\0';
    fclose(file);
    return text;
}

static void exec_shell(const char *dir, const char *command, int out, int err)
{
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 &&
        dup2(err, STDERR_FILENO) >= 0 && (!dir || chdir(dir) == 0))
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

void shell_run(struct shell_run *run, const char *dir, const char *command)
{
    FILE *out = tmpfile(), *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        exec_shell(dir, command, fileno(out), fileno(err));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    run->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    run->out = read_all(out);
    run->err = read_all(err);
}

void shell_run_release(struct shell_run *run)
{
    free(run->out);
    free(run->err);
    *run = (struct shell_run){0};
}

void shell_dir_make(char *dir, size_t dir_bytes)
{
    const char *below = getenv("TMPDIR");
    snprintf(dir, dir_bytes, "%s/knee-test-XXXXXX", below && *below ? below : "/tmp");
    assert_non_null(mkdtemp(dir));
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void shell_dir_remove(const char *dir)
{
    nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static char shared_dir[PATH_MAX];

const char *shell_dir(void)
{
    return shared_dir;
}

int shell_dir_set_up(void **state)
{
    (void)state;
    shell_dir_make(shared_dir, sizeof shared_dir);
    return 0;
}

int shell_dir_set_up_by(const char *script)
{
    struct shell_run run;
    shell_dir_make(shared_dir, sizeof shared_dir);
    shell_run(&run, shared_dir, script);
    int status = run.status;
    if (status)
        fprintf(stderr, "%s%s", run.out, run.err);
    shell_run_release(&run);
    return status;
}

int shell_dir_tear_down(void **state)
{
    (void)state;
    shell_dir_remove(shared_dir);
    shared_dir[0] = '\0';
    return 0;
}

size_t shell_dir_count(const char *dir)
{
    DIR *entries = opendir(dir);
    assert_non_null(entries);
    size_t count = 0;
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries))
        count++;
    closedir(entries);
    return count - 2; /* . and .. */
}

unsigned shell_live(const char *mark)
{
    char command[512];
    struct shell_run run;
    /* One to which SIGKILL is on its way (bit 8) needs a CPU once more, on a busy machine later. */
    snprintf(command, sizeof command,
             "for p in /proc/[0-9]*; do printf '%%s ' $p; tr '\\0' ' ' <$p/cmdline; echo; done "
             "2>/dev/null | grep '^[^ ]* %s' | while read p rest; do "
             "grep -q '^S[ih][gd]Pnd:.*[13579bdf]..$' $p/status 2>/dev/null || "
             "[ ! -e $p/status ] || echo $p; done | wc -l",
             mark);
    shell_run(&run, NULL, command);
    unsigned count = (unsigned)strtoul(run.out, NULL, 10);
    shell_run_release(&run);
    return count;
}

int shell_set_progs(void **state)
{
    char path[PATH_MAX];
    (void)state;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return -1;
    path[length] = '\0';
    char *folder =
        dirname(path); /* build/VARIANT/tests/FOLDER, next to build/VARIANT/tests/support */
    char progs[PATH_MAX + 16];
    snprintf(progs, sizeof progs, "%s/../support", folder);
    return setenv("PROGS", progs, 1);
}
