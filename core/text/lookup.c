/* SPDX-License-Identifier: MIT */
#include "core/text/lookup.h"

#include "core/text/builder.h"
#include "core/text/suggest.h"

#include <string.h>

void knee_lookup_add(struct knee_lookup *lookup, const char *name)
{
    if (lookup->count < KNEE_LOOKUP_MAX)
        lookup->names[lookup->count++] = name;
}

int knee_lookup_find(const struct knee_lookup *lookup, const char *name)
{
    for (size_t i = 0; i < lookup->count; i++)
        if (strcmp(lookup->names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *knee_lookup_join(const struct knee_lookup *lookup, const char *separator, char *text,
                             size_t text_bytes)
{
    struct knee_builder builder;
    knee_builder_over(&builder, text, text_bytes);
    for (size_t i = 0; i < lookup->count; i++) {
        knee_builder_separate(&builder, separator);
        knee_builder_add(&builder, "%s", lookup->names[i]);
    }
    return text;
}

int knee_lookup_unknown(const struct knee_lookup *lookup, const char *typed, const char *what,
                        const char *before, const char *otherwise, struct knee_err *err)
{
    const char *meant = knee_suggest(typed, lookup->names);
    if (meant)
        return knee_err_set(err, KNEE_USAGE, "%s; did you mean %s%s?", what, before, meant);
    return knee_err_set(err, KNEE_USAGE, "%s; %s", what, otherwise);
}
