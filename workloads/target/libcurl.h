/* SPDX-License-Identifier: MIT */
/* The functions of libcurl that are used here, each by its name without "curl_". */
#ifndef KNEE_WORKLOADS_TARGET_LIBCURL_H
#define KNEE_WORKLOADS_TARGET_LIBCURL_H

#if defined KNEE_WITH_LIBCURL

#include "core/base/err.h"

#include <curl/curl.h>

struct knee_libcurl {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_global_cleanup) global_cleanup;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_setopt) easy_setopt;
    __typeof__(&curl_easy_getinfo) easy_getinfo;
    __typeof__(&curl_easy_perform) easy_perform;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
    __typeof__(&curl_version_info) version_info;
    __typeof__(&curl_url) url;
    __typeof__(&curl_url_cleanup) url_cleanup;
    __typeof__(&curl_url_set) url_set;
    __typeof__(&curl_url_strerror) url_strerror;
};

/* Loads it. -1 with KNEE_FAILED if it is not installed, or too old. The compiler does not check the
 * values of easy_setopt() and easy_getinfo() if they are called through a pointer: a number must be
 * a long or a curl_off_t, exactly as the option asks. */
int knee_libcurl_load(struct knee_libcurl *curl, struct knee_err *err);

#endif
#endif
