/* SPDX-License-Identifier: MIT */
/* The first request to an HTTP service, how a request ended, and whether the server still lives. */
#include "workloads/target/http_service.h"

#if defined KNEE_WITH_LIBCURL

#include "core/base/clock.h"
#include "core/host/listener.h"
#include "core/text/human.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 1000 /* to find out whether the server is still there */

static const char *status_words(long status)
{
    static const struct {
        long status;
        const char *words;
    } KNOWN[] = {{301, " Moved Permanently"}, {302, " Found"},
                 {304, " Not Modified"},      {400, " Bad Request"},
                 {401, " Unauthorized"},      {403, " Forbidden"},
                 {404, " Not Found"},         {405, " Method Not Allowed"},
                 {429, " Too Many Requests"}, {500, " Internal Server Error"},
                 {502, " Bad Gateway"},       {503, " Service Unavailable"},
                 {504, " Gateway Timeout"}};
    for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++)
        if (KNOWN[i].status == status)
            return KNOWN[i].words;
    return "";
}

static enum knee_failure kind_of(CURLcode code, long system_error)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return KNEE_FAILURE_REFUSED;
    case CURLE_COULDNT_CONNECT:
        return system_error == ETIMEDOUT ? KNEE_FAILURE_TIMEOUT : KNEE_FAILURE_REFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return KNEE_FAILURE_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
        return KNEE_FAILURE_TLS;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return KNEE_FAILURE_RESET;
    default:
        return KNEE_FAILURE_OTHER;
    }
}

int knee_http_outcome(const struct knee_http *http, CURL *handle, CURLcode code, char *what,
                      size_t what_bytes)
{
    long status = 0, system_error = 0;
    if (code == CURLE_OK) {
        http->curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        if (knee_status_set_has(&http->params.expect, status))
            return -1;
        snprintf(what, what_bytes, "%ld%s", status, status_words(status));
        return KNEE_FAILURE_STATUS;
    }
    http->curl.easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_error);
    if (code == CURLE_COULDNT_CONNECT && system_error)
        snprintf(what, what_bytes, "no connection (%s)", strerror((int)system_error));
    else
        snprintf(what, what_bytes, "%s", http->curl.easy_strerror(code));
    return (int)kind_of(code, system_error);
}

static double seconds(const struct knee_http *http, CURL *handle, CURLINFO info)
{
    curl_off_t us = 0;
    http->curl.easy_getinfo(handle, info, &us);
    return (double)us / 1e6;
}

static double thread_cpu_s(void)
{
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static const char *version_text(const struct knee_http *http, CURL *handle)
{
    long version = 0;
    http->curl.easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_1_0   ? "HTTP/1.0"
           : version == CURL_HTTP_VERSION_1_1 ? "HTTP/1.1"
           : version == CURL_HTTP_VERSION_2_0 ? "HTTP/2"
                                              : "HTTP";
}

static void describe(const struct knee_http *http, CURL *handle, struct knee_target_look *look)
{
    char bytes[KNEE_HUMAN_BYTES];
    long status = 0;
    curl_off_t size = 0;
    http->curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    http->curl.easy_getinfo(handle, CURLINFO_SIZE_DOWNLOAD_T, &size);
    double tls_s = seconds(http, handle, CURLINFO_APPCONNECT_TIME_T);
    double tcp_s = seconds(http, handle, CURLINFO_CONNECT_TIME_T);
    look->item_s = seconds(http, handle, CURLINFO_TOTAL_TIME_T);
    look->first_byte_s = seconds(http, handle, CURLINFO_STARTTRANSFER_TIME_T);
    look->connect_s =
        (tls_s > 0 ? tls_s : tcp_s) - seconds(http, handle, CURLINFO_NAMELOOKUP_TIME_T);
    snprintf(look->said, sizeof look->said, "%s %ld%s, %s", version_text(http, handle), status,
             status_words(status), knee_human_size(bytes, (double)size));
}

/* A server on this host: its processes' CPU time is part of the work, not somebody else's. */
static void find_server(struct knee_http *http, CURL *handle, struct knee_target_look *look)
{
    const char *there = NULL, *here = NULL;
    http->curl.easy_getinfo(handle, CURLINFO_PRIMARY_IP, &there);
    http->curl.easy_getinfo(handle, CURLINFO_LOCAL_IP, &here);
    http->curl.easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &http->port);
    snprintf(http->address, sizeof http->address, "%s", there ? there : "");
    look->local = there && here && *there && strcmp(there, here) == 0;
    if (look->local)
        look->server_pid = knee_listener_pid((uint16_t)http->port, "");
}

static int fail_transfer(const struct knee_http *http, CURL *handle, CURLcode code, const char *url,
                         const char *details, struct knee_err *err)
{
    char what[120];
    const char *advice = "ask it by hand first: curl -v URL";
    knee_http_outcome(http, handle, code, what, sizeof what);
    if (code == CURLE_ABORTED_BY_CALLBACK && knee_target_interrupted(&http->params))
        return knee_err_set(err, KNEE_INTERRUPTED + *http->params.interrupted, "interrupted");
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return knee_err_set(err, KNEE_USAGE,
                            "--max-requests: the first answer took all of them; allow more");
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return knee_err_set(err, KNEE_FAILED,
                            "http: %.200s: the name does not resolve; check its spelling, or the "
                            "network",
                            url);
    if (code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT)
        details = ""; /* the words say it already */
    if (code == CURLE_COULDNT_CONNECT)
        advice = "start the server, or check the port";
    else if (code == CURLE_OPERATION_TIMEDOUT)
        advice = "give it longer with --timeout";
    else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
        advice = "if it is your own server, add --insecure";
    else if (kind_of(code, 0) == KNEE_FAILURE_TLS)
        advice = "check that it speaks TLS at this port, or ask it by http://";
    return knee_err_set(err, KNEE_FAILED, "http: %.200s: %s%s%.160s%s; %s", url, what,
                        details[0] ? " (" : "", details, details[0] ? ")" : "", advice);
}

static int fail_for_now(const struct knee_http *http, CURL *handle, const char *url,
                        const char *what, struct knee_err *err)
{
    char time[KNEE_HUMAN_BYTES];
    curl_off_t after_s = 0;
    http->curl.easy_getinfo(handle, CURLINFO_RETRY_AFTER, &after_s);
    if (after_s > 0)
        return knee_err_set(err, KNEE_FAILED,
                            "http: %.200s: the answer is %s; try again after %s (Retry-After)", url,
                            what, knee_human_duration(time, (double)after_s));
    return knee_err_set(err, KNEE_FAILED, "http: %.200s: the answer is %s; try again later", url,
                        what);
}

static int fail_status(const struct knee_http *http, CURL *handle, const char *url,
                       const char *what, struct knee_err *err)
{
    const char *target = NULL;
    long status = 0;
    http->curl.easy_getinfo(handle, CURLINFO_REDIRECT_URL, &target);
    http->curl.easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (target)
        return knee_err_set(err, KNEE_FAILED,
                            "http: %.200s: it redirects to %.200s; sweep that URL, or add "
                            "--location",
                            url, target);
    if (status == 401 || status == 403)
        return knee_err_set(err, KNEE_FAILED,
                            "http: %.200s: the answer is %s; add --user-file FILE or --header "
                            "@FILE with what it asks for",
                            url, what);
    if (status == KNEE_HTTP_TOO_MANY || status == KNEE_HTTP_UNAVAILABLE)
        return fail_for_now(http, handle, url, what, err);
    return knee_err_set(err, KNEE_FAILED,
                        "http: %.200s: the answer is %s; fix the URL, or add --expect %ld if that "
                        "is a success",
                        url, what, status);
}

/* A server that speaks nothing but HTTP/2, without TLS to agree on it. */
static bool may_be_http2(CURLcode code, const char *url)
{
    return strncmp(url, "http://", 7) == 0 &&
           (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY ||
            code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR);
}

int knee_http_look(void *service, struct knee_target_look *look, struct knee_err *err)
{
    struct knee_http *http = service;
    char details[CURL_ERROR_SIZE] = "", what[120];
    char *filled = malloc(http->url_bytes);
    CURL *handle = knee_http_handle(http);
    struct knee_http_count count = {.asking = &http->asking};
    int status = -1;
    *look = (struct knee_target_look){.item_s = NAN, .connect_s = NAN, .first_byte_s = NAN};
    if (!handle || !filled) {
        knee_err_memory(err, "http");
        goto out;
    }
    const char *url = knee_http_next_url(http, filled);
    http->curl.easy_setopt(handle, CURLOPT_URL, url);
    http->curl.easy_setopt(handle, CURLOPT_ERRORBUFFER, details);
    knee_http_count_requests(http, handle, &count);
    double before_s = thread_cpu_s();
    CURLcode code = http->curl.easy_perform(handle);
    if (may_be_http2(code, url)) {
        http->curl.easy_setopt(handle, CURLOPT_HTTP_VERSION,
                               (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
        CURLcode again = http->curl.easy_perform(handle);
        if (again == CURLE_OK) {
            http->version = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
            code = again;
        }
    }
    look->cpu_s = thread_cpu_s() - before_s;
    if (code != CURLE_OK) {
        status = fail_transfer(http, handle, code, url, details, err);
    } else if (knee_http_outcome(http, handle, code, what, sizeof what) >= 0) {
        status = fail_status(http, handle, url, what, err);
    } else {
        describe(http, handle, look);
        find_server(http, handle, look);
        status = 0;
    }
out:
    http->curl.easy_cleanup(handle);
    free(filled);
    return status;
}

/* 0, or the errno of a connection to the server that was looked at. */
static int connect_again(const struct knee_http *http)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *four = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address;
    socklen_t bytes = sizeof *four;
    int error = 0;
    if (inet_pton(AF_INET, http->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)http->port);
    } else if (inet_pton(AF_INET6, http->address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)http->port);
        bytes = sizeof *six;
    } else {
        return 0;
    }
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return 0;
    if (connect(fd, (struct sockaddr *)&address, bytes) != 0)
        error = errno;
    if (error == EINPROGRESS) {
        struct pollfd waits = {.fd = fd, .events = POLLOUT};
        socklen_t size = sizeof error;
        error = 0;
        if (poll(&waits, 1, CONNECT_MS) == 1)
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    close(fd);
    return error;
}

int knee_http_check(void *service, struct knee_err *err)
{
    const struct knee_http *http = service;
    int error = connect_again(http);
    if (error != ECONNREFUSED && error != EHOSTUNREACH && error != ENETUNREACH)
        return 0;
    return knee_err_set(err, KNEE_FAILED, "http: the server at %s port %ld is gone (%s)",
                        http->address, http->port, strerror(error));
}

#endif
