/* SPDX-License-Identifier: MIT */
#include "workloads/target/http_service.h"

#if defined KNEE_WITH_LIBCURL

#include "core/base/clock.h"
#include "core/base/version.h"
#include "core/text/url_fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 8192
#define DATA_BYTES_MAX (64u << 20)
#define REDIRECTS_MAX 10L

static bool is_method(const struct knee_http *http, const char *method)
{
    return strcmp(http->params.method ? http->params.method : "GET", method) == 0;
}

static int add_header(struct knee_http *http, const char *line, struct knee_err *err)
{
    if (!strpbrk(line, ":;") || line[0] == ':')
        return knee_err_set(err, KNEE_USAGE,
                            "--header: a line has no name; write NAME:VALUE, or @FILE with such "
                            "lines");
    if (strpbrk(line, "\r\n"))
        return knee_err_set(err, KNEE_USAGE,
                            "--header: a line break in a value; give each header an option or a "
                            "line of its own");
    struct curl_slist *grown = http->curl.slist_append(http->headers, line);
    if (!grown)
        return knee_err_memory(err, "--header");
    http->headers = grown;
    return 0;
}

static FILE *open_file(const char *option, const char *path, struct knee_err *err)
{
    FILE *in = fopen(path, "re");
    if (!in)
        knee_err_set(err, KNEE_USAGE, "--%s %.200s: %s; give a file that can be read", option, path,
                     strerror(errno));
    return in;
}

/* The next line, however long, without its end; false: there is none. Let forget_line() have it. */
static bool next_line(FILE *in, char **line, size_t *room)
{
    bool has_line = getline(line, room, in) >= 0;
    if (has_line)
        (*line)[strcspn(*line, "\r\n")] = '\0';
    return has_line;
}

static void forget_line(char *line, size_t room)
{
    if (line)
        explicit_bzero(line, room);
    free(line);
}

static int add_header_file(struct knee_http *http, const char *path, struct knee_err *err)
{
    char *line = NULL;
    size_t room = 0;
    int failed = 0;
    FILE *in = open_file("header", path, err);
    if (!in)
        return -1;
    while (!failed && next_line(in, &line, &room))
        if (line[0] && line[0] != '#')
            failed = add_header(http, line, err);
    forget_line(line, room);
    fclose(in);
    return failed;
}

static int read_headers(struct knee_http *http, struct knee_err *err)
{
    int failed = 0;
    for (size_t i = 0; i < http->params.headers_count && !failed; i++) {
        const char *text = http->params.headers[i];
        failed =
            text[0] == '@' ? add_header_file(http, text + 1, err) : add_header(http, text, err);
    }
    /* No waiting for "100 Continue" before a large body. */
    return failed || !http->params.data ? failed : add_header(http, "Expect:", err);
}

static int read_user(struct knee_http *http, struct knee_err *err)
{
    char *line = NULL;
    size_t room = 0;
    const char *path = http->params.user_file;
    FILE *in = path ? open_file("user-file", path, err) : NULL;
    if (!path || !in)
        return path ? -1 : 0;
    bool named = next_line(in, &line, &room) && strchr(line, ':');
    fclose(in);
    http->user = named ? strdup(line) : NULL;
    forget_line(line, room);
    if (!named)
        return knee_err_set(err, KNEE_USAGE,
                            "--user-file %.200s: its first line must be USER:PASSWORD", path);
    return http->user ? 0 : knee_err_memory(err, "--user-file");
}

static int read_data(struct knee_http *http, struct knee_err *err)
{
    const char *path = http->params.data;
    if (!path)
        return 0;
    if (is_method(http, "GET") || is_method(http, "HEAD"))
        return knee_err_set(err, KNEE_USAGE,
                            "--data: %s sends none; add --method POST (or PUT, PATCH), if asking "
                            "again and again may change what it likes",
                            is_method(http, "GET") ? "GET" : "HEAD");
    FILE *in = open_file("data", path, err);
    if (!in)
        return -1;
    http->data = malloc(DATA_BYTES_MAX + 1);
    if (http->data)
        http->data_bytes = fread(http->data, 1, DATA_BYTES_MAX + 1, in);
    int unread = ferror(in);
    fclose(in);
    if (!http->data)
        return knee_err_memory(err, "--data");
    if (unread || http->data_bytes > DATA_BYTES_MAX)
        return knee_err_set(err, KNEE_USAGE, "--data %.200s: %s", path,
                            unread ? "cannot be read; give a file"
                                   : "more than 64 MiB; give a smaller one");
    char *fitting = realloc(http->data, http->data_bytes + 1);
    http->data = fitting ? fitting : http->data;
    return 0;
}

/* What libcurl makes of it: an unknown scheme or no host is said before anything is asked. */
static int check_url(const struct knee_http *http, const char *url, struct knee_err *err)
{
    CURLU *parsed = http->curl.url();
    char plain[LINE_BYTES];
    if (!parsed || !url) {
        http->curl.url_cleanup(parsed);
        return knee_err_memory(err, "http");
    }
    knee_url_fill(url, "x", plain, sizeof plain);
    CURLUcode bad = http->curl.url_set(parsed, CURLUPART_URL, plain, 0);
    http->curl.url_cleanup(parsed);
    if (knee_url_has_user(url))
        return knee_err_set(err, KNEE_USAGE,
                            "http: a URL with a user or a password in it; put USER:PASSWORD into a "
                            "file, and name it with --user-file");
    if (bad || (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0))
        return knee_err_set(err, KNEE_USAGE,
                            "http: %.200s: %s; write http://HOST/PATH or https://HOST/PATH", url,
                            bad ? http->curl.url_strerror(bad) : "not a URL of HTTP");
    return 0;
}

/* The URLs, and the items that are URLs if no place for items is in them. */
static int collect_urls(struct knee_http *http, struct knee_err *err)
{
    const struct knee_target_params *params = &http->params;
    const struct knee_items *items = params->items;
    size_t longest = 0, places = 0, more = 0;
    for (size_t i = 0; i < params->urls_count; i++) {
        size_t bytes = knee_url_fill_bytes(params->urls[i], items ? items->longest_bytes : 0);
        longest = bytes > longest ? bytes : longest;
        places += knee_url_has_place(params->urls[i]);
    }
    bool has_items = items && items->count > 0;
    if (places && !has_items)
        return knee_err_set(err, KNEE_USAGE,
                            "http: no items for {}; write --items FILE, or - for standard input");
    http->fills = places > 0;
    http->url_bytes = longest;
    more = has_items && !http->fills ? items->count : 0;
    http->urls = calloc(params->urls_count + more + 1, sizeof *http->urls);
    if (!http->urls)
        return knee_err_memory(err, "http");
    for (size_t i = 0; i < params->urls_count; i++)
        http->urls[http->urls_count++] = params->urls[i];
    for (size_t i = 0; i < more; i++)
        http->urls[http->urls_count++] = items->at[i].text;
    for (size_t i = 0; i < http->urls_count; i++)
        if (http->urls[i] && check_url(http, http->urls[i], err))
            return -1;
    return 0;
}

static int parse_url(struct knee_http *http, struct knee_err *err)
{
    if (knee_http_url_changes(http))
        return 0;
    http->parsed = http->curl.url();
    if (!http->parsed || http->curl.url_set(http->parsed, CURLUPART_URL, http->urls[0], 0))
        return knee_err_memory(err, "http");
    return 0;
}

int knee_http_open(void **service, const struct knee_target_params *params, struct knee_err *err)
{
    struct knee_http *http = calloc(1, sizeof *http);
    if (!http)
        return knee_err_memory(err, "http");
    http->params = *params;
    http->version = CURL_HTTP_VERSION_2TLS;
    knee_asking_init(&http->asking, params);
    if (knee_libcurl_load(&http->curl, err)) {
        knee_asking_release(&http->asking);
        free(http);
        return -1;
    }
    http->curl.global_init(CURL_GLOBAL_DEFAULT);
    if (collect_urls(http, err) || parse_url(http, err) || read_headers(http, err) ||
        read_user(http, err) || read_data(http, err)) {
        knee_http_close(http);
        return -1;
    }
    *service = http;
    return 0;
}

void knee_http_close(void *service)
{
    struct knee_http *http = service;
    if (!http)
        return;
    if (http->user)
        explicit_bzero(http->user, strlen(http->user));
    http->curl.slist_free_all(http->headers);
    http->curl.url_cleanup(http->parsed);
    free(http->user);
    free(http->data);
    free(http->urls);
    knee_asking_release(&http->asking);
    http->curl.global_cleanup();
    free(http);
}

bool knee_http_url_changes(const struct knee_http *http)
{
    return http->fills || http->urls_count > 1;
}

const char *knee_http_next_url(struct knee_http *http, char *url)
{
    uint64_t turn = knee_http_url_changes(http)
                        ? atomic_fetch_add_explicit(&http->next, 1, memory_order_relaxed)
                        : 0;
    const char *found = http->urls[turn % http->urls_count];
    if (!http->fills)
        return found;
    const struct knee_items *items = http->params.items;
    return knee_url_fill(found, items->at[turn / http->urls_count % items->count].text, url,
                         http->url_bytes);
}

static size_t drop(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes, (void)context;
    return size * count;
}

static int is_cancelled(void *asking, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                        curl_off_t up)
{
    (void)down_all, (void)down, (void)up_all, (void)up;
    return knee_asking_is_cancelled(asking) ? 1 : 0;
}

static int claim_request(void *context, char *there, char *here, int there_port, int here_port)
{
    struct knee_http_count *count = context;
    (void)there, (void)here, (void)there_port, (void)here_port;
    bool may_ask = count->is_claimed || knee_asking_claim(count->asking);
    count->is_claimed = false;
    return may_ask ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

void knee_http_count_requests(const struct knee_http *http, CURL *handle,
                              struct knee_http_count *count)
{
    http->curl.easy_setopt(handle, CURLOPT_PREREQFUNCTION, claim_request);
    http->curl.easy_setopt(handle, CURLOPT_PREREQDATA, count);
}

static void set_method(const struct knee_http *http, CURL *handle)
{
    if (is_method(http, "GET"))
        return;
    if (is_method(http, "HEAD")) {
        http->curl.easy_setopt(handle, CURLOPT_NOBODY, 1L);
        return;
    }
    if (http->data || is_method(http, "POST")) {
        http->curl.easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)http->data_bytes);
        http->curl.easy_setopt(handle, CURLOPT_POSTFIELDS, http->data ? http->data : "");
    }
    http->curl.easy_setopt(handle, CURLOPT_CUSTOMREQUEST, http->params.method);
}

CURL *knee_http_handle(struct knee_http *http)
{
    const struct knee_target_params *params = &http->params;
    CURL *handle = http->curl.easy_init();
    if (!handle)
        return NULL;
    http->curl.easy_setopt(handle, CURLOPT_URL, http->urls[0]);
    if (http->parsed) /* which all handles may read */
        http->curl.easy_setopt(handle, CURLOPT_CURLU, http->parsed);
    http->curl.easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    http->curl.easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    http->curl.easy_setopt(handle, CURLOPT_PROXY, ""); /* else the proxy is measured, too */
    http->curl.easy_setopt(handle, CURLOPT_USERAGENT, "knee/" KNEE_VERSION);
    http->curl.easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
    http->curl.easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    http->curl.easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, is_cancelled);
    http->curl.easy_setopt(handle, CURLOPT_XFERINFODATA, &http->asking);
    http->curl.easy_setopt(handle, CURLOPT_HTTP_VERSION, http->version);
    http->curl.easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)(params->timeout_ns / KNEE_NS_PER_MS));
    http->curl.easy_setopt(handle, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    http->curl.easy_setopt(handle, CURLOPT_HTTPHEADER, http->headers);
    http->curl.easy_setopt(handle, CURLOPT_USERPWD, http->user);
    http->curl.easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, params->insecure ? 0L : 1L);
    http->curl.easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, params->insecure ? 0L : 2L);
    http->curl.easy_setopt(handle, CURLOPT_FOLLOWLOCATION, params->location ? 1L : 0L);
    http->curl.easy_setopt(handle, CURLOPT_MAXREDIRS, REDIRECTS_MAX);
    http->curl.easy_setopt(handle, CURLOPT_FRESH_CONNECT, params->new_connections ? 1L : 0L);
    http->curl.easy_setopt(handle, CURLOPT_FORBID_REUSE, params->new_connections ? 1L : 0L);
    set_method(http, handle);
    return handle;
}

#endif
