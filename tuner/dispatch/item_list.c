/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/item_list.h"

#include "core/text/parse.h"
#include "workloads/command/placeholder_fill.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PRINTED_BYTES 64

/* What the line prints for the item: a number above 0, else NAN. */
static double weigh_by_line(const char *line, const struct knee_item *item)
{
    const struct knee_placeholder_fill_values values = {
        .item = item->text, .number = item->number, .slot = 1, .level = 1, .out = ""};
    size_t bytes = knee_placeholder_fill_text(line, &values, true, NULL, 0);
    char *filled = malloc(bytes), printed[PRINTED_BYTES] = "";
    double weight = NAN;
    if (!filled)
        return NAN;
    knee_placeholder_fill_text(line, &values, true, filled, bytes);
    FILE *out = popen(filled, "re");
    free(filled);
    if (!out)
        return NAN;
    bool some = fgets(printed, sizeof printed, out) != NULL;
    int status = pclose(out);
    printed[strcspn(printed, " \t\r\n")] = '\0';
    if (!some || status != 0 || knee_parse_double("--weight", printed, 0, 1e18, &weight, NULL))
        return NAN;
    return weight > 0. ? weight : NAN;
}

static double weigh(const struct knee_run_weight *weight, const struct knee_item *item)
{
    struct stat info;
    switch (weight->by) {
    case KNEE_RUN_WEIGHT_NONE:
        return 1.;
    case KNEE_RUN_WEIGHT_SIZE:
        return stat(item->text, &info) == 0 && info.st_size > 0 ? (double)info.st_size : NAN;
    case KNEE_RUN_WEIGHT_FIELD:
        return knee_run_weight_field(item->text, weight->field);
    case KNEE_RUN_WEIGHT_LINE:
        return weigh_by_line(weight->line, item);
    }
    return NAN;
}

static int weigh_all(struct knee_item_list *list, const struct knee_item_list_params *params,
                     struct knee_err *err)
{
    double sum = 0.;
    for (size_t i = 0; i < list->count; i++) {
        const struct knee_item *item = &list->items.at[i];
        double heavy = weigh(params->weight, item);
        if (params->interrupted && *params->interrupted)
            return knee_err_set(err, KNEE_INTERRUPTED + *params->interrupted,
                                "interrupted while the items were weighed; nothing began");
        list->at[i] = (struct knee_item_source_item){.text = item->text,
                                                     .bytes = strlen(item->text),
                                                     .number = item->number,
                                                     .weight = heavy};
        list->unweighed += isnan(heavy);
        sum += isnan(heavy) ? 0. : heavy;
    }
    size_t weighed = list->count - list->unweighed;
    double mean = weighed ? sum / (double)weighed : 1.;
    for (size_t i = 0; i < list->count; i++)
        list->at[i].weight = isnan(list->at[i].weight) ? 1. : list->at[i].weight / mean;
    return 0;
}

static int compare(const void *left, const void *right)
{
    const struct knee_item_source_item *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return (a->number > b->number) - (a->number < b->number);
}

int knee_item_list_make(struct knee_item_list *list, struct knee_items *items,
                        const struct knee_item_list_params *params, struct knee_err *err)
{
    struct knee_item_list made = {.items = *items, .count = items->count};
    *items = (struct knee_items){0};
    made.at = calloc(made.count + 1, sizeof *made.at);
    if (!made.at) {
        knee_items_release(&made.items);
        return knee_err_memory(err, "items");
    }
    if (params->order == KNEE_ITEM_LIST_RANDOM)
        knee_items_shuffle(&made.items, params->seed);
    if (weigh_all(&made, params, err)) {
        knee_item_list_release(&made);
        return -1;
    }
    if (params->order == KNEE_ITEM_LIST_LARGEST)
        qsort(made.at, made.count, sizeof *made.at, compare);
    *list = made;
    return 0;
}

void knee_item_list_release(struct knee_item_list *list)
{
    free(list->at);
    knee_items_release(&list->items);
    *list = (struct knee_item_list){0};
}
