/* SPDX-License-Identifier: MIT */
#include "workloads/target/libcurl.h"

#if defined KNEE_WITH_LIBCURL

#include "core/base/array.h"
#include "core/base/library.h"

#include <stddef.h>

/* An older one would follow a redirect to any protocol: it does not know CURLOPT_PROTOCOLS_STR. */
#define VERSION_MIN 0x075500 /* 7.85.0 */

static const char *const FILES[] = {"libcurl.so.4", "libcurl-gnutls.so.4", NULL};

static const struct knee_library_function FUNCTIONS[] = {
    {"curl_global_init", offsetof(struct knee_libcurl, global_init)},
    {"curl_global_cleanup", offsetof(struct knee_libcurl, global_cleanup)},
    {"curl_easy_init", offsetof(struct knee_libcurl, easy_init)},
    {"curl_easy_cleanup", offsetof(struct knee_libcurl, easy_cleanup)},
    {"curl_easy_setopt", offsetof(struct knee_libcurl, easy_setopt)},
    {"curl_easy_getinfo", offsetof(struct knee_libcurl, easy_getinfo)},
    {"curl_easy_perform", offsetof(struct knee_libcurl, easy_perform)},
    {"curl_easy_strerror", offsetof(struct knee_libcurl, easy_strerror)},
    {"curl_slist_append", offsetof(struct knee_libcurl, slist_append)},
    {"curl_slist_free_all", offsetof(struct knee_libcurl, slist_free_all)},
    {"curl_version_info", offsetof(struct knee_libcurl, version_info)},
    {"curl_url", offsetof(struct knee_libcurl, url)},
    {"curl_url_cleanup", offsetof(struct knee_libcurl, url_cleanup)},
    {"curl_url_set", offsetof(struct knee_libcurl, url_set)},
    {"curl_url_strerror", offsetof(struct knee_libcurl, url_strerror)},
};

int knee_libcurl_load(struct knee_libcurl *curl, struct knee_err *err)
{
    static const struct knee_library LIBRARY = {.files = FILES,
                                                .functions = FUNCTIONS,
                                                .functions_count = KNEE_COUNT(FUNCTIONS),
                                                .advice = "install libcurl (Debian: libcurl4)"};
    if (knee_library_load(curl, &LIBRARY, "http", err))
        return -1;
    const curl_version_info_data *info = curl->version_info(CURLVERSION_NOW);
    if (info->version_num < VERSION_MIN)
        return knee_err_set(err, KNEE_FAILED, "http: libcurl %s is too old; install 7.85 or later",
                            info->version);
    return 0;
}

#endif
