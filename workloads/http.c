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

struct http_worker {
    const struct knee_libcurl *curl;
    CURL *handle;
    struct knee_request_tally *tally;
    struct knee_http_count count;
    char *url;
    bool kept;          /* HTTP/2 is being spoken over the connection */
    long request_bytes; /* of the last request over a kept connection; 0: none yet */
};

static struct knee_http *service_of(void *shared)
{
    return ((struct knee_asking_shared *)shared)->service;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    struct knee_http *service = service_of(shared);
    struct http_worker *own = worker;
    own->tally = &service->asking.tallies[index];
    own->curl = &service->curl;
    own->handle = knee_http_handle(service);
    own->url = malloc(service->url_bytes);
    own->count = (struct knee_http_count){.asking = &service->asking};
    if (own->handle && service->asking.most > 0)
        knee_http_count_requests(service, own->handle, &own->count);
    if (own->handle && own->url)
        return 0;
    own->curl->easy_cleanup(own->handle);
    free(own->url);
    return ENOMEM;
}

static uint64_t get_ns(const struct http_worker *own, CURLINFO info)
{
    curl_off_t us = 0;
    own->curl->easy_getinfo(own->handle, info, &us);
    return us > 0 ? 1000 * (uint64_t)us : 0;
}

/* If a kept connection breaks, libcurl asks again over a new one, and says nothing but that it has
 * sent twice as much. For us that request has failed. */
static bool has_broken(struct http_worker *own)
{
    long connects = 0, bytes = 0;
    own->curl->easy_getinfo(own->handle, CURLINFO_NUM_CONNECTS, &connects);
    own->curl->easy_getinfo(own->handle, CURLINFO_REQUEST_SIZE, &bytes);
    if (connects > 0)
        return own->request_bytes > 0 && bytes > own->request_bytes + own->request_bytes / 2;
    own->request_bytes = bytes;
    return false;
}

static void note_connect(const struct http_worker *own)
{
    long connects = 0;
    own->curl->easy_getinfo(own->handle, CURLINFO_NUM_CONNECTS, &connects);
    if (connects == 0)
        return;
    uint64_t tls_ns = get_ns(own, CURLINFO_APPCONNECT_TIME_T);
    uint64_t end_ns = tls_ns ? tls_ns : get_ns(own, CURLINFO_CONNECT_TIME_T);
    uint64_t name_ns = get_ns(own, CURLINFO_NAMELOOKUP_TIME_T);
    if (end_ns > name_ns)
        knee_request_tally_connect(own->tally, end_ns - name_ns);
}

/* The errno of a failed item. */
static int fail(struct knee_http *service, const struct http_worker *own, enum knee_failure kind,
                const char *what)
{
    long status = 0;
    curl_off_t after_s = 0;
    if (knee_asking_is_cancelled(&service->asking))
        return ECANCELED;
    int error = knee_asking_fail(&service->asking, own->tally, kind, what);
    if (kind != KNEE_FAILURE_STATUS)
        return error;
    own->curl->easy_getinfo(own->handle, CURLINFO_RETRY_AFTER, &after_s);
    if (after_s > 0)
        knee_request_failures_retry(&service->asking.failures, (double)after_s);
    own->curl->easy_getinfo(own->handle, CURLINFO_RESPONSE_CODE, &status);
    if (status == KNEE_HTTP_TOO_MANY || status == KNEE_HTTP_UNAVAILABLE)
        knee_asking_refused_for_now(&service->asking);
    return error;
}

/* libcurl 7.88 starts HTTP/2 again on a kept connection when it knows of it beforehand; without
 * that knowledge it goes on. A new connection needs it. */
static void set_version(const struct knee_http *service, struct http_worker *own, bool answered)
{
    bool kept = answered && !service->params.new_connections;
    if (service->version != CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE || kept == own->kept)
        return;
    own->kept = kept;
    own->curl->easy_setopt(own->handle, CURLOPT_HTTP_VERSION,
                           kept ? (long)CURL_HTTP_VERSION_2_0 : service->version);
}

static int item(void *shared, void *worker)
{
    struct knee_http *service = service_of(shared);
    struct http_worker *own = worker;
    char what[120];
    if (!knee_asking_may_ask(&service->asking))
        return ECANCELED;
    if (knee_http_url_changes(service))
        own->curl->easy_setopt(own->handle, CURLOPT_URL, knee_http_next_url(service, own->url));
    own->count.is_claimed = true;
    CURLcode code = own->curl->easy_perform(own->handle);
    /* A redirect, or a second try, was one request too many. */
    if (code == CURLE_ABORTED_BY_CALLBACK && knee_asking_must_end(service))
        return ECANCELED;
    int kind = knee_http_outcome(service, own->handle, code, what, sizeof what);
    set_version(service, own, code == CURLE_OK);
    if (code == CURLE_OK)
        note_connect(own);
    if (code == CURLE_OK && kind < 0 && has_broken(own)) {
        kind = KNEE_FAILURE_RESET;
        snprintf(what, sizeof what, "the connection broke");
    }
    if (kind >= 0)
        return fail(service, own, (enum knee_failure)kind, what);
    knee_request_tally_answer(own->tally, get_ns(own, CURLINFO_STARTTRANSFER_TIME_T));
    return 0;
}

static void leave(void *shared, void *worker)
{
    struct http_worker *own = worker;
    (void)shared;
    own->curl->easy_cleanup(own->handle);
    free(own->url);
}

static const char *const SCHEMES[] = {"http://", "https://", NULL};

static const struct knee_target target = {
    .schemes = SCHEMES,
    .example = "http://HOST/PATH",
    .is_http = true,
    .max_level = 64,
    .open = knee_http_open,
    .look = knee_http_look,
    .must_end = knee_asking_must_end,
    .check = knee_http_check,
    .window_ended = knee_asking_window_ended,
    .failures = knee_asking_failures,
    .retry_after_s = knee_asking_retry_after_s,
    .for_now_ratio = knee_asking_for_now_ratio,
    .close = knee_http_close,
};

const struct knee_workload knee_workload_http = {
    .name = "http",
    .summary = "requests to a service of yours: knee sweep http://HOST/PATH",
    .resource = KNEE_CLASS_NET,
    .named_only = true,
    .default_max_level = 64,
    .target = &target,
    .shared_bytes = sizeof(struct knee_asking_shared),
    .worker_bytes = sizeof(struct http_worker),
    .setup = knee_asking_setup,
    .begin = knee_asking_begin,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = knee_asking_cancel,
    .probe = knee_asking_probe,
    .teardown = knee_asking_teardown,
};

#endif
