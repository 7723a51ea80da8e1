/* SPDX-License-Identifier: MIT */
#include "tuner/store/facts_json.h"

#include "tuner/store/json.h"

#include <string.h>

/* Older plans hold sentences. The one that becomes void once an answer is there has these words. */
#define OLD_FORECAST "settled answer"

static json_t *fact_json(const struct knee_fact *fact)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "kind", json_string(knee_fact_kind_text(fact->kind)));
    const char *name;
    for (size_t i = 0; (name = knee_fact_value_name(fact->kind, i)); i++)
        failed |= json_object_set_new(json, name, knee_json_number(fact->values[i]));
    if (fact->name[0])
        failed |= json_object_set_new(json, "name", knee_json_text(fact->name));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

json_t *knee_facts_json(const struct knee_facts *facts)
{
    json_t *json = json_array();
    int failed = json ? 0 : -1;
    for (size_t i = 0; i < facts->count && !failed; i++)
        failed = json_array_append_new(json, fact_json(&facts->at[i]));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static void read_line(const char *line, struct knee_facts *facts)
{
    knee_facts_add(facts, strstr(line, OLD_FORECAST) ? KNEE_FACT_FORECAST : KNEE_FACT_LINE, NULL,
                   line);
}

static void read_fact(struct knee_json_reader *reader, const json_t *json, struct knee_facts *facts)
{
    double values[KNEE_FACT_VALUES_MAX] = {0};
    const char *kind_text = knee_json_read_text(reader, json, "kind"), *name;
    enum knee_fact_kind kind;
    if (!kind_text || knee_fact_kind_parse(&kind, kind_text) != 0)
        return;
    for (size_t i = 0; (name = knee_fact_value_name(kind, i)); i++)
        values[i] = knee_json_read_number(reader, json, name, 0);
    knee_facts_add(facts, kind, values, knee_json_read_text(reader, json, "name"));
}

void knee_facts_json_read(struct knee_json_reader *reader, const json_t *json, const char *key,
                          struct knee_facts *facts)
{
    const json_t *list = json_object_get(json, key);
    size_t size = json_array_size(list);
    if (size > KNEE_FACTS_MAX && !reader->bad)
        reader->bad = key;
    for (size_t i = 0; i < size && i < KNEE_FACTS_MAX; i++) {
        const json_t *item = json_array_get(list, i);
        if (json_is_string(item))
            read_line(json_string_value(item), facts);
        else
            read_fact(reader, item, facts);
    }
}
