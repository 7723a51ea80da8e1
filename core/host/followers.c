/* SPDX-License-Identifier: MIT */
#include "core/host/followers.h"

#include "core/base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of each kind, alternating: a neighbour that comes and goes by chance has the same pattern in one
 * case of 256. */
#define STRETCHES_MIN 4
/* Less than this says nothing: ended children are counted in ticks. */
#define CPUS_MIN .02
/* At rest a server still has timers, and the last items' clean-up. */
#define RESTING_RATIO .25
/* Of two that began at once, with these three lengths one takes the other for a follower in one
 * case of 40; with one length it always does. Less than the shortest says little. */
#define REST_NS (80 * KNEE_NS_PER_MS)
#define REST_STEP_NS (70 * KNEE_NS_PER_MS)
#define RESTS 3

static bool is_other(const struct knee_process *process)
{
    return !process->is_ours && !process->is_kernel && process->pid != 1;
}

/* The head of its family: the topmost parent of the same name. */
static const struct knee_process *head_of(const struct knee_processes *processes,
                                          const struct knee_process *process)
{
    const struct knee_process *parent;
    while ((parent = knee_processes_find(processes, process->parent)) && is_other(parent) &&
           strcmp(parent->name, process->name) == 0)
        process = parent;
    return process;
}

static struct knee_follower *find_or_add(struct knee_followers *followers,
                                         const struct knee_process *head)
{
    for (size_t i = 0; i < followers->count; i++)
        if (followers->at[i].pid == head->pid)
            return &followers->at[i];
    if (followers->count == KNEE_FOLLOWERS_MAX)
        return NULL;
    struct knee_follower *added = &followers->at[followers->count++];
    *added = (struct knee_follower){.pid = head->pid, .working_cpus = INFINITY};
    snprintf(added->name, sizeof added->name, "%s", head->name);
    /* It did nothing in the stretches of work before. */
    if (followers->working > 0)
        added->working_cpus = 0;
    return added;
}

uint64_t knee_followers_rest_ns(struct knee_random *random)
{
    return REST_NS + knee_random_below(random, RESTS) * REST_STEP_NS;
}

void knee_followers_note(struct knee_followers *followers, const struct knee_processes *processes,
                         bool working, double length_s)
{
    for (size_t i = 0; i < followers->count; i++)
        followers->at[i].used_s = 0;
    for (size_t i = 0; i < processes->count; i++) {
        const struct knee_process *one = &processes->known[i];
        if (!is_other(one) || !(one->used_s > 0))
            continue;
        struct knee_follower *family = find_or_add(followers, head_of(processes, one));
        if (family)
            family->used_s += one->used_s;
    }
    for (size_t i = 0; i < followers->count; i++) {
        struct knee_follower *family = &followers->at[i];
        double cpus = family->used_s / length_s;
        if (working) {
            family->working_cpus = fmin(family->working_cpus, cpus);
            family->cpus = (family->cpus * (double)followers->working + cpus) /
                           (double)(followers->working + 1);
        } else {
            family->resting_cpus = fmax(family->resting_cpus, cpus);
        }
    }
    *(working ? &followers->working : &followers->resting) += 1;
}

double knee_followers_others(const struct knee_processes *processes, double length_s)
{
    double used_s = 0;
    for (size_t i = 0; i < processes->count; i++)
        if (is_other(&processes->known[i]))
            used_s += fmax(processes->known[i].used_s, 0);
    return used_s / length_s;
}

size_t knee_followers_find(const struct knee_followers *followers, struct knee_follower *found,
                           size_t room)
{
    size_t count = 0;
    if (followers->working < STRETCHES_MIN || followers->resting < STRETCHES_MIN)
        return 0;
    for (size_t i = 0; i < followers->count; i++) {
        const struct knee_follower *family = &followers->at[i];
        if (family->working_cpus < CPUS_MIN ||
            family->resting_cpus > RESTING_RATIO * family->working_cpus)
            continue;
        size_t at = count < room ? count++ : count;
        while (at > 0 && found[at - 1].cpus < family->cpus) {
            if (at < room)
                found[at] = found[at - 1];
            at--;
        }
        if (at < room)
            found[at] = *family;
    }
    return count;
}
