/* SPDX-License-Identifier: MIT */
/* Rank 0's part: the hosts meet, get the items, and open and close their engines together. */
#include "tuner/sweep/fleet.h"

#include "tuner/sweep/fleet_private.h"
#include "tuner/sweep/sweep.h"

#include <stdlib.h>

#define MEET_NS (60 * KNEE_NS_PER_S)

uint32_t knee_fleet_size(const struct knee_fleet *fleet)
{
    return fleet->link->size;
}

const struct knee_fleet_host *knee_fleet_host(const struct knee_fleet *fleet, uint32_t rank)
{
    return &fleet->hosts[rank];
}

uint32_t knee_fleet_machines(const struct knee_fleet *fleet)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < fleet->link->size; i++)
        count += knee_fleet_host_is_first(fleet->hosts, i);
    return count;
}

double knee_fleet_cpus(const struct knee_fleet *fleet)
{
    return knee_fleet_host_cpus(fleet->hosts, fleet->link->size);
}

static int hear_host(struct knee_fleet *fleet, uint32_t rank, uint64_t deadline_ns,
                     struct knee_err *err)
{
    struct knee_fleet_host host;
    int status = knee_fleet_hear(fleet, rank, &host, sizeof host, deadline_ns, err);
    if (status)
        return status;
    if (!knee_fleet_host_is_whole(&host))
        return knee_fleet_lose(fleet, rank, KNEE_FLEET_MAKES_NO_SENSE, err);
    fleet->hosts[rank] = host;
    return 0;
}

/* Everybody says who they are. */
static int meet(struct knee_fleet *fleet, struct knee_err *err)
{
    struct knee_fleet_order hello = {.what = KNEE_FLEET_HELLO};
    uint64_t deadline_ns = knee_clock_now_ns() + MEET_NS;
    bool allow_bound = fleet->sweep->options->fleet.allow_bound;
    knee_fleet_host_self(&fleet->hosts[0], fleet->sweep->arguments->argc,
                         fleet->sweep->arguments->argv);
    if (knee_fleet_give(fleet, &hello, MEET_NS, err))
        return -1;
    for (uint32_t i = 1; i < fleet->link->size; i++)
        if (hear_host(fleet, i, deadline_ns, err))
            return -1;
    for (uint32_t i = 0; i < fleet->link->size; i++) {
        if (knee_fleet_host_check(&fleet->hosts[i], i, &fleet->hosts[0], allow_bound, err))
            return -1;
        fleet->weights[i] = fleet->hosts[i].cpus;
    }
    return 0;
}

/* The items, which rank 0 alone has read, and everyone's command made ready. */
static int hand_out_items(struct knee_fleet *fleet, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return knee_err_memory(err, "fleet");
    knee_items_write(&fleet->sweep->command.items, out);
    if (fclose(out) != 0) {
        free(text);
        return knee_err_memory(err, "fleet");
    }
    struct knee_fleet_order items = {.what = KNEE_FLEET_ITEMS, .bytes = bytes};
    uint64_t deadline_ns = knee_clock_now_ns() + MEET_NS;
    int status = knee_fleet_give(fleet, &items, MEET_NS, err);
    if (status == 0)
        status = link->broadcast(link->context, fleet->weights, link->size * sizeof(double),
                                 deadline_ns, err);
    if (status == 0 && bytes > 0)
        status = link->broadcast(link->context, text, bytes, deadline_ns, err);
    free(text);
    if (status > 0)
        return knee_fleet_lose_silent(fleet, err);
    for (uint32_t i = 1; i < link->size && status == 0; i++) {
        status = hear_host(fleet, i, deadline_ns, err);
        if (status == 0)
            status = knee_fleet_host_check(&fleet->hosts[i], i, &fleet->hosts[0], true, err);
    }
    return status;
}

/* The plan names the hosts; an earlier one named the same. */
static int note_names(struct knee_fleet *fleet, struct knee_err *err)
{
    struct knee_sweep_plan *plan = &fleet->sweep->plan;
    const char *resume = fleet->sweep->options->measuring.resume;
    if (resume && knee_fleet_same_hosts(plan->hosts, plan->hosts_count, fleet->hosts,
                                        fleet->link->size, resume, err))
        return -1;
    for (uint32_t i = 0; i < fleet->link->size; i++)
        fleet->names[i] = fleet->hosts[i].name;
    plan->hosts = fleet->names;
    plan->hosts_count = fleet->link->size;
    plan->host_cpus = knee_fleet_host_cpus(fleet->hosts, fleet->link->size);
    return 0;
}

int knee_fleet_open(struct knee_fleet **fleet, struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_link *link = sweep->io->link;
    if (link->size > KNEE_FLEET_HOSTS_MAX)
        return knee_err_set(err, KNEE_USAGE, "%u ranks: at most %u; start one a host", link->size,
                            KNEE_FLEET_HOSTS_MAX);
    struct knee_fleet *made = calloc(1, sizeof *made);
    *fleet = made;
    if (!made)
        return knee_err_memory(err, "fleet");
    *made = (struct knee_fleet){.link = link,
                                .sweep = sweep,
                                .split = sweep->plan.split,
                                .taking_part = link->size,
                                .hosts = calloc(link->size, sizeof *made->hosts),
                                .rows = calloc(link->size, sizeof *made->rows),
                                .names = calloc(link->size, sizeof *made->names),
                                .weights = calloc(link->size, sizeof *made->weights),
                                .ahead_ns = calloc(link->size, sizeof *made->ahead_ns)};
    if (!made->hosts || !made->rows || !made->names || !made->weights || !made->ahead_ns)
        return knee_err_memory(err, "fleet");
    if (meet(made, err) || note_names(made, err))
        return -1;
    return hand_out_items(made, err);
}

int knee_fleet_begin(struct knee_fleet *fleet, size_t index, const char *workload,
                     struct knee_err *err)
{
    struct knee_fleet_order begin = {.what = KNEE_FLEET_BEGIN, .index = (uint32_t)index};
    uint64_t deadline_ns = knee_clock_now_ns() + MEET_NS;
    snprintf(fleet->workload, sizeof fleet->workload, "%s", workload);
    snprintf(begin.workload, sizeof begin.workload, "%s", workload);
    if (knee_fleet_give(fleet, &begin, MEET_NS, err))
        return -1;
    for (uint32_t i = 1; i < fleet->link->size; i++)
        if (hear_host(fleet, i, deadline_ns, err) ||
            knee_fleet_host_check(&fleet->hosts[i], i, &fleet->hosts[0], true, err))
            return -1;
    return knee_fleet_read_clocks(fleet, err);
}

void knee_fleet_end(struct knee_fleet *fleet)
{
    struct knee_fleet_order finish = {.what = KNEE_FLEET_FINISH};
    if (!fleet->link->lost)
        (void)knee_fleet_give(fleet, &finish, KNEE_FLEET_ANSWER_NS, NULL);
}

void knee_fleet_close(struct knee_fleet *fleet)
{
    if (!fleet)
        return;
    if (fleet->journal)
        fclose(fleet->journal);
    free(fleet->hosts);
    free(fleet->rows);
    free(fleet->names);
    free(fleet->weights);
    free(fleet->ahead_ns);
    free(fleet);
}
