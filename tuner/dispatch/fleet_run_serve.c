/* SPDX-License-Identifier: MIT */
/* What the ranks other than 0 do in a run: they start what they are given, and send back how it
 * went. A slot is a thread; the thread that opened the link sends and receives. */
#include "core/base/thread.h"
#include "core/fleet/fleet_host.h"
#include "core/fleet/fleet_order.h"
#include "tuner/dispatch/fleet_run_private.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STACK_BYTES (256u << 10)
#define PART_BYTES (128u << 10)
#define FOR_EVER UINT64_MAX

struct server;

struct slot {
    struct server *server;
    uint32_t index;
    pthread_t thread;
    pthread_cond_t wake;
    bool busy, leaves;
    struct knee_actor_slot *actor;
    struct knee_fleet_run_message task; /* what it was given, then the answer */
    char *item;                         /* owned */
    int fd[2];                          /* what it prints */
    char line[KNEE_FLEET_RUN_LINE_BYTES];
    struct slot *next; /* in the list of those that have ended */
};

struct server {
    struct knee_link *link;
    int argc;
    char *const *argv;
    const volatile sig_atomic_t *interrupted;
    struct knee_fleet_run_command command;
    struct knee_actor *actor;
    struct knee_items none;
    pthread_mutex_t lock;
    pthread_cond_t some_ended;
    struct slot *slots[KNEE_FLEET_RUN_SLOTS]; /* owned */
    struct slot *ended;
    bool cancelled, finished;
    uint64_t said_ns;
};

static int say(struct server *server, const struct knee_fleet_run_message *message,
               const void *payload, size_t bytes)
{
    server->said_ns = knee_clock_now_ns();
    return knee_fleet_run_send(server->link, 0, message, payload, bytes, FOR_EVER, NULL);
}

/* ---- slots ---- */
/* Kept on disk, as an item may print more than the memory holds. */
static int open_unnamed(void)
{
    const char *below = getenv("TMPDIR");
    int fd =
        open(below && *below ? below : "/tmp", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    return fd >= 0 ? fd : memfd_create("knee-printed", MFD_CLOEXEC);
}

static void run_task(struct slot *slot)
{
    struct knee_actor_outcome outcome = {.error = 0};
    slot->fd[0] = open_unnamed();
    slot->fd[1] = open_unnamed();
    const struct knee_actor_attempt attempt = {
        .item = {.text = slot->item, .number = (uint32_t)slot->task.item},
        .out_fd = slot->fd[0],
        .err_fd = slot->fd[1],
        .timeout_ns = slot->task.timeout_ns};
    slot->line[0] = '\0';
    if (slot->fd[0] < 0 || slot->fd[1] < 0) {
        outcome.error = EMFILE;
    } else {
        knee_actor_set_level(slot->server->actor, slot->task.level);
        knee_actor_run_given(slot->actor, &attempt, &outcome);
        knee_actor_line(slot->actor, slot->line, sizeof slot->line);
    }
    slot->task.error = outcome.error;
    slot->task.status = outcome.status;
    slot->task.wall_ns = outcome.wall_ns;
    slot->task.used = outcome.used;
}

static void *work(void *argument)
{
    struct slot *slot = argument;
    struct server *server = slot->server;
    pthread_mutex_lock(&server->lock);
    for (;;) {
        while (!slot->busy && !slot->leaves)
            pthread_cond_wait(&slot->wake, &server->lock);
        if (!slot->busy)
            break;
        pthread_mutex_unlock(&server->lock);
        run_task(slot);
        pthread_mutex_lock(&server->lock);
        slot->busy = false;
        slot->next = server->ended;
        server->ended = slot;
        pthread_cond_signal(&server->some_ended);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

static void close_slot(struct slot *slot)
{
    knee_actor_slot_close(slot->actor);
    pthread_cond_destroy(&slot->wake);
    free(slot->item);
    free(slot);
}

static struct slot *slot_of(struct server *server, uint32_t index)
{
    if (index >= KNEE_FLEET_RUN_SLOTS || server->slots[index])
        return index < KNEE_FLEET_RUN_SLOTS ? server->slots[index] : NULL;
    struct slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->server = server;
    slot->index = index;
    pthread_cond_init(&slot->wake, NULL);
    slot->actor = knee_actor_slot_open(server->actor, index);
    if (!slot->actor || knee_thread_start(&slot->thread, STACK_BYTES, work, slot)) {
        close_slot(slot);
        return NULL;
    }
    server->slots[index] = slot;
    return slot;
}

static void close_slots(struct server *server)
{
    for (uint32_t i = 0; i < KNEE_FLEET_RUN_SLOTS; i++) {
        struct slot *slot = server->slots[i];
        if (!slot)
            continue;
        pthread_mutex_lock(&server->lock);
        slot->leaves = true;
        pthread_cond_signal(&slot->wake);
        pthread_mutex_unlock(&server->lock);
        pthread_join(slot->thread, NULL);
        close_slot(slot);
        server->slots[i] = NULL;
    }
}

/* ---- messages ---- */
static int start_task(struct server *server, const struct knee_fleet_run_message *task, char *item)
{
    struct slot *slot = slot_of(server, task->slot);
    if (!slot) { /* no thread, no memory: as if no process could be had */
        struct knee_fleet_run_message ended = *task;
        free(item);
        ended.kind = KNEE_FLEET_RUN_ENDED;
        ended.error = EAGAIN;
        return say(server, &ended, "", 0);
    }
    pthread_mutex_lock(&server->lock);
    free(slot->item);
    slot->item = item;
    slot->task = *task;
    slot->busy = true;
    pthread_cond_signal(&slot->wake);
    pthread_mutex_unlock(&server->lock);
    return 0;
}

static void cancel(struct server *server)
{
    if (!server->cancelled)
        knee_actor_cancel(server->actor);
    server->cancelled = true;
}

static int obey_message(struct server *server, const struct knee_fleet_run_message *message,
                        char *payload)
{
    if (message->kind == KNEE_FLEET_RUN_TASK)
        return start_task(server, message, payload);
    free(payload);
    if (message->kind == KNEE_FLEET_RUN_SIGNAL)
        knee_actor_signal(server->actor, message->slot, message->number);
    else if (message->kind == KNEE_FLEET_RUN_CANCEL)
        cancel(server);
    else if (message->kind == KNEE_FLEET_RUN_FINISH)
        server->finished = true;
    return 0;
}

/* What a file holds, in parts. */
static int send_printed(struct server *server, const struct slot *slot, int which)
{
    static char part[PART_BYTES];
    struct knee_fleet_run_message message = {
        .kind = KNEE_FLEET_RUN_PRINTED, .slot = slot->index, .number = which};
    off_t at = 0;
    for (ssize_t got;
         slot->fd[which] >= 0 && (got = pread(slot->fd[which], part, sizeof part, at)) > 0;
         at += got)
        if (say(server, &message, part, (size_t)got))
            return -1;
    return 0;
}

static int send_end(struct server *server, struct slot *slot)
{
    struct knee_fleet_run_message ended = slot->task;
    int status = send_printed(server, slot, 0) || send_printed(server, slot, 1);
    ended.kind = KNEE_FLEET_RUN_ENDED;
    if (server->cancelled && ended.error) /* we ended it: it did not fail */
        ended.error = ECANCELED;
    for (int i = 0; i < 2; i++)
        if (slot->fd[i] >= 0)
            close(slot->fd[i]);
    return status || say(server, &ended, slot->line, strlen(slot->line)) ? -1 : 0;
}

/* Waits for an end, but not for long, and takes it off the list. */
static struct slot *take_ended(struct server *server, bool waits)
{
    pthread_mutex_lock(&server->lock);
    if (!server->ended && waits) {
        uint64_t until_ns = knee_clock_now_ns() + KNEE_FLEET_RUN_POLL_NS;
        const struct timespec until = {.tv_sec = (time_t)(until_ns / KNEE_NS_PER_S),
                                       .tv_nsec = (long)(until_ns % KNEE_NS_PER_S)};
        pthread_cond_timedwait(&server->some_ended, &server->lock, &until);
    }
    struct slot *slot = server->ended;
    if (slot)
        server->ended = slot->next;
    pthread_mutex_unlock(&server->lock);
    return slot;
}

static int serve(struct server *server)
{
    struct knee_fleet_run_message message, alive = {.kind = KNEE_FLEET_RUN_ALIVE};
    int there = 0;
    while (!server->finished) {
        uint32_t from;
        size_t bytes;
        char *payload;
        there = knee_fleet_run_receive(server->link, &from, &message, &payload, &bytes, NULL);
        if (there < 0 || (there > 0 && obey_message(server, &message, payload)))
            return -1;
        struct slot *slot = take_ended(server, there == 0);
        if (slot && send_end(server, slot))
            return -1;
        if (server->interrupted && *server->interrupted)
            cancel(server);
        if (knee_clock_now_ns() - server->said_ns > KNEE_FLEET_RUN_ALIVE_NS &&
            say(server, &alive, "", 0))
            return -1;
    }
    return 0;
}

/* The command comes, is opened, and rank 0 hears whether it could be. */
static int meet(struct server *server, const struct knee_fleet_order *order, char *text)
{
    struct knee_fleet_host self;
    struct knee_err err = {0};
    if (server->link->broadcast(server->link->context, text, order->bytes, FOR_EVER, NULL))
        return -1;
    knee_fleet_host_self(&self, server->argc, server->argv);
    server->none = (struct knee_items){0};
    int status = knee_fleet_run_unpack(&server->command, text, order->bytes);
    server->command.params.items = &server->none;
    server->command.params.interrupted = server->interrupted;
    if (status)
        knee_err_memory(&err, "fleet");
    else
        status = knee_actor_open(&server->actor, &server->command.params, &err);
    self.status = status ? err.code : 0;
    snprintf(self.error, sizeof self.error, "%.159s", status ? err.message : "");
    return server->link->send(server->link->context, 0, &self, sizeof self, FOR_EVER, NULL);
}

static int run(struct server *server, const struct knee_fleet_order *order)
{
    struct knee_fleet_run_message bye = {.kind = KNEE_FLEET_RUN_BYE};
    char warning[256] = "";
    char *text = calloc(1, order->bytes + 1);
    if (!text)
        return -1;
    int status = meet(server, order, text);
    if (status == 0 && server->actor)
        status = serve(server);
    if (server->actor)
        knee_actor_cancel(server->actor);
    close_slots(server);
    knee_actor_close(server->actor, warning, sizeof warning);
    if (status == 0 && server->actor)
        status = say(server, &bye, warning, strlen(warning));
    free(server->command.argv);
    free(server->command.environment);
    free(text);
    server->actor = NULL;
    return status;
}

static int obey(void *context, const struct knee_fleet_order *order)
{
    return order->what == KNEE_FLEET_RUN ? run(context, order) : 0;
}

int knee_fleet_run_serve(struct knee_link *link, int argc, char *const *argv,
                         const volatile sig_atomic_t *interrupted)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return knee_fleet_order_take(link, NULL, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->some_ended, &attributes);
    pthread_condattr_destroy(&attributes);
    server->link = link;
    server->argc = argc;
    server->argv = argv;
    server->interrupted = interrupted;
    int code = knee_fleet_order_take(link, obey, server);
    pthread_cond_destroy(&server->some_ended);
    pthread_mutex_destroy(&server->lock);
    free(server);
    return code;
}
