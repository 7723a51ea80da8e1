/* SPDX-License-Identifier: MIT */
/* URLs with a place for an item: "http://host/items/{}". Pure. */
#ifndef KNEE_CORE_TEXT_URL_FILL_H
#define KNEE_CORE_TEXT_URL_FILL_H

#include <stdbool.h>
#include <stddef.h>

bool knee_url_has_place(const char *url);

/* An upper bound of the filled URL's bytes, for an item of `item_bytes`. */
size_t knee_url_fill_bytes(const char *url, size_t item_bytes);

/* `url` with `item` in place of each {}, into `filled`; returns it. Bytes that no URL may hold
 * (blanks, control characters, quotes, everything beyond ASCII) become %XX; all others stay, so
 * that an item may be a path, a query or text that is encoded already. */
const char *knee_url_fill(const char *url, const char *item, char *filled, size_t filled_bytes);

/* Does the URL name a user: "http://USER:PASSWORD@HOST/"? */
bool knee_url_has_user(const char *url);

#endif
