/* SPDX-License-Identifier: MIT */
#include "plots/gnuplot.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_NS (60 * KNEE_NS_PER_S) /* a chart takes 0.1 s; a loaded machine, some seconds */
#define LOOK_MS 50                      /* from one look for a signal to the next */
#define END_MS 1                        /* what has closed its stderr ends at once */

extern char **environ;

/* What a child says on stderr; the rest of it is read and dropped. */
struct speech {
    char text[1024];
    size_t used;
};

/* Standard input leads nowhere, standard output is the picture, stderr comes to us, and no other
 * file is passed on. */
static int set_files(posix_spawn_file_actions_t *actions, const char *dir, int picture, int to)
{
    int failed = posix_spawn_file_actions_addchdir_np(actions, dir);
    failed |= posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    failed |= posix_spawn_file_actions_adddup2(actions, picture, 1);
    failed |= posix_spawn_file_actions_adddup2(actions, to, 2);
    failed |= posix_spawn_file_actions_addclosefrom_np(actions, 3);
    return failed;
}

/* A process group of its own, so that Ctrl-C ends the sweep but not the chart of what it measured,
 * and all that gnuplot starts ends with it; and signals as when a program starts. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int failed = posix_spawnattr_setpgroup(attributes, 0);
    failed |= posix_spawnattr_setsigmask(attributes, &none);
    failed |= posix_spawnattr_setsigdefault(attributes, &all);
    failed |= posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                       POSIX_SPAWN_SETSIGDEF);
    return failed;
}

/* 0 or an errno. */
static int spawn_gnuplot(pid_t *child, const char *dir, char *choice, char *script, int picture,
                         int to)
{
    char program[] = "gnuplot", option[] = "-e";
    char *argv[] = {program, option, choice, script, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    int why = posix_spawnattr_init(&attributes);
    if (why == 0) {
        why = set_files(&actions, dir, picture, to) || set_signals(&attributes) ? ENOMEM : 0;
        if (why == 0)
            why = posix_spawnp(child, program, &actions, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/* Whether there may be more to read. */
static bool read_some(int from, struct speech *speech)
{
    char dropped[256];
    size_t room = sizeof speech->text - 1 - speech->used;
    char *to = room ? speech->text + speech->used : dropped;
    ssize_t got = read(from, to, room ? room : sizeof dropped);
    if (got > 0 && room)
        speech->used += (size_t)got;
    return got > 0 || (got < 0 && errno == EINTR);
}

/* gnuplot shows the faulty line, a caret below it, and then the error, which begins
 * `"NAME.gp" line 12: ` and is the one line to pass on. */
static const char *find_error(struct speech *speech)
{
    speech->text[speech->used] = '\0';
    char *found = NULL;
    for (char *line = speech->text; *line;) {
        char *end = line + strcspn(line, "\n");
        char *next = *end ? end + 1 : end;
        *end = '\0';
        if (strstr(line, " line ") && strchr(line, ':'))
            return line;
        if (*line && !found)
            found = line;
        line = next;
    }
    return found ? found : "it said nothing";
}

/* How a child ended. */
struct ending {
    bool in_time;
    int signal_number; /* of the signal that asked us to end, and so ended it; 0: none */
    int status;        /* as waitpid() has it */
};

/* Reads until the child closes its stderr and ends. If that takes too long, or a signal comes, the
 * child is killed. */
static struct ending attend(pid_t child, int from, const struct knee_hold *hold,
                            struct speech *speech)
{
    struct ending ending = {.in_time = true, .status = -1};
    const uint64_t end_ns = knee_clock_now_ns() + TIMEOUT_NS;
    for (bool open = true; open || waitpid(child, &ending.status, WNOHANG) == 0;) {
        struct pollfd wait = {.fd = from, .events = POLLIN};
        ending.signal_number = knee_hold_seen(hold);
        ending.in_time = knee_clock_now_ns() < end_ns;
        if (!ending.in_time || ending.signal_number) {
            kill(-child, SIGKILL);
            while (waitpid(child, &ending.status, 0) < 0 && errno == EINTR)
                continue;
            break;
        }
        if (poll(&wait, open, open ? LOOK_MS : END_MS) > 0)
            open = read_some(from, speech);
    }
    return ending;
}

/* EACCES: it may not be run, or a folder of PATH may not be read. */
static enum knee_gnuplot_outcome say_missing(const char *name, const char *format, int why,
                                             struct knee_err *err)
{
    knee_err_set(err, KNEE_FAILED,
                 "%.80s.%s: gnuplot %s; apt-get install gnuplot-nox, then run "
                 "`gnuplot %.80s.gp` there",
                 name, format,
                 why == EACCES ? "is not installed, or may not be run" : "is not installed", name);
    return KNEE_GNUPLOT_MISSING;
}

static enum knee_gnuplot_outcome say_interrupted(const char *name, const char *format,
                                                 int signal_number, struct knee_err *err)
{
    return knee_err_set(err, KNEE_INTERRUPTED + signal_number,
                        "%.80s.%s: interrupted; this chart and those after it are left out", name,
                        format);
}

/* All that was drawn, to DIR/NAME. 1; 0: there is nothing; -1 with `err` filled. */
static int keep_picture(int drawn, const char *dir, const char *name, struct knee_err *err)
{
    char part[16384];
    off_t at = 0;
    ssize_t got = pread(drawn, part, sizeof part, at);
    struct knee_file file;
    if (got <= 0)
        return 0;
    if (knee_file_open(&file, dir, name, err))
        return -1;
    for (; got > 0; got = pread(drawn, part, sizeof part, at += got))
        fwrite(part, 1, (size_t)got, file.out);
    return knee_file_close(&file, err) ? -1 : 1;
}

static enum knee_gnuplot_outcome judge_run(const char *dir, int drawn, const char *name,
                                           const char *format, const struct ending *ending,
                                           struct speech *speech, struct knee_err *err)
{
    const int status = ending->status;
    const bool in_time = ending->in_time;
    char path[4096];
    snprintf(path, sizeof path, "%s/%.120s.%s", dir, name, format);
    if (in_time && !ending->signal_number && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        int kept = keep_picture(drawn, dir, strrchr(path, '/') + 1, err);
        if (kept != 0)
            return kept > 0 ? KNEE_GNUPLOT_DRAWN : KNEE_GNUPLOT_FAILED;
    }
    unlink(path); /* it does not show what the script draws now */
    if (ending->signal_number)
        return say_interrupted(name, format, ending->signal_number, err);
    if (!in_time)
        return knee_err_set(err, KNEE_FAILED,
                            "%.80s.%s: gnuplot took longer than %d s; run "
                            "`gnuplot %.80s.gp` in %.160s later",
                            name, format, (int)(TIMEOUT_NS / KNEE_NS_PER_S), name, dir);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return say_missing(name, format, ENOENT, err);
    return knee_err_set(err, KNEE_FAILED,
                        "%.80s.%s: gnuplot failed: %.160s; try `gnuplot %.80s.gp` in %.120s", name,
                        format, find_error(speech), name, dir);
}

/* gnuplot would follow a symbolic link at the picture's name, and a file of its own would stay if
 * we are killed: it draws into memory, from which the picture is copied. */
static enum knee_gnuplot_outcome run_held(const char *dir, const char *name, const char *format,
                                          const struct knee_hold *hold, struct knee_err *err)
{
    int ends[2];
    pid_t child;
    char script[160], choice[64];
    struct speech speech = {.used = 0};
    snprintf(script, sizeof script, "%.120s.gp", name);
    snprintf(choice, sizeof choice, "format='%s'; to_stdout=1", format);
    int drawn = memfd_create("picture", MFD_CLOEXEC);
    if (drawn < 0 || pipe2(ends, O_CLOEXEC) != 0) {
        int failed = errno;
        if (drawn >= 0)
            close(drawn);
        return knee_err_set(err, KNEE_FAILED, "gnuplot: %s; close other programs",
                            strerror(failed));
    }
    int why = spawn_gnuplot(&child, dir, choice, script, drawn, ends[1]);
    close(ends[1]);
    if (why != 0) {
        close(ends[0]);
        close(drawn);
        return why == ENOENT || why == EACCES
                   ? say_missing(name, format, why, err)
                   : knee_err_set(err, KNEE_FAILED, "gnuplot: %s; see that it can run",
                                  strerror(why));
    }
    struct ending ending = attend(child, ends[0], hold, &speech);
    close(ends[0]);
    enum knee_gnuplot_outcome outcome = judge_run(dir, drawn, name, format, &ending, &speech, err);
    close(drawn);
    return outcome;
}

enum knee_gnuplot_outcome knee_gnuplot_run(const char *dir, const char *name,
                                           enum knee_picture_format format, struct knee_err *err)
{
    struct knee_hold hold;
    const char *text = knee_picture_format_text(format);
    knee_hold_begin(&hold);
    int already = knee_hold_seen(&hold);
    enum knee_gnuplot_outcome outcome =
        already ? say_interrupted(name, text, already, err) : run_held(dir, name, text, &hold, err);
    knee_hold_end(&hold);
    return outcome;
}
