/* SPDX-License-Identifier: MIT */
/* A slot: runs one item at a time. */
#include "core/text/placeholders.h"
#include "workloads/command/actor_copy.h"
#include "workloads/command/actor_private.h"

#include "core/base/clock.h"
#include "workloads/command/placeholder_fill.h"
#include "workloads/process/child.h"
#include "workloads/process/remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKOFF_FIRST_NS (100 * KNEE_NS_PER_MS)
#define BACKOFF_MOST_NS (5 * KNEE_NS_PER_S)
#define BACKOFF_LOOK_NS (20 * KNEE_NS_PER_MS) /* between two looks for the end of everything */
#define RUNS_PER_REAP 64 /* of a slot, if strays hide after a child that stays */
#define SLOT_STREAM 0x736c6f74u

extern char **environ;

static size_t environment_count(void)
{
    size_t count = 0;
    while (environ && environ[count])
        count++;
    return count;
}

struct knee_actor_slot *knee_actor_slot_open(struct knee_actor *actor, uint32_t index)
{
    struct knee_actor_slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->actor = actor;
    slot->index = index;
    knee_actor_output_init(slot);
    slot->random = knee_random_seed(actor->params.seed, SLOT_STREAM + index);
    slot->buffer_bytes = knee_actor_words_bytes(actor, actor->params.items->longest_bytes);
    slot->buffer = malloc(slot->buffer_bytes);
    slot->argv = calloc(actor->words_count + 3, sizeof *slot->argv);
    if (actor->params.environment_count)
        slot->environment = calloc(environment_count() + actor->params.environment_count + 1,
                                   sizeof *slot->environment);
    slot->stack = aligned_alloc(64, KNEE_CHILD_STACK_BYTES);
    if (!slot->buffer || !slot->argv || !slot->stack ||
        (actor->params.environment_count && !slot->environment)) {
        knee_actor_slot_close(slot);
        errno = ENOMEM;
        return NULL;
    }
    uint32_t used = atomic_load(&actor->slots_used);
    while (used <= index && !atomic_compare_exchange_weak(&actor->slots_used, &used, index + 1))
        continue;
    return slot;
}

void knee_actor_slot_close(struct knee_actor_slot *slot)
{
    if (!slot)
        return;
    knee_actor_output_release(slot);
    free(slot->stack);
    free(slot->environment);
    free(slot->argv);
    free(slot->buffer);
    free(slot);
}

static void drop_from_cache(const struct knee_actor *actor, const char *path)
{
    int fd = openat(actor->directory_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

/* The output of a process, and how long it may take. */
struct place {
    int out_fd, err_fd;
    struct knee_drain *drains; /* KNEE_ACTOR_OUTPUTS of them; NULL: none */
    uint64_t timeout_ns;
};

/* A program that detaches itself, item after item, would fill the process table within a window. */
static void reap_strays(struct knee_actor_slot *slot)
{
    struct knee_actor *actor = slot->actor;
    const _Atomic int *groups = actor->keeper.page->groups;
    pid_t hides = knee_strays_reap_some(&actor->spared, groups, KNEE_KEEPER_GROUPS);
    if (hides && slot->runs % RUNS_PER_REAP == 0)
        knee_strays_reap(&actor->spared, groups, KNEE_KEEPER_GROUPS);
}

static int run_child(struct knee_actor_slot *slot, const struct place *place,
                     struct knee_actor_outcome *outcome)
{
    struct knee_actor *actor = slot->actor;
    const struct knee_actor_params *params = &actor->params;
    struct knee_actor_usage *usage = &actor->usage[slot->index];
    _Atomic int *group = &actor->keeper.page->groups[slot->index];
    const bool own = strchr(actor->program, '{') && !params->shell;
    const struct knee_child_params child = {
        .argv = slot->argv + 1,
        .program = own ? slot->argv[1] : actor->program,
        .environment = params->environment_count ? slot->environment : environ,
        .directory = params->directory,
        .in_fd = actor->null_fd,
        .out_fd = place->out_fd,
        .err_fd = place->err_fd,
        .no_terminal = actor->no_terminal,
        .group = group,
        .open_files = actor->has_open_files ? &actor->open_files : NULL,
        .stack = slot->stack};
    struct knee_child_end end = {0};
    pid_t pid = 0;
    atomic_store_explicit(&usage->since_ns, knee_clock_now_ns(), memory_order_relaxed);
    int error = knee_child_start(&child, &pid);
    /* Whoever cancels says so first, and then ends the groups that are there. */
    const bool late = !error && atomic_load(&actor->cancelled);
    const struct knee_child_waiting waiting = {.timeout_ns = late ? 1 : place->timeout_ns,
                                               .drains = place->drains,
                                               .drains_count = KNEE_ACTOR_OUTPUTS};
    if (!error)
        knee_child_wait(pid, &waiting, group, &end);
    reap_strays(slot);
    knee_actor_usage_add(usage, &end.used);
    outcome->status = end.status;
    outcome->used = end.used;
    if (error || late)
        return error ? error : ECANCELED;
    return end.timed_out ? ETIMEDOUT : end.status ? EIO : 0;
}

static int run_with_output(struct knee_actor_slot *slot, uint64_t number,
                           struct knee_actor_outcome *outcome)
{
    struct knee_actor_output output;
    int error = knee_actor_output_open(slot, &output);
    if (!error) {
        const struct place place = {.out_fd = output.fds[KNEE_ACTOR_STDOUT],
                                    .err_fd = output.fds[KNEE_ACTOR_STDERR],
                                    .drains = slot->drains,
                                    .timeout_ns = slot->actor->params.timeout_ns};
        error = run_child(slot, &place, outcome);
    }
    knee_actor_output_close(slot, &output, outcome->item ? number : slot->index + 1);
    return error;
}

/* Runs an item once, and removes its temporary path. `place` NULL: as the parameters say. */
static int run_once(struct knee_actor_slot *slot, const struct place *place,
                    struct knee_actor_outcome *outcome)
{
    struct knee_actor *actor = slot->actor;
    uint64_t number = outcome->item ? outcome->item->number : slot->runs + 1;
    bool has_out = (actor->placeholders & KNEE_PLACEHOLDER_OUT) != 0;
    bool has_copy = (actor->placeholders & KNEE_PLACEHOLDER_COPY) && outcome->item;
    slot->runs++;
    if (has_out)
        snprintf(slot->out, sizeof slot->out, "%s/%u-%" PRIu64, actor->out_dir, slot->index + 1,
                 slot->runs);
    int error = has_copy ? knee_actor_copy_make(slot, outcome->item) : 0;
    if (!error)
        error = knee_actor_words_fill(slot, outcome->item, number);
    if (!error && actor->params.cold && outcome->item)
        drop_from_cache(actor, has_copy ? slot->copy : outcome->item->text);
    if (!error)
        error = place ? run_child(slot, place, outcome) : run_with_output(slot, number, outcome);
    if (has_out && unlink(slot->out) != 0 && errno != ENOENT)
        knee_remove_tree(slot->out);
    if (has_copy)
        knee_actor_copy_remove(slot);
    return error;
}

/* Waits twice as long after each failure, by a random factor of 0.5 to 1.5, so that slots that
 * failed together do not try again together. False if everything is over. */
static bool back_off(struct knee_actor_slot *slot, uint32_t attempt)
{
    uint64_t most = attempt < 6 ? BACKOFF_FIRST_NS << attempt : BACKOFF_MOST_NS;
    most = most < BACKOFF_MOST_NS ? most : BACKOFF_MOST_NS;
    uint64_t until = knee_clock_now_ns() + most / 2 + knee_random_below(&slot->random, most);
    for (uint64_t now; (now = knee_clock_now_ns()) < until;) {
        if (atomic_load_explicit(&slot->actor->cancelled, memory_order_acquire))
            return false;
        knee_clock_sleep_until_ns(until - now > BACKOFF_LOOK_NS ? now + BACKOFF_LOOK_NS : until);
    }
    return true;
}

static int run_item(struct knee_actor_slot *slot, const struct knee_item *item, uint32_t retries,
                    struct knee_actor_outcome *outcome)
{
    struct knee_actor *actor = slot->actor;
    const uint64_t before = knee_clock_now_ns();
    *outcome = (struct knee_actor_outcome){.item = item, .error = ECANCELED};
    for (uint32_t attempt = 0; attempt <= retries; attempt++) {
        if (atomic_load_explicit(&actor->cancelled, memory_order_acquire)) {
            outcome->error = ECANCELED;
            return ECANCELED;
        }
        outcome->error = run_once(slot, NULL, outcome);
        if (!outcome->error || (attempt < retries && !back_off(slot, attempt)))
            break;
    }
    outcome->wall_ns = knee_clock_now_ns() - before;
    bool counts = outcome->error && !(actor->params.ignore_failure && outcome->error == EIO);
    bool cancelled = atomic_load_explicit(&actor->cancelled, memory_order_acquire);
    if (counts && !cancelled)
        knee_actor_failure_note(slot, outcome);
    return counts ? outcome->error : 0;
}

int knee_actor_run_at(struct knee_actor_slot *slot, size_t position,
                      struct knee_actor_outcome *outcome)
{
    const struct knee_items *items = slot->actor->params.items;
    return run_item(slot, items->count ? &items->at[position % items->count] : NULL, 0, outcome);
}

/* Room for the words of an item that is longer than those before. */
static int make_room(struct knee_actor_slot *slot, const struct knee_item *item)
{
    size_t bytes = knee_actor_words_bytes(slot->actor, strlen(item->text));
    if (bytes <= slot->buffer_bytes)
        return 0;
    char *grown = realloc(slot->buffer, bytes);
    if (!grown)
        return ENOMEM;
    slot->buffer = grown;
    slot->buffer_bytes = bytes;
    return 0;
}

int knee_actor_run_on_copy(struct knee_actor_slot *slot, const struct knee_item *copy, bool note,
                           struct knee_actor_outcome *outcome)
{
    const struct knee_actor *actor = slot->actor;
    const uint64_t before = knee_clock_now_ns();
    *outcome = (struct knee_actor_outcome){.item = copy, .error = ECANCELED};
    if (atomic_load_explicit(&actor->cancelled, memory_order_acquire))
        return ECANCELED;
    outcome->error = make_room(slot, copy);
    if (!outcome->error)
        outcome->error = run_once(slot, NULL, outcome);
    outcome->wall_ns = knee_clock_now_ns() - before;
    bool counts = outcome->error && !(actor->params.ignore_failure && outcome->error == EIO);
    if (counts && note)
        knee_actor_failure_note(slot, outcome);
    return counts ? outcome->error : 0;
}

int knee_actor_run(struct knee_actor_slot *slot, struct knee_actor_outcome *outcome)
{
    struct knee_actor *actor = slot->actor;
    const struct knee_items *items = actor->params.items;
    struct knee_actor_outcome unasked;
    const struct knee_item *item = NULL;
    if (items->count)
        item = &items->at[atomic_fetch_add_explicit(&actor->cursor, 1, memory_order_relaxed) %
                          items->count];
    return run_item(slot, item, actor->params.retries, outcome ? outcome : &unasked);
}

int knee_actor_run_given(struct knee_actor_slot *slot, const struct knee_actor_attempt *attempt,
                         struct knee_actor_outcome *outcome)
{
    const struct place place = {
        .out_fd = attempt->out_fd, .err_fd = attempt->err_fd, .timeout_ns = attempt->timeout_ns};
    const uint64_t before = knee_clock_now_ns();
    *outcome = (struct knee_actor_outcome){.item = &attempt->item, .error = ECANCELED};
    if (!atomic_load_explicit(&slot->actor->cancelled, memory_order_acquire)) {
        outcome->error = make_room(slot, &attempt->item);
        if (!outcome->error)
            outcome->error = run_once(slot, &place, outcome);
    }
    outcome->wall_ns = knee_clock_now_ns() - before;
    return outcome->error;
}

void knee_actor_set_level(struct knee_actor *actor, uint32_t level)
{
    atomic_store_explicit(&actor->level, level, memory_order_relaxed);
}

void knee_actor_signal(struct knee_actor *actor, uint32_t index, int signal_number)
{
    int group = atomic_load_explicit(&actor->keeper.page->groups[index], memory_order_acquire);
    if (group > 0)
        kill(-group, signal_number);
}
