/* SPDX-License-Identifier: MIT */
/* What an item prints: into files of the user's directory, or into drains.
 *
 * A file belongs to the slot until the item has ended, and then gets its name: the same item may
 * run in two slots at once, and one that is killed at the end has printed only a part. It is new
 * and has a name that no one can foresee: others who may write to the directory cannot put a link
 * there. */
#include "workloads/command/actor_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <unistd.h>

#define TRIES 16
#define NAME_BYTES 64

static const char *const ENDINGS[KNEE_ACTOR_OUTPUTS] = {".out", ".err"};

/* A new file of the slot's for `which`, its name in `name`; -1 with errno. */
static int open_file(const struct knee_actor_slot *slot, int which, char name[NAME_BYTES])
{
    for (int i = 0; i < TRIES; i++) {
        uint64_t unforeseen = 0;
        if (getrandom(&unforeseen, sizeof unforeseen, GRND_NONBLOCK) < 0)
            return -1;
        snprintf(name, NAME_BYTES, ".slot-%u-%016" PRIx64 "%s", slot->index + 1, unforeseen,
                 ENDINGS[which]);
        int fd = openat(slot->actor->output_fd, name,
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

void knee_actor_output_init(struct knee_actor_slot *slot)
{
    for (int i = 0; i < KNEE_ACTOR_OUTPUTS; i++)
        slot->drains[i] = (struct knee_drain){.read_fd = -1, .write_fd = -1, .null_fd = -1};
    if (slot->actor->params.output_dir || slot->actor->params.given)
        return;
    for (int i = 0; i < KNEE_ACTOR_OUTPUTS; i++)
        (void)knee_drain_open(&slot->drains[i], slot->actor->null_fd, i == KNEE_ACTOR_STDERR);
}

void knee_actor_output_release(struct knee_actor_slot *slot)
{
    for (int i = 0; i < KNEE_ACTOR_OUTPUTS; i++)
        knee_drain_close(&slot->drains[i]);
}

int knee_actor_output_open(struct knee_actor_slot *slot, struct knee_actor_output *output)
{
    const struct knee_actor *actor = slot->actor;
    *output = (struct knee_actor_output){.fds = {-1, -1}};
    for (int i = 0; i < KNEE_ACTOR_OUTPUTS; i++) {
        if (actor->output_fd >= 0) {
            output->fds[i] = open_file(slot, i, output->names[i]);
            if (output->fds[i] < 0)
                return errno;
        } else {
            /* Without a pipe (no descriptors are left) the output is dropped by the kernel. */
            int write_fd = slot->drains[i].write_fd;
            output->fds[i] = write_fd >= 0 ? write_fd : actor->null_fd;
            knee_drain_forget(&slot->drains[i]);
        }
    }
    return 0;
}

void knee_actor_output_close(struct knee_actor_slot *slot, struct knee_actor_output *output,
                             uint64_t number)
{
    const struct knee_actor *actor = slot->actor;
    if (actor->output_fd < 0)
        return;
    const bool cancelled = atomic_load_explicit(&actor->cancelled, memory_order_acquire);
    for (int i = 0; i < KNEE_ACTOR_OUTPUTS; i++) {
        char name[NAME_BYTES];
        if (output->fds[i] < 0)
            continue;
        close(output->fds[i]);
        snprintf(name, sizeof name, "%" PRIu64 "%s", number, ENDINGS[i]);
        if (cancelled || renameat(actor->output_fd, output->names[i], actor->output_fd, name) != 0)
            unlinkat(actor->output_fd, output->names[i], 0);
    }
}
