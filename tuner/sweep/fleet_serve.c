/* SPDX-License-Identifier: MIT */
/* What the ranks other than 0 run: orders, one after the other. */
#include "core/base/clock.h"
#include "core/fleet/fleet_order.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_parts.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FOR_EVER UINT64_MAX

struct server {
    struct knee_link *link;
    struct knee_sweep *sweep;
    struct knee_fleet_host self;
    struct knee_sweep_source source;
    bool open;     /* the engine */
    int exchanges; /* of this window, so far */
    double *weights;
};

static int tell(const struct server *server, const void *data, size_t bytes)
{
    return server->link->send(server->link->context, 0, data, bytes, FOR_EVER, NULL);
}

static int tell_self(struct server *server, int status, const struct knee_err *err)
{
    server->self.status = status ? err->code : 0;
    snprintf(server->self.error, sizeof server->self.error, "%.159s", status ? err->message : "");
    return tell(server, &server->self, sizeof server->self);
}

/* Says `state`, and hears whether all are at 1. */
static int exchange(struct server *server, int state, bool *all)
{
    struct knee_fleet_ready ready = {state}, go;
    server->exchanges++;
    if (tell(server, &ready, sizeof ready) ||
        server->link->broadcast(server->link->context, &go, sizeof go, FOR_EVER, NULL))
        return -1;
    *all = go.state == 1;
    return 0;
}

static int all_changed(void *context, bool *changed, struct knee_err *err)
{
    bool same = true;
    (void)err;
    int status = exchange(context, *changed ? 0 : 1, &same);
    *changed = !same;
    return status;
}

static int all_settled(void *context, bool *settled, struct knee_err *err)
{
    (void)err;
    return exchange(context, *settled ? 1 : 0, settled);
}

/* All hosts' weights: each must find the same shares. */
static int hear_weights(struct server *server, struct knee_err *err)
{
    size_t bytes = server->link->size * sizeof *server->weights;
    free(server->weights);
    server->weights = malloc(bytes);
    if (!server->weights)
        return knee_err_memory(err, "fleet");
    return server->link->broadcast(server->link->context, server->weights, bytes, FOR_EVER, err);
}

/* The items come as a file that is in memory alone. */
static int prepare_command(struct server *server, const struct knee_fleet_order *order,
                           struct knee_err *err)
{
    struct knee_sweep *sweep = server->sweep;
    char path[64];
    int status = 0, fd = -1;
    char *text = malloc(order->bytes + 1);
    if (!text)
        return knee_err_memory(err, "fleet");
    status = hear_weights(server, err);
    if (order->bytes > 0 && status == 0)
        status = server->link->broadcast(server->link->context, text, order->bytes, FOR_EVER, err);
    if (status == 0 && order->bytes > 0) {
        fd = memfd_create("knee-items", MFD_CLOEXEC);
        if (fd < 0 || write(fd, text, order->bytes) != (ssize_t)order->bytes)
            status = knee_err_set(err, KNEE_FAILED, "items: cannot keep them; free some memory");
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        sweep->items_file = path;
    }
    free(text);
    if (status == 0)
        status = knee_sweep_plan_to_serve(sweep, err);
    sweep->items_file = NULL;
    if (fd >= 0)
        close(fd);
    return status;
}

static int begin(struct server *server, const struct knee_fleet_order *order, struct knee_err *err)
{
    struct knee_sweep *sweep = server->sweep;
    if (order->index >= sweep->plan.workloads_count)
        return knee_err_set(err, KNEE_USAGE, "workload %u is not planned here", order->index);
    sweep->start_ns = knee_clock_now_ns();
    sweep->others = (struct knee_engine_others){all_changed, all_settled, server};
    if (knee_sweep_source_open(&server->source, sweep, &sweep->plan.workloads[order->index],
                               FOR_EVER / 2, 0, err))
        return -1;
    server->open = true;
    return 0;
}

static void finish(struct server *server)
{
    if (server->open)
        knee_sweep_source_close(&server->source);
    server->open = false;
}

/* This host's part of a window, and its latencies. */
static int measure(struct server *server, const struct knee_fleet_order *order)
{
    static struct knee_histogram_sum latencies;
    struct knee_fleet_row row = {.cpus = server->self.cpus, .server_cpus = NAN};
    struct knee_err err = {0};
    const double *weights = order->split == KNEE_FLEET_SPLIT_CPUS ? server->weights : NULL;
    bool all = true;
    int status = 0;
    server->exchanges = 0;
    memset(&latencies, 0, sizeof latencies);
    row.share = knee_fleet_share(order->level, order->hosts, weights, order->seed, order->block,
                                 server->link->rank);
    if (row.share > 0) {
        knee_engine_give_up_at(server->source.engine, FOR_EVER);
        knee_engine_part_of(server->source.engine, order->level);
        status = knee_engine_source_take(&server->source.windows, order->block, row.share,
                                         order->length_ns, &row.window, &err);
        if (status == 0)
            latencies = *knee_engine_latencies(server->source.engine);
        row.own_cpus = fmax(server->source.windows.own_cpus, 0);
        row.server_cpus = server->source.windows.server_cpus;
    } else {
        bool changed = knee_engine_park(server->source.engine);
        if (all_changed(server, &changed, &err))
            return -1;
        row.window = knee_measured_unknown(order->block, 0);
        row.window.start_ns = knee_clock_now_ns() - server->sweep->start_ns;
    }
    row.window.start_ns += server->sweep->start_ns; /* by this host's clock: rank 0 knows it */
    while (server->exchanges < KNEE_FLEET_EXCHANGES)
        if (exchange(server, status ? -1 : 1, &all))
            return -1;
    row.status = status;
    snprintf(row.error, sizeof row.error, "%.159s", status ? err.message : "");
    if (tell(server, &row, sizeof row))
        return -1;
    return server->link->sum(server->link->context, (uint64_t *)&latencies,
                             sizeof latencies / sizeof(uint64_t), FOR_EVER, NULL);
}

/* What time it is here, as often as rank 0 asks. */
static int tell_time(struct server *server, uint32_t times)
{
    const struct knee_link *link = server->link;
    for (uint32_t i = 0; i < times; i++) {
        uint64_t now_ns;
        if (link->receive(link->context, 0, &now_ns, sizeof now_ns, FOR_EVER, NULL))
            return -1;
        now_ns = knee_clock_now_ns();
        if (tell(server, &now_ns, sizeof now_ns))
            return -1;
    }
    return 0;
}

static int obey(void *context, const struct knee_fleet_order *order)
{
    struct server *server = context;
    struct knee_err err = {0};
    switch (order->what) {
    case KNEE_FLEET_HELLO:
        knee_fleet_host_self(&server->self, server->sweep->arguments->argc,
                             server->sweep->arguments->argv);
        return tell_self(server, 0, &err);
    case KNEE_FLEET_ITEMS: {
        int status = prepare_command(server, order, &err);
        return tell_self(server, status, &err);
    }
    case KNEE_FLEET_BEGIN: {
        int status = begin(server, order, &err);
        return tell_self(server, status, &err);
    }
    case KNEE_FLEET_CLOCK:
        return tell_time(server, order->index);
    case KNEE_FLEET_WINDOW:
        return measure(server, order);
    default:
        finish(server);
        return 0;
    }
}

int knee_fleet_serve(struct knee_link *link, struct knee_sweep *sweep)
{
    struct server server = {.link = link, .sweep = sweep};
    int code = knee_fleet_order_take(link, obey, &server);
    finish(&server);
    free(server.weights);
    return code;
}
