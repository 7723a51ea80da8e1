/* SPDX-License-Identifier: MIT */
/* An HTTP service: what to ask it, and how. Built only with libcurl. */
#ifndef KNEE_WORKLOADS_TARGET_HTTP_SERVICE_H
#define KNEE_WORKLOADS_TARGET_HTTP_SERVICE_H

#if defined KNEE_WITH_LIBCURL

#include "workloads/target/asking.h"
#include "workloads/target/libcurl.h"
#include "workloads/target/target.h"

#include <stdatomic.h>

/* Refused for now: these are worth another try. */
#define KNEE_HTTP_TOO_MANY 429L
#define KNEE_HTTP_UNAVAILABLE 503L

struct knee_http {
    struct knee_asking asking;
    struct knee_libcurl curl;
    struct knee_target_params params; /* borrowed */
    struct curl_slist *headers;       /* owned, like the next five */
    CURLU *parsed;                    /* the URL, so that no request parses it; NULL: it changes */
    char *user;                       /* USER:PASSWORD */
    char *data;
    const char **urls; /* the array alone: what to ask in turn */
    size_t data_bytes, urls_count, url_bytes;
    bool fills;       /* the items fill {}: a URL for each of them */
    long version;     /* of HTTP, for CURLOPT_HTTP_VERSION */
    char address[64]; /* of the server, from the first look; "": unknown */
    long port;
    _Atomic uint64_t next;
};

int knee_http_open(void **service, const struct knee_target_params *params, struct knee_err *err);
void knee_http_close(void *service);

/* A handle with everything set but, if there are several, the URL. NULL: out of memory. */
CURL *knee_http_handle(struct knee_http *service);

/* A transfer may be several requests: libcurl follows redirects, and asks again if a kept
 * connection breaks. */
struct knee_http_count {
    struct knee_asking *asking;
    bool is_claimed; /* the next request of the handle has been counted */
};
/* Counts all requests of a handle from now on; a transfer ends with CURLE_ABORTED_BY_CALLBACK if no
 * further one may be made. `count` must outlive the handle. */
void knee_http_count_requests(const struct knee_http *service, CURL *handle,
                              struct knee_http_count *count);

/* The URL of the next request, in `url` of service->url_bytes or elsewhere. */
const char *knee_http_next_url(struct knee_http *service, char *url);
/* Does the URL change from request to request? */
bool knee_http_url_changes(const struct knee_http *service);

/* The end of a request: -1 if all is well, else the kind of failure. `what` (120 bytes) gets words
 * for it. */
int knee_http_outcome(const struct knee_http *service, CURL *handle, CURLcode code, char *what,
                      size_t what_bytes);

/* See struct knee_target. */
int knee_http_look(void *service, struct knee_target_look *look, struct knee_err *err);
int knee_http_check(void *service, struct knee_err *err);

#endif
#endif
