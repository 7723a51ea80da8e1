/* SPDX-License-Identifier: MIT */
/* What the kernel says of this host: its files below a root of our own, in memory if there is such
 * a place. The files stay open and are written again for each input. */
#include "tests/support/fuzz_targets.h"

#include "core/base/array.h"
#include "core/host/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = {
    "proc/self/cgroup",       "proc/self/mountinfo",    "proc/meminfo",
    "proc/self/limits",       "sys/fs/cgroup/cpu.max",  "sys/fs/cgroup/memory.max",
    "sys/fs/cgroup/pids.max", "sys/fs/cgroup/cpu.stat", "proc/stat",
};

static struct root {
    char path[64];
    int files[KNEE_COUNT(names)];
} root;

static void remove_root(void)
{
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", root.path);
    if (system(command) != 0)
        perror(root.path);
}

static int make_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root.path, name);
    for (char *slash = strchr(path + strlen(root.path) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
    }
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        abort();
    return file;
}

static void make_root(void)
{
    snprintf(root.path, sizeof root.path, "%s/knee-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(root.path))
        abort();
    atexit(remove_root);
    for (size_t i = 0; i < KNEE_COUNT(names); i++)
        root.files[i] = make_file(names[i]);
}

/* The texts are between NUL bytes. */
void fuzz_host(const uint8_t *bytes, size_t count)
{
    struct knee_host host;
    struct knee_err err;
    if (!root.path[0])
        make_root();
    for (size_t i = 0; i < KNEE_COUNT(names); i++) {
        const uint8_t *end = count > 0 ? memchr(bytes, '\0', count) : NULL;
        size_t part = end ? (size_t)(end - bytes) : count;
        if (pwrite(root.files[i], bytes, part, 0) != (ssize_t)part ||
            ftruncate(root.files[i], (off_t)part) != 0)
            abort();
        bytes += part + (end != NULL);
        count -= part + (end != NULL);
    }
    (void)knee_host_read(&host, root.path, &err);
}
