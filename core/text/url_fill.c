/* SPDX-License-Identifier: MIT */
#include "core/text/url_fill.h"

#include <string.h>

#define PLACE "{}"
#define PLACE_BYTES 2u
#define ENCODED_BYTES 3u /* %XX */

bool knee_url_has_place(const char *url)
{
    return strstr(url, PLACE) != NULL;
}

size_t knee_url_fill_bytes(const char *url, size_t item_bytes)
{
    size_t bytes = strlen(url) + 1;
    for (const char *at = url; (at = strstr(at, PLACE)); at += PLACE_BYTES)
        bytes += ENCODED_BYTES * item_bytes;
    return bytes;
}

static bool is_allowed(unsigned char c)
{
    return c > ' ' && c < 127 && !strchr("\"<>\\^`{|}", c);
}

/* Both stop at the end of `filled`. */
static char *put(char *to, const char *end, const char *from, size_t bytes)
{
    for (size_t i = 0; i < bytes && to < end; i++)
        *to++ = from[i];
    return to;
}

static char *put_item(char *to, const char *end, const char *item)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *item; item++) {
        unsigned char c = (unsigned char)*item;
        const char encoded[] = {'%', digits[c >> 4], digits[c & 15]};
        to = is_allowed(c) ? put(to, end, item, 1) : put(to, end, encoded, sizeof encoded);
    }
    return to;
}

const char *knee_url_fill(const char *url, const char *item, char *filled, size_t filled_bytes)
{
    char *to = filled;
    const char *end = filled + filled_bytes - 1, *place;
    while ((place = strstr(url, PLACE))) {
        to = put(to, end, url, (size_t)(place - url));
        to = put_item(to, end, item);
        url = place + PLACE_BYTES;
    }
    *put(to, end, url, strlen(url)) = '\0';
    return filled;
}

bool knee_url_has_user(const char *url)
{
    const char *host = strstr(url, "://");
    if (!host)
        return false;
    host += 3;
    return memchr(host, '@', strcspn(host, "/?#")) != NULL;
}
