/* SPDX-License-Identifier: MIT */
/* Waiting for a server: requests over kept TCP connections to knee's own server process, whose
 * service time and pool make the answer known. */
#include "core/base/array.h"
#include "workloads/registry.h"
#include "workloads/server/net_client.h"
#include "workloads/server/server.h"

#include <errno.h>
#include <stdatomic.h>

#define MESSAGE_BYTES_MAX 1048576

enum { SERVICE, SERVICE_SPREAD, POOL, REQUEST, RESPONSE, ERRORS, OVERLOAD };
enum { OVERLOAD_QUEUE, OVERLOAD_FAIL };

struct net_shared {
    struct knee_server server;
    uint32_t request_bytes, response_bytes;
    atomic_bool cancelled;
};

struct net_worker {
    struct knee_net_client client;
};

static const struct knee_parameter parameters[] = {
    [SERVICE] = {.name = "service",
                 .unit = KNEE_PARAMETER_TIME,
                 .value = 5e6,
                 .min = 0,
                 .max = 6e10,
                 .help = "time the server takes for a request; 0 answers at once, past the pool",
                 .shown = true},
    [SERVICE_SPREAD] = {.name = "service_spread",
                        .unit = KNEE_PARAMETER_RATIO,
                        .value = 0,
                        .min = 0,
                        .max = 3,
                        .help = "spread of the service time: coefficient of variation, lognormal",
                        .noun = "spread"},
    [POOL] = {.name = "pool",
              .unit = KNEE_PARAMETER_NUMBER,
              .value = 16,
              .min = 0,
              .max = 4096,
              .help = "requests served at a time, first come first served; 0: no limit",
              .shown = true,
              .noun = "pool"},
    [REQUEST] = {.name = "request",
                 .unit = KNEE_PARAMETER_SIZE,
                 .value = 64,
                 .min = 1,
                 .max = MESSAGE_BYTES_MAX,
                 .help = "bytes of a request",
                 .noun = "request"},
    [RESPONSE] = {.name = "response",
                  .unit = KNEE_PARAMETER_SIZE,
                  .value = 1024,
                  .min = 1,
                  .max = MESSAGE_BYTES_MAX,
                  .help = "bytes of an answer",
                  .noun = "response"},
    [ERRORS] = {.name = "errors",
                .unit = KNEE_PARAMETER_RATIO,
                .value = 0,
                .min = 0,
                .max = 1,
                .help = "ratio of requests that are answered with an error",
                .noun = "errors"},
    [OVERLOAD] = {.name = "overload",
                  .unit = KNEE_PARAMETER_WORD,
                  .value = OVERLOAD_QUEUE,
                  .min = OVERLOAD_QUEUE,
                  .max = OVERLOAD_FAIL,
                  .help = "requests beyond the pool: they wait, or are refused at once",
                  .words = "queue|fail",
                  .noun = "overload"},
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes;
    struct net_shared *common = shared;
    const double *values = setup->values;
    common->request_bytes = (uint32_t)values[REQUEST];
    common->response_bytes = (uint32_t)values[RESPONSE];
    atomic_init(&common->cancelled, false);
    const struct knee_server_params params = {
        .pool = {.limit = (uint32_t)values[POOL],
                 .refuse = (int)values[OVERLOAD] == OVERLOAD_FAIL,
                 .service_ns = (uint64_t)values[SERVICE],
                 .spread_ratio = values[SERVICE_SPREAD],
                 .seed = setup->seed},
        .request_bytes = common->request_bytes,
        .response_bytes = common->response_bytes,
        .errors_ratio = values[ERRORS],
        /* Twice, since a broken connection keeps its slot until its service has ended. */
        .connections_max = 2 * setup->workers_max,
    };
    return knee_server_open(&common->server, &params, err);
}

static int enter(void *shared, void *worker, uint32_t index)
{
    (void)index;
    const struct net_shared *common = shared;
    return knee_net_client_open(&((struct net_worker *)worker)->client, &common->server,
                                common->request_bytes, common->response_bytes);
}

static int item(void *shared, void *worker)
{
    struct net_shared *common = shared;
    int error = knee_net_client_request(&((struct net_worker *)worker)->client);
    if (error && atomic_load_explicit(&common->cancelled, memory_order_relaxed))
        return ECANCELED;
    return error;
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    knee_net_client_close(&((struct net_worker *)worker)->client);
}

/* Without its server every item fails at once; there is no way back. */
static void cancel(void *shared)
{
    struct net_shared *common = shared;
    atomic_store_explicit(&common->cancelled, true, memory_order_relaxed);
    knee_server_kill(&common->server);
}

static void probe(void *shared, struct knee_workload_probe *probe)
{
    const struct net_shared *common = shared;
    probe->server = true;
    knee_server_probe(&common->server, &probe->server_cpu_s, &probe->server_in_service_s);
}

static void teardown(void *shared)
{
    knee_server_close(&((struct net_shared *)shared)->server);
}

const struct knee_workload knee_workload_net = {
    .name = "net",
    .summary = "requests to a server on the loopback with a pool of a known size",
    .resource = KNEE_CLASS_NET,
    .default_max_level = 512,
    .parameters = parameters,
    .parameters_count = KNEE_COUNT(parameters),
    .shared_bytes = sizeof(struct net_shared),
    .worker_bytes = sizeof(struct net_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = cancel,
    .probe = probe,
    .teardown = teardown,
};
