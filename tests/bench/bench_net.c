/* SPDX-License-Identifier: MIT */
/* Requests/s for a file of 1 KiB over kept connections, and their 99th percentile: of the http
 * workload against nginx, of wrk against the same nginx, one process each, and for orientation of
 * the net workload without a service time, and of a bare loop of libcurl, which knee asks with.
 * They take turns in every round. wrk corrects its latencies for requests that a slow answer held
 * back (coordinated omission). */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "workloads/registry.h"
#include "workloads/target/libcurl.h"
#include "workloads/target/target.h"

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 2
#define WINDOW_NS (300 * KNEE_NS_PER_MS)
#define PATIENCE_NS (5 * KNEE_NS_PER_S) /* for nginx to listen */
#define ANSWER_BYTES 1024

static const uint32_t widths[] = {1, 4, 16, 64};
#define WIDTHS (sizeof widths / sizeof widths[0])

static void fail(const char *what)
{
    fprintf(stderr, "bench_net: %s\n", what);
    exit(1);
}

static struct knee_engine *open_engine(double *values)
{
    const struct knee_workload *net = knee_registry_find("net");
    if (!net)
        fail("there is no workload net");
    for (size_t i = 0; i < net->parameters_count; i++)
        values[i] = strcmp(net->parameters[i].name, "service") ? net->parameters[i].value : 0;
    const struct knee_engine_params params = {
        .workload = net,
        .setup = {.values = values, .dir = ".", .seed = 1, .workers_max = widths[WIDTHS - 1]},
    };
    struct knee_engine *engine;
    struct knee_err err;
    char warning[256];
    if (knee_engine_open(&engine, &params, warning, sizeof warning, &err))
        fail(err.message);
    return engine;
}

/* What a client saw: requests/s, the 99th percentile of latency, and the CPU time of its thread for
 * one of them. */
struct seen {
    double per_s, p99_us, cost_us;
};

static struct seen ask_by_knee(struct knee_engine *engine, uint32_t width)
{
    struct knee_measured window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return (struct seen){.per_s = window.throughput_per_s,
                         .p99_us = 1e6 * window.latency_p99_s,
                         .cost_us = 1e6 * (window.cpu_user_s + window.cpu_system_s) / window.items};
}

struct nginx {
    pid_t pid;
    uint16_t port;
    char dir[64];
};

static int reach(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int status = connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    return status;
}

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, bytes) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &bytes) != 0)
        fail("no free port");
    close(fd);
    return ntohs(address.sin_port);
}

/* The file that is asked for. */
static void write_page(const struct nginx *nginx)
{
    char path[128];
    snprintf(path, sizeof path, "%s/index.html", nginx->dir);
    FILE *page = fopen(path, "w");
    if (!page || fprintf(page, "%0*d", ANSWER_BYTES, 0) != ANSWER_BYTES || fclose(page) != 0)
        fail("cannot write the page");
}

static void write_config(const struct nginx *nginx, char *path, size_t path_bytes)
{
    snprintf(path, path_bytes, "%s/nginx.conf", nginx->dir);
    FILE *config = fopen(path, "w");
    if (!config)
        fail("cannot write the configuration of nginx");
    fprintf(config,
            "daemon off; master_process off; pid %s/pid; error_log /dev/null crit;\n"
            "events { worker_connections 1024; }\n"
            "http { access_log off; keepalive_requests 1000000000;\n"
            "client_body_temp_path %s/1; proxy_temp_path %s/2; fastcgi_temp_path %s/3;\n"
            "uwsgi_temp_path %s/4; scgi_temp_path %s/5;\n"
            "server { listen 127.0.0.1:%u; root %s; } }\n",
            nginx->dir, nginx->dir, nginx->dir, nginx->dir, nginx->dir, nginx->dir,
            (unsigned)nginx->port, nginx->dir);
    if (fclose(config) != 0)
        fail("cannot write the configuration of nginx");
}

static void stop_nginx(struct nginx *nginx)
{
    static const char *const left[] = {"nginx.conf", "index.html", "pid", "1", "2", "3", "4", "5"};
    kill(nginx->pid, SIGTERM);
    waitpid(nginx->pid, NULL, 0);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", nginx->dir, left[i]);
        remove(path);
    }
    rmdir(nginx->dir);
}

static void start_nginx(struct nginx *nginx)
{
    char config[128];
    snprintf(nginx->dir, sizeof nginx->dir, "/tmp/knee-bench-XXXXXX");
    if (!mkdtemp(nginx->dir))
        fail("cannot make a directory in /tmp");
    nginx->port = free_port();
    write_page(nginx);
    write_config(nginx, config, sizeof config);
    nginx->pid = fork();
    if (nginx->pid < 0)
        fail("cannot start nginx");
    if (nginx->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        execlp("nginx", "nginx", "-c", config, "-e", "/dev/null", (char *)NULL);
        _exit(127);
    }
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (reach(nginx->port) != 0) {
        if (waitpid(nginx->pid, NULL, WNOHANG) != 0 || knee_clock_now_ns() > give_up_ns) {
            stop_nginx(nginx);
            fail("nginx does not come up");
        }
        knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_NS_PER_MS);
    }
}

/* "62.00us", "1.23ms" */
static double latency_us(const char *text)
{
    char *unit;
    double value = strtod(text, &unit);
    return strncmp(unit, "us", 2) == 0   ? value
           : strncmp(unit, "ms", 2) == 0 ? 1e3 * value
                                         : 1e6 * value;
}

static struct seen ask_by_wrk(const struct nginx *nginx, uint32_t width)
{
    static const char rate[] = "Requests/sec:", p99[] = "     99%";
    char command[256], line[256];
    struct seen seen = {0};
    snprintf(command, sizeof command, "wrk --latency -t1 -c%u -d1s http://127.0.0.1:%u/", width,
             (unsigned)nginx->port);
    FILE *wrk = popen(command, "r");
    while (wrk && fgets(line, sizeof line, wrk)) {
        if (strncmp(line, rate, sizeof rate - 1) == 0)
            seen.per_s = strtod(line + sizeof rate - 1, NULL);
        if (strncmp(line, p99, sizeof p99 - 1) == 0)
            seen.p99_us = latency_us(line + sizeof p99 - 1);
    }
    if (!wrk || pclose(wrk) != 0 || seen.per_s <= 0 || seen.p99_us <= 0)
        fprintf(stderr, "bench_net: wrk failed\n");
    return seen;
}

/* The http workload on the same nginx. */
struct http {
    const struct knee_target *target; /* NULL: this knee has none */
    void *service;
    struct knee_engine *engine;
};

static void open_http(struct http *http, const struct nginx *nginx, char *url, size_t url_bytes)
{
    const struct knee_workload *workload = knee_registry_find("http");
    const char *const urls[] = {url};
    struct knee_target_params params = {
        .urls = urls, .urls_count = 1, .timeout_ns = 10 * KNEE_NS_PER_S};
    struct knee_target_look look;
    struct knee_err err;
    const double values[1] = {0};
    char warning[256];
    if (!workload || !nginx)
        return;
    snprintf(url, url_bytes, "http://127.0.0.1:%u/", (unsigned)nginx->port);
    knee_status_set_parse(&params.expect, "200");
    http->target = workload->target;
    if (http->target->open(&http->service, &params, &err) ||
        http->target->look(http->service, &look, &err))
        fail(err.message);
    const struct knee_engine_params engine = {
        .workload = workload,
        .setup = {.values = values,
                  .dir = ".",
                  .workers_max = widths[WIDTHS - 1],
                  .custom = http->service},
    };
    if (knee_engine_open(&http->engine, &engine, warning, sizeof warning, &err))
        fail(err.message);
}

static void close_http(struct http *http)
{
    knee_engine_close(http->engine);
    if (http->target)
        http->target->close(http->service);
}

#if defined KNEE_WITH_LIBCURL
/* A thread for each connection that does nothing but ask. */
struct bare {
    const struct knee_libcurl *curl;
    const char *url;
    atomic_bool stops;
    _Atomic uint64_t answers;
};

static size_t take_all(const char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

static void *ask_on(void *argument)
{
    struct bare *bare = argument;
    CURL *handle = bare->curl->easy_init();
    bare->curl->easy_setopt(handle, CURLOPT_URL, bare->url);
    bare->curl->easy_setopt(handle, CURLOPT_PROXY, "");
    bare->curl->easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    bare->curl->easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_all);
    while (!atomic_load(&bare->stops))
        if (bare->curl->easy_perform(handle) == CURLE_OK)
            atomic_fetch_add_explicit(&bare->answers, 1, memory_order_relaxed);
    bare->curl->easy_cleanup(handle);
    return NULL;
}

/* Answers a second; 0 without libcurl. */
static double ask_barely(const char *url, uint32_t width)
{
    struct knee_libcurl curl;
    struct knee_err err;
    pthread_t threads[64];
    if (knee_libcurl_load(&curl, &err) || width > sizeof threads / sizeof threads[0])
        return 0;
    struct bare bare = {.curl = &curl, .url = url};
    for (uint32_t i = 0; i < width; i++)
        if (pthread_create(&threads[i], NULL, ask_on, &bare))
            fail("cannot start a thread");
    knee_clock_sleep_until_ns(knee_clock_now_ns() + WINDOW_NS / 3);
    uint64_t before = atomic_load(&bare.answers), start_ns = knee_clock_now_ns();
    knee_clock_sleep_until_ns(start_ns + WINDOW_NS);
    uint64_t after = atomic_load(&bare.answers), end_ns = knee_clock_now_ns();
    atomic_store(&bare.stops, true);
    for (uint32_t i = 0; i < width; i++)
        pthread_join(threads[i], NULL);
    return (double)(after - before) / knee_clock_to_s(end_ns - start_ns);
}
#else
static double ask_barely(const char *url, uint32_t width)
{
    (void)url, (void)width;
    return 0;
}
#endif

static void row(const char *bench, const char *subject, uint32_t width, double *values,
                const char *unit)
{
    printf("%s,%s,%u,%.3f,%s\n", bench, subject, width, knee_stats_median(values, ROUNDS), unit);
}

/* wrk and libcurl alone run between two of our windows and are compared with their mean. */
static void bench_width(struct knee_engine *engine, const struct http *http,
                        const struct nginx *nginx, const char *url, uint32_t width)
{
    double ours[ROUNDS], asked[ROUNDS], theirs[ROUNDS], ratios[ROUNDS], costs[ROUNDS];
    double p99s[ROUNDS], their_p99s[ROUNDS], p99_ratios[ROUNDS], bare[ROUNDS], bare_ratios[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        struct seen before = {0}, after = {0}, wrk = {0};
        bare[round] = 0;
        ours[round] = ask_by_knee(engine, width).per_s;
        if (http->engine)
            before = ask_by_knee(http->engine, width);
        if (nginx)
            wrk = ask_by_wrk(nginx, width);
        if (http->engine) {
            bare[round] = ask_barely(url, width);
            after = ask_by_knee(http->engine, width);
        }
        asked[round] = (before.per_s + after.per_s) / 2;
        p99s[round] = (before.p99_us + after.p99_us) / 2;
        costs[round] = after.cost_us;
        theirs[round] = wrk.per_s;
        their_p99s[round] = wrk.p99_us;
        ratios[round] = wrk.per_s > 0 ? asked[round] / wrk.per_s : 0;
        bare_ratios[round] = bare[round] > 0 ? asked[round] / bare[round] : 0;
        p99_ratios[round] = wrk.p99_us > 0 ? p99s[round] / wrk.p99_us : 0;
    }
    row("net_requests", "knee", width, ours, "per_s");
    if (nginx) {
        row("http_requests", "wrk", width, theirs, "per_s");
        row("http_p99", "wrk", width, their_p99s, "us");
    }
    if (!http->engine)
        return;
    row("http_requests", "knee", width, asked, "per_s");
    row("http_requests", "knee/wrk", width, ratios, "ratio");
    row("http_requests", "libcurl", width, bare, "per_s");
    row("http_requests", "knee/libcurl", width, bare_ratios, "ratio");
    row("http_p99", "knee", width, p99s, "us");
    row("http_p99", "knee/wrk", width, p99_ratios, "ratio");
    row("http_cost", "libcurl", width, costs, "us");
}

int main(void)
{
    double values[KNEE_PARAMETERS_MAX];
    char url[64] = "";
    struct knee_engine *engine = open_engine(values);
    struct nginx nginx = {0};
    struct http http = {0};
    int installed = system("command -v wrk >/dev/null && command -v nginx >/dev/null") == 0;
    if (installed)
        start_nginx(&nginx);
    else
        fprintf(stderr, "bench_net: wrk or nginx is not installed: skipped\n");
    open_http(&http, installed ? &nginx : NULL, url, sizeof url);
    for (size_t i = 0; i < WIDTHS; i++)
        bench_width(engine, &http, installed ? &nginx : NULL, url, widths[i]);
    close_http(&http);
    if (installed)
        stop_nginx(&nginx);
    knee_engine_close(engine);
    return fflush(stdout) ? 1 : 0;
}
