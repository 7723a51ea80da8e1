/* SPDX-License-Identifier: MIT */
#include "tuner/store/directory.h"

#include "core/base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIKE_MAX 1000 /* sweeps begun within one second */
#define LOCK_TRIES 20  /* a second: the helpers of a knee that was killed end after it */
#define LOCK_PAUSE_NS (50 * KNEE_NS_PER_MS)

static int fail(const char *path, const char *why, struct knee_err *err)
{
    return knee_err_set(err, KNEE_FAILED, "%.200s: %s; name another directory with -o", path, why);
}

/* mkdir -p of everything above the last part. */
static int make_parents(const char *path, struct knee_err *err)
{
    char part[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return fail(part, strerror(errno), err);
    }
    return 0;
}

/* 1 empty, 0 not, -1 with errno if it cannot be read. */
static int is_empty(const char *path)
{
    DIR *dir = opendir(path);
    int empty = dir ? 1 : -1;
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            empty = 0;
    if (dir)
        closedir(dir);
    return empty;
}

static int make_named(const char *path, struct knee_err *err)
{
    if (!*path)
        return knee_err_set(err, KNEE_USAGE, "-o: an empty name; name a directory");
    if (make_parents(path, err) != 0)
        return -1;
    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno != EEXIST)
        return fail(path, strerror(errno), err);
    int empty = is_empty(path);
    if (empty < 0)
        return fail(path, strerror(errno), err);
    if (empty == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: the directory is not empty; name another one with -o", path);
    return access(path, W_OK | X_OK) == 0 ? 0 : fail(path, strerror(errno), err);
}

static int make_dated(char *path, size_t room, const char *parent, time_t now, struct knee_err *err)
{
    struct tm date;
    char name[32] = "sweep";
    if (localtime_r(&now, &date))
        strftime(name, sizeof name, "%Y-%m-%d-%H%M%S", &date);
    if (mkdir(parent, 0777) != 0 && errno != EEXIST)
        return fail(parent, strerror(errno), err);
    snprintf(path, room, "%s/%s", parent, name);
    for (int i = 2; mkdir(path, 0777) != 0; i++) {
        if (errno != EEXIST || i > ALIKE_MAX)
            return fail(path, strerror(errno), err);
        snprintf(path, room, "%s/%s-%d", parent, name, i);
    }
    return 0;
}

int knee_directory_make(struct knee_directory *directory, const char *parent, const char *output,
                        time_t now, struct knee_err *err)
{
    struct knee_directory made = {.latest = !output, .lock = -1};
    snprintf(made.parent, sizeof made.parent, "%s", parent);
    if (output && strlen(output) >= sizeof made.path)
        return fail(output, strerror(ENAMETOOLONG), err);
    int failed;
    if (output) {
        snprintf(made.path, sizeof made.path, "%s", output);
        for (size_t end = strlen(made.path); end > 1 && made.path[end - 1] == '/'; end--)
            made.path[end - 1] = '\0';
        failed = make_named(made.path, err);
    } else {
        failed = make_dated(made.path, sizeof made.path, parent, now, err);
    }
    if (failed || knee_directory_lock(&made.lock, made.path, err))
        return -1;
    memcpy(made.shown, made.path, sizeof made.shown);
    *directory = made;
    return 0;
}

int knee_directory_link(struct knee_directory *directory, struct knee_err *err)
{
    char latest[32], fresh[64];
    struct stat status;
    if (!directory->latest)
        return 0;
    snprintf(latest, sizeof latest, "%s/latest", directory->parent);
    if (lstat(latest, &status) == 0 && !S_ISLNK(status.st_mode))
        return knee_err_set(err, KNEE_FAILED,
                            "%s: it is not a symbolic link; move it away, the result is in %.200s",
                            latest, directory->path);
    snprintf(fresh, sizeof fresh, "%s/.latest.%ld", directory->parent, (long)getpid());
    unlink(fresh);
    if (symlink(strrchr(directory->path, '/') + 1, fresh) != 0 || rename(fresh, latest) != 0) {
        int why = errno;
        unlink(fresh);
        return knee_err_set(err, KNEE_FAILED, "%s: %s; the result is in %.200s", latest,
                            strerror(why), directory->path);
    }
    snprintf(directory->shown, sizeof directory->shown, "%s", latest);
    return 0;
}

int knee_directory_lock(int *lock, const char *path, struct knee_err *err)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *lock = -1;
    if (directory < 0)
        return 0;
    for (int tries = 0; flock(directory, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            break; /* no locks here */
        if (tries == LOCK_TRIES) {
            close(directory);
            return knee_err_set(err, KNEE_FAILED,
                                "%.200s: another knee is writing to it; wait until it has ended",
                                path);
        }
        (void)knee_clock_sleep_until_ns(knee_clock_now_ns() + LOCK_PAUSE_NS);
    }
    *lock = directory;
    return 0;
}
