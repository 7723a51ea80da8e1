/* SPDX-License-Identifier: MIT */
/* Like most real work: fetches over the network, computes, and writes the result. With waiting Z
 * and computing C on c CPUs the knee lies at about c (Z + C) / C. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "workloads/parts/burn.h"
#include "workloads/parts/io_file.h"
#include "workloads/registry.h"
#include "workloads/server/net_client.h"
#include "workloads/server/server.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REQUEST_BYTES 64u
#define RESPONSE_BYTES 4096u
#define FILE_BYTES 262144u /* results are written over each other in a file of this size */

enum { FETCH, FETCH_SPREAD, POOL, COMPUTE, WRITE, SYNC };

struct mixed_shared {
    struct knee_server server; /* none unless it fetches */
    bool fetches;
    uint64_t rounds; /* of computing; 0: none */
    uint32_t write_bytes, sync_writes, slots;
    const char *dir;
    uint64_t seed;
    atomic_bool cancelled;
};

struct mixed_worker {
    struct knee_net_client client;
    int fd;
    uint32_t writes;
    uint64_t value; /* the result of the last item: the next one starts from it and writes it */
    char *result;
};

static const struct knee_parameter parameters[] = {
    [FETCH] = {.name = "fetch",
               .unit = KNEE_PARAMETER_TIME,
               .value = 3e6,
               .min = 0,
               .max = 6e10,
               .help = "time the server takes for a request; 0: nothing is fetched",
               .shown = true,
               .noun = "fetch"},
    [FETCH_SPREAD] = {.name = "fetch_spread",
                      .unit = KNEE_PARAMETER_RATIO,
                      .value = 0,
                      .min = 0,
                      .max = 3,
                      .help = "spread of that time: coefficient of variation, lognormal",
                      .noun = "spread"},
    [POOL] = {.name = "pool",
              .unit = KNEE_PARAMETER_NUMBER,
              .value = 0,
              .min = 0,
              .max = 4096,
              .help = "requests served at a time, first come first served; 0: no limit",
              .noun = "pool"},
    [COMPUTE] = {.name = "compute",
                 .unit = KNEE_PARAMETER_TIME,
                 .value = 1e6,
                 .min = 0,
                 .max = 6e10,
                 .help = "computing, as the time it takes on an idle core",
                 .shown = true,
                 .noun = "compute"},
    [WRITE] = {.name = "write",
               .unit = KNEE_PARAMETER_SIZE,
               .value = 4096,
               .min = 0,
               .max = 1048576,
               .help = "bytes written to a file of the worker's own, through the page cache",
               .shown = true,
               .noun = "write"},
    [SYNC] = {.name = "sync",
              .unit = KNEE_PARAMETER_NUMBER,
              .value = 0,
              .min = 0,
              .max = 1000000,
              .help = "writes of a worker before each fdatasync; 0: never",
              .noun = "sync"},
};

static int start_server(struct mixed_shared *common, const struct knee_workload_setup *setup,
                        struct knee_err *err)
{
    const struct knee_server_params params = {
        .pool = {.limit = (uint32_t)setup->values[POOL],
                 .service_ns = (uint64_t)setup->values[FETCH],
                 .spread_ratio = setup->values[FETCH_SPREAD],
                 .seed = setup->seed},
        .request_bytes = REQUEST_BYTES,
        .response_bytes = RESPONSE_BYTES,
        .connections_max = 2 * setup->workers_max, /* a broken one keeps its slot for a while */
    };
    return knee_server_open(&common->server, &params, err);
}

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    struct mixed_shared *common = shared;
    uint64_t compute_ns = (uint64_t)setup->values[COMPUTE];
    common->fetches = setup->values[FETCH] > 0;
    common->rounds = compute_ns > 0 ? knee_burn_rounds(compute_ns, setup->rounds_per_ns) : 0;
    common->write_bytes = (uint32_t)setup->values[WRITE];
    common->sync_writes = (uint32_t)setup->values[SYNC];
    common->slots = common->write_bytes && common->write_bytes < FILE_BYTES
                        ? FILE_BYTES / common->write_bytes
                        : 1;
    common->dir = setup->dir;
    common->seed = setup->seed;
    atomic_init(&common->cancelled, false);
    uint64_t bytes = (uint64_t)common->slots * common->write_bytes * setup->workers_max;
    if (knee_io_file_check_room("mixed", setup->dir, bytes, err) != 0)
        return -1;
    if (common->write_bytes && knee_io_file_in_memory(setup->dir))
        snprintf(
            warning, warning_bytes,
            "mixed: %s is in memory (tmpfs): writes reach no device; choose a directory on one",
            setup->dir);
    return common->fetches ? start_server(common, setup, err) : 0;
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    struct mixed_worker *own = worker;
    knee_net_client_close(&own->client);
    if (own->fd >= 0)
        close(own->fd);
    own->fd = -1;
    free(own->result);
    own->result = NULL;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    const struct mixed_shared *common = shared;
    struct mixed_worker *own = worker;
    own->client.fd = -1;
    own->fd = -1;
    own->value = index + 1u;
    int error = 0;
    if (common->fetches)
        error = knee_net_client_open(&own->client, &common->server, REQUEST_BYTES, RESPONSE_BYTES);
    if (!error && common->write_bytes) {
        own->fd = knee_io_file_unnamed(common->dir);
        error = own->fd < 0 ? errno : 0;
    }
    if (!error && common->write_bytes) {
        own->result = knee_io_file_buffer(common->write_bytes, common->seed, index);
        error = own->result ? 0 : ENOMEM;
    }
    if (error)
        leave(shared, worker);
    return error;
}

static int write_result(const struct mixed_shared *common, struct mixed_worker *own)
{
    uint32_t bytes = common->write_bytes;
    own->result[0] = (char)own->value;
    off_t at = (off_t)(own->writes++ % common->slots) * bytes;
    ssize_t done = pwrite(own->fd, own->result, bytes, at);
    if (done != (ssize_t)bytes)
        return done < 0 ? errno : ENOSPC;
    if (common->sync_writes == 0 || own->writes % common->sync_writes != 0)
        return 0;
    return fdatasync(own->fd) == 0 ? 0 : errno;
}

static int item(void *shared, void *worker)
{
    struct mixed_shared *common = shared;
    struct mixed_worker *own = worker;
    int error = common->fetches ? knee_net_client_request(&own->client) : 0;
    if (error && atomic_load_explicit(&common->cancelled, memory_order_relaxed))
        return ECANCELED;
    if (error)
        return error;
    own->value = knee_burn(common->rounds, own->value);
    return common->write_bytes ? write_result(common, own) : 0;
}

/* Without its server every item fails at once; there is no way back. */
static void cancel(void *shared)
{
    struct mixed_shared *common = shared;
    atomic_store_explicit(&common->cancelled, true, memory_order_relaxed);
    knee_server_kill(&common->server);
}

static void probe(void *shared, struct knee_workload_probe *probe)
{
    const struct mixed_shared *common = shared;
    probe->server = common->fetches;
    knee_server_probe(&common->server, &probe->server_cpu_s, &probe->server_in_service_s);
}

static void teardown(void *shared)
{
    knee_server_close(&((struct mixed_shared *)shared)->server);
}

const struct knee_workload knee_workload_mixed = {
    .name = "mixed",
    .summary = "fetches over the network, computes, writes to a file",
    .resource = KNEE_CLASS_MIXED,
    .default_max_level = 128,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct mixed_shared),
    .worker_bytes = sizeof(struct mixed_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = cancel,
    .probe = probe,
    .teardown = teardown,
};
