/* SPDX-License-Identifier: MIT */
/* Rank 0's part. */
#include "tuner/sweep/fleet.h"

#include "core/base/clock.h"
#include "core/text/builder.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_parts.h"
#include "tuner/sweep/fleet_self.h"
#include "tuner/sweep/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond twice what a step should take, a host that has not answered is lost. */
#define ANSWER_NS (10 * KNEE_NS_PER_S)
#define MEET_NS (60 * KNEE_NS_PER_S)
#define SETTLE_LATENCIES 24.0
#define HALF_WINDOWS 4
#define MAKES_NO_SENSE "sent what makes no sense; install the same knee on all hosts"

struct knee_fleet {
    struct knee_link *link;
    struct knee_sweep *sweep;
    struct knee_fleet_host *hosts; /* by rank */
    struct knee_fleet_row *rows;
    const char **names; /* of the hosts, for the plan */
    double *weights;    /* by rank */
    struct knee_histogram_sum latencies;
    struct knee_engine_source *measure; /* of the window that runs, */
    bool heard;                         /* and whether all hosts have said that they hold it */
    enum knee_fleet_split split;
    uint32_t taking_part;          /* of the hosts: all, or half */
    uint64_t deadline_ns, step_ns; /* of the step that runs, and when it began */
    double latency_s;              /* of the last window, */
    uint32_t latency_level;        /* and at which level */
    double *done, *asked; /* by rank: throughput and level, summed over windows that all shared */
    FILE *journal;
    char workload[64];
};

uint32_t knee_fleet_size(const struct knee_fleet *fleet)
{
    return fleet->link->size;
}

const struct knee_fleet_host *knee_fleet_host(const struct knee_fleet *fleet, uint32_t rank)
{
    return &fleet->hosts[rank];
}

double knee_fleet_cpus(const struct knee_fleet *fleet)
{
    double sum = 0;
    for (uint32_t i = 0; i < fleet->link->size; i++) {
        bool seen = false;
        for (uint32_t j = 0; j < i; j++)
            seen |= strcmp(fleet->hosts[i].name, fleet->hosts[j].name) == 0;
        sum += seen ? 0 : fleet->hosts[i].cpus;
    }
    return sum;
}

static int lose(struct knee_fleet *fleet, uint32_t rank, const char *what, struct knee_err *err)
{
    fleet->link->lost = true;
    return knee_err_set(
        err, KNEE_FAILED,
        "host %s (rank %u) %s; the windows so far are kept: go on with the same hosts "
        "and --resume",
        fleet->hosts[rank].name[0] ? fleet->hosts[rank].name : "unknown", rank, what);
}

static int order(struct knee_fleet *fleet, struct knee_fleet_order *order, uint64_t wait_ns,
                 struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    order->seed = fleet->sweep->plan.seed;
    order->split = fleet->split;
    int status =
        link->broadcast(link->context, order, sizeof *order, knee_clock_now_ns() + wait_ns, err);
    if (status == 1) {
        fleet->link->lost = true;
        return knee_err_set(err, KNEE_FAILED,
                            "a host does not take orders any more; the windows so far are kept");
    }
    return status;
}

static int hear(struct knee_fleet *fleet, uint32_t rank, void *data, size_t bytes,
                uint64_t deadline_ns, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    int status = link->receive(link->context, rank, data, bytes, deadline_ns, err);
    return status == 1 ? lose(fleet, rank, "does not answer", err) : status;
}

static int hear_host(struct knee_fleet *fleet, uint32_t rank, uint64_t deadline_ns,
                     struct knee_err *err)
{
    struct knee_fleet_host host;
    int status = hear(fleet, rank, &host, sizeof host, deadline_ns, err);
    if (status)
        return status;
    if (!knee_fleet_host_is_whole(&host))
        return lose(fleet, rank, MAKES_NO_SENSE, err);
    fleet->hosts[rank] = host;
    return 0;
}

static int check_host(const struct knee_fleet *fleet, uint32_t rank, bool allow_bound,
                      struct knee_err *err)
{
    const struct knee_fleet_host *host = &fleet->hosts[rank], *first = &fleet->hosts[0];
    if (host->status)
        return knee_err_set(err, host->status, "host %s (rank %u): %s", host->name, rank,
                            host->error);
    if (strcmp(host->version, first->version) != 0)
        return knee_err_set(err, KNEE_USAGE,
                            "host %s (rank %u) has knee %s, rank 0 has %s; install the same on all",
                            host->name, rank, host->version, first->version);
    if (host->plan_hash != first->plan_hash)
        return knee_err_set(err, KNEE_USAGE,
                            "host %s (rank %u) was given other options than rank 0; give all ranks "
                            "the same command line",
                            host->name, rank);
    if (host->cpus < host->online && !allow_bound)
        return knee_err_set(
            err, KNEE_USAGE,
            "host %s (rank %u) may use %u of its %u CPUs, as launchers bind ranks by "
            "default; add --bind-to none to mpirun, or --cpus-per-task=%u to srun "
            "(--allow-bound if it is meant)",
            host->name, rank, host->cpus, host->online, host->online);
    return 0;
}

/* Everybody says who they are. */
static int meet(struct knee_fleet *fleet, struct knee_err *err)
{
    struct knee_fleet_order hello = {.what = KNEE_FLEET_HELLO};
    uint64_t deadline_ns = knee_clock_now_ns() + MEET_NS;
    bool allow_bound = fleet->sweep->options->fleet.allow_bound;
    knee_fleet_self(&fleet->hosts[0], fleet->sweep);
    if (order(fleet, &hello, MEET_NS, err))
        return -1;
    for (uint32_t i = 1; i < fleet->link->size; i++)
        if (hear_host(fleet, i, deadline_ns, err))
            return -1;
    for (uint32_t i = 0; i < fleet->link->size; i++) {
        if (check_host(fleet, i, allow_bound, err))
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
    int status = order(fleet, &items, MEET_NS, err);
    if (status == 0 && bytes > 0)
        status = link->broadcast(link->context, text, bytes, deadline_ns, err);
    free(text);
    for (uint32_t i = 1; i < link->size && status == 0; i++) {
        status = hear_host(fleet, i, deadline_ns, err);
        if (status == 0)
            status = check_host(fleet, i, true, err);
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
                                .done = calloc(link->size, sizeof *made->done),
                                .asked = calloc(link->size, sizeof *made->asked)};
    if (!made->hosts || !made->rows || !made->names || !made->weights || !made->done ||
        !made->asked)
        return knee_err_memory(err, "fleet");
    if (meet(made, err) || note_names(made, err))
        return -1;
    return hand_out_items(made, err);
}

int knee_fleet_journal(struct knee_fleet *fleet, const char *dir, struct knee_err *err)
{
    char path[4200];
    snprintf(path, sizeof path, "%.4000s/hosts.csv", dir);
    fleet->journal = fopen(path, "ae");
    if (!fleet->journal)
        return knee_err_set(err, KNEE_FAILED, "%s: %s; free some space", path, strerror(errno));
    if (ftell(fleet->journal) == 0)
        fputs("workload,block,level,rank,host,share,start_s,window_s,items,failed_items,"
              "throughput_per_s,latency_mean_s,latency_p99_s,cpu_user_s,cpu_system_s,cpus,"
              "foreign_cpus,reason\n",
              fleet->journal);
    fflush(fleet->journal);
    return 0;
}

static void journal_rows(const struct knee_fleet *fleet, uint32_t level)
{
    for (uint32_t i = 0; i < fleet->link->size && fleet->journal; i++) {
        const struct knee_fleet_row *row = &fleet->rows[i];
        const struct knee_window *window = &row->window;
        char reason[64];
        fprintf(fleet->journal,
                "\"%s\",%u,%u,%u,\"%s\",%u,%.6f,%.6f,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.0f,%.4g,"
                "%s\n",
                fleet->workload, window->block, level, i, fleet->hosts[i].name, row->share,
                knee_clock_to_s(window->start_ns), knee_clock_to_s(window->window_ns),
                window->items, window->failed_items, window->throughput_per_s,
                window->latency_mean_s, window->latency_p99_s, window->cpu_user_s,
                window->cpu_system_s, row->cpus, window->foreign_cpus,
                knee_window_reason_text(window->reasons, reason, sizeof reason));
    }
    if (fleet->journal)
        fflush(fleet->journal);
}

int knee_fleet_begin(struct knee_fleet *fleet, size_t index, const char *workload,
                     struct knee_err *err)
{
    struct knee_fleet_order begin = {.what = KNEE_FLEET_BEGIN, .index = (uint32_t)index};
    uint64_t deadline_ns = knee_clock_now_ns() + MEET_NS;
    snprintf(fleet->workload, sizeof fleet->workload, "%s", workload);
    snprintf(begin.workload, sizeof begin.workload, "%s", workload);
    if (order(fleet, &begin, MEET_NS, err))
        return -1;
    for (uint32_t i = 1; i < fleet->link->size; i++)
        if (hear_host(fleet, i, deadline_ns, err) || check_host(fleet, i, true, err))
            return -1;
    return 0;
}

void knee_fleet_end(struct knee_fleet *fleet)
{
    struct knee_fleet_order finish = {.what = KNEE_FLEET_FINISH};
    if (!fleet->link->lost)
        (void)order(fleet, &finish, ANSWER_NS, NULL);
}

/* How long items may take at this level: those that queue take longer the more there are. */
static double expect_latency_s(const struct knee_fleet *fleet, uint32_t level)
{
    double item_s = fmax(fleet->sweep->item_s, 0);
    if (fleet->latency_level == 0)
        return item_s;
    return fmax(item_s, fleet->latency_s * fmax(1, (double)level / fleet->latency_level));
}

/* A step begins: others may take twice as long as this host will, or has, and 10 s. A busy host is
 * not to be taken for a dead one. */
static void begin_step(struct knee_fleet *fleet)
{
    uint64_t now = knee_clock_now_ns(), took_ns = now - fleet->step_ns;
    if (fleet->deadline_ns < now + took_ns + ANSWER_NS)
        fleet->deadline_ns = now + took_ns + ANSWER_NS;
    fleet->step_ns = now;
}

/* The engine's hook: rank 0 hears from all that they hold the level, and says go. */
int knee_fleet_all_settled(void *context, bool *settled, struct knee_err *err)
{
    struct knee_fleet *fleet = context;
    struct knee_fleet_ready ready, go = {*settled ? 1 : 0};
    fleet->heard = true;
    begin_step(fleet);
    for (uint32_t i = 1; i < fleet->link->size; i++) {
        if (hear(fleet, i, &ready, sizeof ready, fleet->deadline_ns, err))
            return -1;
        go.state = ready.state < go.state ? ready.state : go.state;
    }
    if (fleet->link->broadcast(fleet->link->context, &go, sizeof go, fleet->deadline_ns, err))
        return -1;
    fleet->step_ns = knee_clock_now_ns();
    *settled = go.state == 1;
    return 0;
}

/* Rank 0's own part; without items it only takes part in the exchanges. */
static int take_own(struct knee_fleet *fleet, uint32_t block, uint32_t share, uint64_t length_ns,
                    struct knee_err *err)
{
    struct knee_fleet_row *row = &fleet->rows[0];
    *row = (struct knee_fleet_row){.share = share, .cpus = fleet->hosts[0].cpus};
    memset(&fleet->latencies, 0, sizeof fleet->latencies);
    if (share == 0) {
        bool settled = true;
        knee_engine_park(fleet->measure->engine);
        row->window = (struct knee_window){.block = block, .foreign_cpus = NAN};
        int failed = knee_fleet_all_settled(fleet, &settled, err);
        row->window.start_ns = fleet->step_ns - fleet->measure->sweep_start_ns;
        return failed;
    }
    int status =
        knee_engine_source_take(fleet->measure, block, share, length_ns, &row->window, err);
    if (status == 0)
        fleet->latencies = *knee_engine_latencies(fleet->measure->engine);
    return status;
}

/* All rows and the sum, also if this host's own part failed: the others' exchanges must end. */
static int gather(struct knee_fleet *fleet, struct knee_err *err)
{
    const struct knee_link *link = fleet->link;
    int status = 0;
    begin_step(fleet);
    for (uint32_t i = 1; i < link->size; i++) {
        struct knee_fleet_row *row = &fleet->rows[i];
        if (hear(fleet, i, row, sizeof *row, fleet->deadline_ns, err))
            return -1;
        if (!knee_fleet_row_is_whole(row))
            return lose(fleet, i, MAKES_NO_SENSE, err);
        if (row->status && status == 0)
            status = knee_err_set(err, KNEE_FAILED, "host %s (rank %u): %s", fleet->hosts[i].name,
                                  i, row->error);
    }
    if (link->sum(link->context, (uint64_t *)&fleet->latencies,
                  sizeof fleet->latencies / sizeof(uint64_t), fleet->deadline_ns, err)) {
        fleet->link->lost = true;
        return knee_err_set(err, KNEE_FAILED,
                            "a host does not answer any more; the windows so far are kept");
    }
    return status;
}

/* Only windows of all hosts tell which is slow. */
static void note_hosts(struct knee_fleet *fleet)
{
    for (uint32_t i = 0; i < fleet->link->size; i++)
        if (fleet->rows[i].share == 0)
            return;
    for (uint32_t i = 0; i < fleet->link->size; i++) {
        fleet->done[i] += fleet->rows[i].window.throughput_per_s;
        fleet->asked[i] += fleet->rows[i].share;
    }
}

static uint32_t level_in_all(const struct knee_fleet *fleet, uint32_t level)
{
    return fleet->split == KNEE_FLEET_SPLIT_HOST ? level * fleet->link->size : level;
}

int knee_fleet_window(struct knee_fleet *fleet, struct knee_engine_source *measure, uint32_t block,
                      uint32_t level, uint64_t length_ns, struct knee_window *window,
                      struct knee_err *err)
{
    const double *weights = fleet->split == KNEE_FLEET_SPLIT_CPUS ? fleet->weights : NULL;
    uint32_t in_all = level_in_all(fleet, level);
    struct knee_fleet_order measure_it = {.what = KNEE_FLEET_WINDOW,
                                          .block = block,
                                          .level = in_all,
                                          .hosts = fleet->taking_part,
                                          .length_ns = length_ns};
    uint32_t share =
        knee_fleet_share(in_all, fleet->taking_part, weights, fleet->sweep->plan.seed, block, 0);
    if (order(fleet, &measure_it, ANSWER_NS, err))
        return -1;
    fleet->measure = measure;
    double settle_s = SETTLE_LATENCIES * expect_latency_s(fleet, level);
    fleet->step_ns = knee_clock_now_ns();
    fleet->deadline_ns =
        fleet->step_ns + 2 * length_ns + ANSWER_NS + (uint64_t)(settle_s * (double)KNEE_NS_PER_S);
    bool settled = true;
    struct knee_err ignored = {0};
    fleet->heard = false;
    int status = take_own(fleet, block, share, length_ns, err);
    if (!fleet->heard)
        (void)knee_fleet_all_settled(fleet, &settled, &ignored);
    if (!fleet->link->lost && gather(fleet, status ? &ignored : err))
        return -1;
    if (status)
        return status;
    knee_fleet_merge(window, fleet->rows, fleet->hosts, fleet->link->size, &fleet->latencies);
    window->block = block;
    window->level = level;
    if (window->latency_mean_s > 0) {
        fleet->latency_s = window->latency_mean_s;
        fleet->latency_level = level;
    }
    journal_rows(fleet, in_all);
    if (fleet->taking_part == fleet->link->size)
        note_hosts(fleet);
    return 0;
}

int knee_fleet_compare_half(struct knee_fleet *fleet, struct knee_engine_source *measure,
                            uint32_t level, uint64_t length_ns, double *ratio, struct knee_err *err)
{
    double sums[2] = {0};
    struct knee_window window;
    int status = 0;
    uint32_t half = (fleet->link->size + 1) / 2;
    *ratio = NAN;
    knee_engine_give_up_at(measure->engine, UINT64_MAX);
    for (int i = 0; i < 2 * HALF_WINDOWS && status == 0; i++) {
        /* all, half, half, all, ...: drift meets both alike */
        bool all = i % 4 == 0 || i % 4 == 3;
        fleet->taking_part = all ? fleet->link->size : half;
        status = knee_fleet_window(fleet, measure, UINT32_MAX, level, length_ns, &window, err);
        if (status == 0)
            sums[all] += window.throughput_per_s;
    }
    fleet->taking_part = fleet->link->size;
    if (status == 0 && sums[1] > 0)
        *ratio = sums[0] / sums[1];
    return status < 0 ? -1 : 0;
}

const char *knee_fleet_shares_text(const struct knee_fleet *fleet, uint32_t level, char *text,
                                   size_t text_bytes)
{
    struct knee_builder out;
    uint32_t hosts = fleet->link->size;
    knee_builder_over(&out, text, text_bytes);
    if (fleet->split == KNEE_FLEET_SPLIT_HOST) {
        knee_builder_add(&out, "%u on each of %u hosts: %u in all", level, hosts, level * hosts);
        return text;
    }
    knee_builder_add(&out, "%u in all: ", level);
    if (fleet->split != KNEE_FLEET_SPLIT_CPUS && level % hosts == 0) {
        knee_builder_add(&out, "%u on each of %u hosts", level / hosts, hosts);
        return text;
    }
    for (uint32_t i = 0; i < hosts && i < 16; i++) {
        uint32_t share = level / hosts + (i < level % hosts);
        if (fleet->split == KNEE_FLEET_SPLIT_CPUS)
            share = knee_fleet_share(level, hosts, fleet->weights, 0, 0, i);
        knee_builder_add(&out, "%s%u", i ? ", " : "", share);
    }
    knee_builder_add(&out, "%s on %u hosts", hosts > 16 ? " ..." : "", hosts);
    return text;
}

double knee_fleet_slowest(const struct knee_fleet *fleet, uint32_t *rank)
{
    double done = 0, asked = 0, least = NAN;
    for (uint32_t i = 0; i < fleet->link->size; i++) {
        done += fleet->done[i];
        asked += fleet->asked[i];
    }
    for (uint32_t i = 0; i < fleet->link->size && asked > 0; i++) {
        double share = fleet->done[i] / done / (fleet->asked[i] / asked);
        if (!(share >= least)) {
            least = share;
            *rank = i;
        }
    }
    return least;
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
    free(fleet->done);
    free(fleet->asked);
    free(fleet);
}
