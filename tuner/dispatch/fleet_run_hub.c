/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/fleet_run_hub.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEND_NS (10 * KNEE_NS_PER_S)

/* ---- the starter, called by the slots' threads ---- */
/* Of the hosts that are there, the one with the fewest items for its CPUs. */
static const char *place(void *context, uint32_t index)
{
    struct knee_fleet_run *fleet = context;
    struct knee_fleet_run_slot *slot = &fleet->tasks[index];
    double least = 0;
    pthread_mutex_lock(&fleet->lock);
    slot->rank = 0;
    for (uint32_t i = 0; i < fleet->params.link->size; i++) {
        double load = (fleet->hosts[i].running + 1.0) / fleet->said[i].cpus;
        if (fleet->hosts[i].lost || (i > 0 && load >= least))
            continue;
        least = load;
        slot->rank = i;
    }
    fleet->hosts[slot->rank].running++;
    slot->placed = true;
    pthread_mutex_unlock(&fleet->lock);
    return fleet->said[slot->rank].name;
}

/* Posts the attempt and waits for its end. With the lock. */
static void run_there(struct knee_fleet_run *fleet, uint32_t index)
{
    struct knee_fleet_run_slot *slot = &fleet->tasks[index];
    if (fleet->hosts[slot->rank].lost) {
        slot->outcome->error = KNEE_STARTER_LOST;
        return;
    }
    slot->state = KNEE_FLEET_RUN_POSTED;
    fleet->has_posts = true;
    if (index >= fleet->tasks_count)
        fleet->tasks_count = index + 1;
    pthread_cond_signal(&fleet->posted);
    while (slot->state != KNEE_FLEET_RUN_DONE)
        pthread_cond_wait(&slot->done, &fleet->lock);
    slot->state = KNEE_FLEET_RUN_NOTHING;
}

static void run(void *context, uint32_t index, struct knee_actor_slot *own, uint32_t level,
                const struct knee_actor_attempt *attempt, struct knee_actor_outcome *outcome,
                char *line, size_t line_bytes)
{
    struct knee_fleet_run *fleet = context;
    struct knee_fleet_run_slot *slot = &fleet->tasks[index];
    *outcome = (struct knee_actor_outcome){.error = 0};
    if (slot->rank == 0) {
        knee_actor_run_given(own, attempt, outcome);
        knee_actor_line(own, line, line_bytes);
    }
    pthread_mutex_lock(&fleet->lock);
    if (slot->rank != 0) {
        slot->task = (struct knee_fleet_run_message){.kind = KNEE_FLEET_RUN_TASK,
                                                     .slot = index,
                                                     .level = level,
                                                     .item = attempt->item.number,
                                                     .timeout_ns = attempt->timeout_ns};
        slot->attempt = attempt;
        slot->outcome = outcome;
        slot->line = line;
        slot->line_bytes = line_bytes;
        slot->write_error = 0;
        slot->signal_number = 0;
        run_there(fleet, index);
    }
    fleet->hosts[slot->rank].running--;
    slot->placed = false;
    pthread_mutex_unlock(&fleet->lock);
}

static void signal_item(void *context, uint32_t index, int signal_number)
{
    struct knee_fleet_run *fleet = context;
    struct knee_fleet_run_slot *slot = &fleet->tasks[index];
    pthread_mutex_lock(&fleet->lock);
    bool there = slot->placed && slot->rank != 0;
    if (there && slot->signal_number != SIGKILL && signal_number != SIGCONT) {
        slot->signal_number = signal_number;
        fleet->has_posts = true;
        pthread_cond_signal(&fleet->posted);
    }
    pthread_mutex_unlock(&fleet->lock);
    if (!there)
        knee_actor_signal(fleet->run->actor, index, signal_number);
}

static void cancel(void *context)
{
    struct knee_fleet_run *fleet = context;
    pthread_mutex_lock(&fleet->lock);
    fleet->cancels = fleet->has_posts = true;
    pthread_cond_signal(&fleet->posted);
    pthread_mutex_unlock(&fleet->lock);
    knee_actor_cancel(fleet->run->actor);
}

void knee_fleet_run_hub_init(struct knee_fleet_run *fleet)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&fleet->lock, NULL);
    pthread_cond_init(&fleet->posted, &attributes);
    pthread_condattr_destroy(&attributes);
    for (uint32_t i = 0; i < KNEE_FLEET_RUN_SLOTS; i++)
        pthread_cond_init(&fleet->tasks[i].done, NULL);
    fleet->starter = (struct knee_starter){
        .context = fleet, .place = place, .run = run, .signal = signal_item, .cancel = cancel};
}

void knee_fleet_run_hub_release(struct knee_fleet_run *fleet)
{
    for (uint32_t i = 0; i < KNEE_FLEET_RUN_SLOTS; i++)
        pthread_cond_destroy(&fleet->tasks[i].done);
    pthread_cond_destroy(&fleet->posted);
    pthread_mutex_destroy(&fleet->lock);
}

/* ---- the exchange, on the thread that opened the link ---- */
/* With the lock. */
static void end_task(struct knee_fleet_run_slot *slot, int error)
{
    slot->outcome->error = error;
    slot->state = KNEE_FLEET_RUN_DONE;
    pthread_cond_signal(&slot->done);
}

/* A host does not answer any more: what it had runs again on others. */
static void lose(struct knee_fleet_run *fleet, uint32_t rank)
{
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    unsigned count = 0;
    if (fleet->hosts[rank].lost)
        return;
    pthread_mutex_lock(&fleet->lock);
    fleet->hosts[rank].lost = true;
    fleet->params.link->lost = true;
    for (uint32_t i = 0; i < fleet->tasks_count; i++) {
        struct knee_fleet_run_slot *slot = &fleet->tasks[i];
        if (slot->rank != rank ||
            (slot->state != KNEE_FLEET_RUN_POSTED && slot->state != KNEE_FLEET_RUN_SENT))
            continue;
        end_task(slot, KNEE_STARTER_LOST);
        count++;
    }
    pthread_mutex_unlock(&fleet->lock);
    fprintf(fleet->params.log,
            "knee: warning: %s does not answer; its %u items run again on the others\n",
            knee_fleet_host_say(fleet->said[rank].name, rank, said), count);
}

static void send_to(struct knee_fleet_run *fleet, uint32_t rank,
                    const struct knee_fleet_run_message *message, const char *payload)
{
    if (!fleet->hosts[rank].ready || fleet->hosts[rank].lost || fleet->hosts[rank].gone)
        return;
    if (knee_fleet_run_send(fleet->params.link, rank, message, payload, strlen(payload),
                            knee_clock_now_ns() + SEND_NS, NULL))
        lose(fleet, rank);
}

/* One of what the slots have posted; false: there is nothing. */
static bool send_post(struct knee_fleet_run *fleet, uint32_t *at)
{
    struct knee_fleet_run_message message = {.kind = KNEE_FLEET_RUN_SIGNAL};
    const char *item = "";
    uint32_t rank = 0;
    pthread_mutex_lock(&fleet->lock);
    for (; *at < fleet->tasks_count && rank == 0; (*at)++) {
        struct knee_fleet_run_slot *slot = &fleet->tasks[*at];
        if (slot->state == KNEE_FLEET_RUN_POSTED) {
            slot->state = KNEE_FLEET_RUN_SENT;
            message = slot->task;
            item = slot->attempt->item.text; /* the slot waits, so it stays */
            rank = slot->rank;
        } else if (slot->state == KNEE_FLEET_RUN_SENT && slot->signal_number) {
            message.slot = *at;
            message.number = slot->signal_number;
            slot->signal_number = 0;
            rank = slot->rank;
        }
    }
    pthread_mutex_unlock(&fleet->lock);
    if (rank > 0)
        send_to(fleet, rank, &message, item);
    return rank > 0;
}

static void send_posts(struct knee_fleet_run *fleet)
{
    static const struct knee_fleet_run_message END_ALL = {.kind = KNEE_FLEET_RUN_CANCEL};
    pthread_mutex_lock(&fleet->lock);
    bool has_posts = fleet->has_posts, cancels = fleet->cancels;
    fleet->has_posts = fleet->cancels = false;
    pthread_mutex_unlock(&fleet->lock);
    uint32_t at = 0;
    while (has_posts && send_post(fleet, &at))
        continue;
    for (uint32_t i = 1; cancels && i < fleet->params.link->size; i++)
        send_to(fleet, i, &END_ALL, "");
}

static int write_all(int fd, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(fd, text, bytes);
        if (done < 0 && errno != EINTR)
            return errno;
        text += done > 0 ? done : 0;
        bytes -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

/* Of the slot's attempt. The slot waits meanwhile, so what it lent stays. */
static void take_part(struct knee_fleet_run_slot *slot,
                      const struct knee_fleet_run_message *message, const char *payload,
                      size_t bytes)
{
    if (message->kind == KNEE_FLEET_RUN_PRINTED) {
        int fd = message->number ? slot->attempt->err_fd : slot->attempt->out_fd;
        int error = write_all(fd, payload, bytes);
        slot->write_error = slot->write_error ? slot->write_error : error;
        return;
    }
    slot->outcome->status = message->status;
    slot->outcome->wall_ns = message->wall_ns;
    slot->outcome->used = message->used;
    snprintf(slot->line, slot->line_bytes, "%s", payload);
    end_task(slot, slot->write_error ? slot->write_error : message->error);
}

static void take_message(struct knee_fleet_run *fleet, uint32_t from,
                         const struct knee_fleet_run_message *message, const char *payload,
                         size_t bytes)
{
    struct knee_fleet_run_rank *host = &fleet->hosts[from];
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    if (host->lost) /* it has come back too late: others do its items */
        return;
    host->heard_ns = knee_clock_now_ns();
    if (message->kind == KNEE_FLEET_RUN_BYE) {
        host->gone = true;
        if (bytes > 0)
            fprintf(fleet->params.log, "knee: warning: %s: %s\n",
                    knee_fleet_host_say(fleet->said[from].name, from, said), payload);
    }
    if (message->kind != KNEE_FLEET_RUN_PRINTED && message->kind != KNEE_FLEET_RUN_ENDED)
        return;
    pthread_mutex_lock(&fleet->lock);
    struct knee_fleet_run_slot *slot =
        message->slot < fleet->tasks_count ? &fleet->tasks[message->slot] : NULL;
    bool ours = slot && slot->state == KNEE_FLEET_RUN_SENT && slot->rank == from;
    if (ours)
        take_part(slot, message, payload, bytes);
    pthread_mutex_unlock(&fleet->lock);
}

/* One message, if there is one. */
static bool receive(struct knee_fleet_run *fleet)
{
    struct knee_fleet_run_message message;
    uint32_t from;
    size_t bytes;
    char *payload;
    int there = knee_fleet_run_receive(fleet->params.link, &from, &message, &payload, &bytes, NULL);
    if (there < 0) /* MPI itself fails: nobody can be reached */
        for (uint32_t i = 1; i < fleet->params.link->size; i++)
            lose(fleet, i);
    if (there <= 0)
        return false;
    take_message(fleet, from, &message, payload, bytes);
    free(payload);
    return true;
}

static void lose_silent(struct knee_fleet_run *fleet)
{
    uint64_t now_ns = knee_clock_now_ns();
    for (uint32_t i = 1; i < fleet->params.link->size; i++)
        if (fleet->hosts[i].ready && !fleet->hosts[i].gone &&
            now_ns > fleet->hosts[i].heard_ns + KNEE_FLEET_RUN_SILENT_NS)
            lose(fleet, i);
}

static void hear_all_now(struct knee_fleet_run *fleet)
{
    for (uint32_t i = 1; i < fleet->params.link->size; i++)
        fleet->hosts[i].heard_ns = knee_clock_now_ns();
}

void knee_fleet_run_hub_end(struct knee_fleet_run *fleet)
{
    pthread_mutex_lock(&fleet->lock);
    fleet->over = true;
    pthread_cond_signal(&fleet->posted);
    pthread_mutex_unlock(&fleet->lock);
}

/* Until something is posted, but not for long. */
static bool wait_for_post(struct knee_fleet_run *fleet, bool waits)
{
    pthread_mutex_lock(&fleet->lock);
    if (waits && !fleet->has_posts && !fleet->over) {
        uint64_t until_ns = knee_clock_now_ns() + KNEE_FLEET_RUN_POLL_NS;
        const struct timespec until = {.tv_sec = (time_t)(until_ns / KNEE_NS_PER_S),
                                       .tv_nsec = (long)(until_ns % KNEE_NS_PER_S)};
        pthread_cond_timedwait(&fleet->posted, &fleet->lock, &until);
    }
    bool over = fleet->over;
    pthread_mutex_unlock(&fleet->lock);
    return over;
}

void knee_fleet_run_hub_pump(struct knee_fleet_run *fleet)
{
    bool over = false;
    uint64_t looked_ns = 0;
    while (!over) {
        bool received = receive(fleet);
        over = wait_for_post(fleet, !received);
        send_posts(fleet);
        /* If this host was stopped, all that the others have said meanwhile is still to be read. */
        if (knee_clock_now_ns() > looked_ns + KNEE_FLEET_RUN_ALIVE_NS)
            hear_all_now(fleet);
        looked_ns = knee_clock_now_ns();
        lose_silent(fleet);
    }
}

void knee_fleet_run_hub_finish(struct knee_fleet_run *fleet, uint64_t deadline_ns)
{
    static const struct knee_fleet_run_message FINISH = {.kind = KNEE_FLEET_RUN_FINISH};
    uint32_t left = 1;
    for (uint32_t i = 1; i < fleet->params.link->size; i++)
        send_to(fleet, i, &FINISH, "");
    while (left > 0 && knee_clock_now_ns() < deadline_ns) {
        left = 0;
        for (uint32_t i = 1; i < fleet->params.link->size; i++)
            left += fleet->hosts[i].ready && !fleet->hosts[i].lost && !fleet->hosts[i].gone;
        if (left > 0 && !receive(fleet))
            knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_FLEET_RUN_POLL_NS);
    }
    for (uint32_t i = 1; left > 0 && i < fleet->params.link->size; i++)
        if (fleet->hosts[i].ready && !fleet->hosts[i].gone)
            lose(fleet, i);
}
