/* SPDX-License-Identifier: MIT */
#include "workloads/command/actor_private.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/text/placeholders.h"
#include "workloads/process/child.h"
#include "workloads/process/remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define USAGE_BYTES ((KNEE_ENGINE_LEVEL_MAX + 1) * sizeof(struct knee_actor_usage))
#define SETUP_GRACE_NS (2 * KNEE_NS_PER_S)

static int make_out_dir(struct knee_actor *actor, struct knee_err *err)
{
    const char *below = getenv("TMPDIR");
    bool needed = actor->placeholders & (KNEE_PLACEHOLDER_OUT | KNEE_PLACEHOLDER_COPY);
    if (!needed && actor->params.items->count == 0)
        return 0;
    snprintf(actor->out_dir, sizeof actor->out_dir, "%.400s/knee-XXXXXX",
             below && *below ? below : "/tmp");
    if (!mkdtemp(actor->out_dir)) {
        int why = errno;
        actor->out_dir[0] = '\0';
        if (!needed) /* the first look then runs on the items themselves */
            return 0;
        return knee_err_set(err, KNEE_FAILED,
                            "{out}: no directory for temporary files: %s; set TMPDIR",
                            strerror(why));
    }
    memcpy(actor->keeper.page->directory, actor->out_dir, sizeof actor->out_dir);
    return 0;
}

/* 0, or an errno if `path` is not a directory or may not be used. */
static int check_directory(const char *path, int mode)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno;
    if (!S_ISDIR(info.st_mode))
        return ENOTDIR;
    return access(path, mode) == 0 ? 0 : errno;
}

static int open_directory(struct knee_actor *actor, struct knee_err *err)
{
    const char *directory = actor->params.directory;
    int error = directory ? check_directory(directory, X_OK) : 0;
    if (error)
        return knee_err_set(err, KNEE_USAGE, "working directory %.200s: %s; name a directory",
                            directory, strerror(error));
    actor->directory_fd = directory ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : AT_FDCWD;
    return 0;
}

static int make_directories(struct knee_actor *actor, struct knee_err *err)
{
    const struct knee_actor_params *params = &actor->params;
    int error = 0;
    if (open_directory(actor, err))
        return -1;
    if (!params->output_dir)
        return 0;
    error = mkdir(params->output_dir, 0777) == 0 ? 0 : errno;
    if (error == 0 || error == EEXIST)
        error = check_directory(params->output_dir, W_OK | X_OK);
    if (!error) {
        actor->output_fd = open(params->output_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        error = actor->output_fd >= 0 ? 0 : errno;
    }
    if (error)
        return knee_err_set(err, KNEE_USAGE,
                            "output directory %.200s: %s; name a directory, or a new one in an "
                            "existing one",
                            params->output_dir, strerror(error));
    return 0;
}

static int start_actor(struct knee_actor *actor, struct knee_err *err)
{
    actor->has_open_files = getrlimit(RLIMIT_NOFILE, &actor->open_files) == 0;
    actor->no_terminal = !knee_child_has_terminal();
    actor->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (actor->null_fd < 0)
        return knee_err_set(err, KNEE_FAILED, "/dev/null: %s", strerror(errno));
    /* Whole pages, zeroed by the kernel when they are first used: most slots never are. */
    void *usage =
        mmap(NULL, USAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (usage == MAP_FAILED)
        return knee_err_memory(err, "command");
    actor->usage = usage;
    if (knee_actor_words_prepare(actor, err) || make_directories(actor, err) ||
        knee_keeper_open(&actor->keeper, err) || make_out_dir(actor, err)) {
        actor->params.cleanup = NULL;
        return -1;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
    knee_strays_spare(&actor->own);
    int status = knee_actor_hook(actor, "setup", actor->params.setup, err);
    knee_strays_spare(&actor->spared); /* a server that setup has started serves the items */
    if (status && err->code < KNEE_INTERRUPTED)
        actor->params.cleanup = NULL;
    if (!status) /* for the first look, which is not part of a block */
        status = knee_actor_hook(actor, "prepare", actor->params.prepare, err);
    return status;
}

int knee_actor_open(struct knee_actor **actor, const struct knee_actor_params *params,
                    struct knee_err *err)
{
    struct knee_actor *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_memory(err, "command");
    made->params = *params;
    made->null_fd = made->output_fd = made->directory_fd = -1;
    atomic_store(&made->level, 1);
    if (start_actor(made, err)) {
        knee_actor_close(made, NULL, 0);
        return -1;
    }
    *actor = made;
    return 0;
}

int knee_actor_check(const struct knee_actor_params *params, struct knee_err *err)
{
    struct knee_actor made = {.params = *params, .directory_fd = -1};
    int status = knee_actor_words_prepare(&made, err) || open_directory(&made, err) ? -1 : 0;
    bool is_path = !status && strchr(made.program, '/') && !knee_placeholders_in(made.program);
    if (is_path && faccessat(made.directory_fd, made.program, X_OK, 0) != 0)
        status =
            knee_err_set(err, KNEE_COMMAND_FAILED, "%.200s: %s; name a program that can be run",
                         made.program, strerror(errno));
    if (made.directory_fd >= 0)
        close(made.directory_fd);
    free(made.script);
    free(made.program_found);
    return status;
}

static void remove_tree(const char *path)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return;
    if (unlink(path) == 0 || rmdir(path) == 0)
        return;
    knee_remove_tree(path);
}

/* What the setup command has left behind, a server perhaps, ends now. */
static void end_setup(struct knee_actor *actor)
{
    if (actor->setup_pid > 0) {
        kill(-actor->setup_pid, SIGTERM);
        kill(-actor->setup_pid, SIGCONT);
        atomic_store_explicit(&actor->keeper.page->setup_group, 0, memory_order_release);
        while (waitpid(actor->setup_pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    if (actor->own.count > 0)
        knee_strays_end(&actor->own, SETUP_GRACE_NS);
}

void knee_actor_close(struct knee_actor *actor, char *warning, size_t warning_bytes)
{
    struct knee_err err = {0};
    if (warning_bytes)
        warning[0] = '\0';
    if (!actor)
        return;
    if (actor->keeper.page) {
        knee_actor_cancel(actor);
        if (knee_actor_hook(actor, "cleanup", actor->params.cleanup, &err) && warning_bytes)
            snprintf(warning, warning_bytes, "%s", err.message);
        if (actor->spared.count > 0)
            knee_strays_end(&actor->spared, 0);
        end_setup(actor);
        prctl(PR_SET_CHILD_SUBREAPER, 0UL, 0UL, 0UL, 0UL);
    }
    if (actor->out_dir[0])
        remove_tree(actor->out_dir);
    knee_keeper_close(&actor->keeper);
    const int fds[] = {actor->null_fd, actor->directory_fd, actor->output_fd};
    for (size_t i = 0; i < KNEE_COUNT(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    if (actor->usage)
        munmap(actor->usage, USAGE_BYTES);
    free(actor->script);
    free(actor->program_found);
    free(actor);
}

const struct knee_actor_params *knee_actor_params_of(const struct knee_actor *actor)
{
    return &actor->params;
}

bool knee_actor_level_is_argument(const struct knee_actor *actor)
{
    return (actor->placeholders & KNEE_PLACEHOLDER_LEVEL) && actor->params.items->count == 0;
}

int knee_actor_stat_item(const struct knee_actor *actor, const struct knee_item *item,
                         struct stat *info)
{
    return fstatat(actor->directory_fd, item->text, info, 0);
}

void knee_actor_go_through(struct knee_actor *actor, size_t skipped)
{
    actor->through = true;
    atomic_fetch_add_explicit(&actor->cursor, skipped, memory_order_relaxed);
}

int knee_actor_begin(struct knee_actor *actor, uint32_t block, uint32_t level, struct knee_err *err)
{
    size_t reached = atomic_load_explicit(&actor->cursor, memory_order_relaxed);
    if (reached - actor->base > actor->furthest)
        actor->furthest = reached - actor->base;
    if (!actor->began || block != actor->block) {
        actor->base += actor->furthest;
        actor->furthest = 0;
        actor->block = block;
        actor->began = true;
        if (knee_actor_hook(actor, "prepare", actor->params.prepare, err))
            return -1;
    }
    knee_strays_reap(&actor->spared, actor->keeper.page->groups, KNEE_KEEPER_GROUPS);
    if (!actor->through)
        atomic_store_explicit(&actor->cursor, actor->base, memory_order_relaxed);
    atomic_store_explicit(&actor->level, level, memory_order_relaxed);
    return 0;
}

void knee_actor_cancel(struct knee_actor *actor)
{
    atomic_store(&actor->cancelled, true); /* an item that starts now looks for it */
    knee_keeper_end_groups(&actor->keeper);
}
