/* SPDX-License-Identifier: MIT */
/* Requests to an HTTP service by libcurl: each slot keeps a connection of its own. */
#if defined KNEE_WITH_LIBCURL

#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/registry.h"
#include "workloads/target/http_service.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* A request that is refused fails at once: the pause spares both sides a storm of them. */
#define REFUSED_PAUSE_NS (10 * KNEE_NS_PER_MS)
#define STATUS_TOO_MANY 429L
#define STATUS_UNAVAILABLE 503L

struct http_shared {
    struct knee_http *service;
    struct knee_request_tally *tallies;
    uint32_t slots;
};

struct http_worker {
    CURL *handle;
    struct knee_request_tally *tally;
    char *url;
    bool kept;          /* HTTP/2 is being spoken over the connection */
    long request_bytes; /* of the last request over a kept connection; 0: none yet */
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    struct http_shared *common = shared;
    (void)warning, (void)warning_bytes;
    common->service = setup->custom;
    common->slots = setup->workers_max;
    common->tallies = knee_request_tally_make(setup->workers_max);
    return common->tallies ? 0 : knee_err_memory(err, "http");
}

static int enter(void *shared, void *worker, uint32_t index)
{
    struct http_shared *common = shared;
    struct http_worker *own = worker;
    own->tally = &common->tallies[index];
    own->handle = knee_http_handle(common->service);
    own->url = malloc(common->service->url_bytes);
    if (own->handle && own->url)
        return 0;
    curl_easy_cleanup(own->handle);
    free(own->url);
    return ENOMEM;
}

static uint64_t get_ns(CURL *handle, CURLINFO info)
{
    curl_off_t us = 0;
    curl_easy_getinfo(handle, info, &us);
    return us > 0 ? 1000 * (uint64_t)us : 0;
}

/* If a kept connection breaks, libcurl asks again over a new one, and says nothing but that it has
 * sent twice as much. For us that request has failed. */
static bool has_broken(struct http_worker *own)
{
    long connects = 0, bytes = 0;
    curl_easy_getinfo(own->handle, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(own->handle, CURLINFO_REQUEST_SIZE, &bytes);
    if (connects > 0)
        return own->request_bytes > 0 && bytes > own->request_bytes + own->request_bytes / 2;
    own->request_bytes = bytes;
    return false;
}

static void note_connect(const struct http_worker *own)
{
    long connects = 0;
    curl_easy_getinfo(own->handle, CURLINFO_NUM_CONNECTS, &connects);
    if (connects == 0)
        return;
    uint64_t tls_ns = get_ns(own->handle, CURLINFO_APPCONNECT_TIME_T);
    uint64_t end_ns = tls_ns ? tls_ns : get_ns(own->handle, CURLINFO_CONNECT_TIME_T);
    uint64_t name_ns = get_ns(own->handle, CURLINFO_NAMELOOKUP_TIME_T);
    if (end_ns > name_ns)
        knee_request_tally_connect(own->tally, end_ns - name_ns);
}

static void pause_after(const struct http_worker *own, int kind)
{
    long status = 0;
    curl_easy_getinfo(own->handle, CURLINFO_RESPONSE_CODE, &status);
    if (kind == KNEE_FAILURE_REFUSED || status == STATUS_TOO_MANY || status == STATUS_UNAVAILABLE)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + REFUSED_PAUSE_NS);
}

static int fail(struct knee_http *service, const struct http_worker *own, int kind,
                const char *what)
{
    static const int ERRORS[KNEE_FAILURES] = {
        [KNEE_FAILURE_REFUSED] = ECONNREFUSED, [KNEE_FAILURE_TIMEOUT] = ETIMEDOUT,
        [KNEE_FAILURE_STATUS] = EPROTO,        [KNEE_FAILURE_TLS] = EPROTO,
        [KNEE_FAILURE_RESET] = ECONNRESET,     [KNEE_FAILURE_OTHER] = EIO};
    curl_off_t after_s = 0;
    if (knee_http_is_cancelled(service))
        return ECANCELED;
    curl_easy_getinfo(own->handle, CURLINFO_RETRY_AFTER, &after_s);
    if (kind == KNEE_FAILURE_STATUS && after_s > 0)
        knee_request_failures_retry(&service->failures, (double)after_s);
    knee_request_failures_note(&service->failures, what);
    knee_request_tally_fail(own->tally, (enum knee_failure)kind);
    pause_after(own, kind);
    return ERRORS[kind];
}

/* May one more request be made? */
static bool may_ask(struct knee_http *service)
{
    uint64_t most = service->params.max_requests;
    if (most == 0 || atomic_fetch_add_explicit(&service->requests, 1, memory_order_relaxed) < most)
        return true;
    knee_clock_sleep_until_ns(knee_clock_now_ns() + REFUSED_PAUSE_NS);
    return false;
}

/* libcurl 7.88 starts HTTP/2 again on a kept connection when it knows of it beforehand; without
 * that knowledge it goes on. A new connection needs it. */
static void set_version(const struct knee_http *service, struct http_worker *own, bool answered)
{
    bool kept = answered && !service->params.new_connections;
    if (service->version != CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE || kept == own->kept)
        return;
    own->kept = kept;
    curl_easy_setopt(own->handle, CURLOPT_HTTP_VERSION,
                     kept ? (long)CURL_HTTP_VERSION_2_0 : service->version);
}

static int item(void *shared, void *worker)
{
    struct http_shared *common = shared;
    struct http_worker *own = worker;
    struct knee_http *service = common->service;
    char what[120];
    if (!may_ask(service))
        return ECANCELED;
    if (knee_http_url_changes(service))
        curl_easy_setopt(own->handle, CURLOPT_URL, knee_http_next_url(service, own->url));
    CURLcode code = curl_easy_perform(own->handle);
    int kind = knee_http_outcome(service, own->handle, code, what, sizeof what);
    set_version(service, own, code == CURLE_OK);
    if (code == CURLE_OK)
        note_connect(own);
    if (code == CURLE_OK && kind < 0 && has_broken(own)) {
        kind = KNEE_FAILURE_RESET;
        snprintf(what, sizeof what, "the connection broke");
    }
    if (kind >= 0)
        return fail(service, own, kind, what);
    knee_request_tally_answer(own->tally, get_ns(own->handle, CURLINFO_STARTTRANSFER_TIME_T));
    return 0;
}

static void leave(void *shared, void *worker)
{
    struct http_worker *own = worker;
    (void)shared;
    curl_easy_cleanup(own->handle);
    free(own->url);
}

/* libcurl asks at least once a second whether to go on. */
static void cancel(void *shared)
{
    struct http_shared *common = shared;
    atomic_store_explicit(&common->service->cancelled, true, memory_order_relaxed);
}

static void probe(void *shared, struct knee_workload_probe *probe)
{
    struct http_shared *common = shared;
    knee_request_tally_probe(common->tallies, common->slots, probe);
}

static void teardown(void *shared)
{
    struct http_shared *common = shared;
    atomic_store_explicit(&common->service->cancelled, false, memory_order_relaxed);
    free(common->tallies);
}

static bool must_end(void *service)
{
    struct knee_http *http = service;
    return http->params.max_requests > 0 &&
           atomic_load_explicit(&http->requests, memory_order_relaxed) >= http->params.max_requests;
}

static void failures(void *service, char *text, size_t text_bytes)
{
    knee_request_failures_text(&((struct knee_http *)service)->failures, text, text_bytes);
}

static double retry_after_s(void *service)
{
    return ((struct knee_http *)service)->failures.retry_after_s;
}

static const char *const SCHEMES[] = {"http://", "https://", NULL};

static const struct knee_target target = {
    .schemes = SCHEMES,
    .example = "http://HOST/PATH",
    .is_http = true,
    .max_level = 64,
    .open = knee_http_open,
    .look = knee_http_look,
    .must_end = must_end,
    .check = knee_http_check,
    .failures = failures,
    .retry_after_s = retry_after_s,
    .close = knee_http_close,
};

const struct knee_workload knee_workload_http = {
    .name = "http",
    .summary = "requests to a service of yours: knee sweep http://HOST/PATH",
    .resource = KNEE_CLASS_NET,
    .named_only = true,
    .default_max_level = 64,
    .target = &target,
    .shared_bytes = sizeof(struct http_shared),
    .worker_bytes = sizeof(struct http_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = cancel,
    .probe = probe,
    .teardown = teardown,
};

#endif
