/* SPDX-License-Identifier: MIT */
#include "workloads/command/items.h"

#include "core/base/random.h"
#include "core/host/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A stream of the seed for the order of items; the search uses others. */
#define STREAM 0x6974656d
#define FIRST_BYTES 4096u
#define BYTES_MAX (1u << 30) /* /dev/zero and `yes` never end */
#define MEMORY_PARTS 4       /* one block gets no more than a quarter of the memory that is free */
#define UNCHECKED_BYTES (16u << 20)
#define NUMBER_BYTES 12u

/* Memory is asked for before it is used: else the kernel would end knee, or another program. */
static void *grow(void *block, size_t bytes)
{
    uint64_t available_bytes = UINT64_MAX, total_bytes;
    if (bytes > UNCHECKED_BYTES)
        knee_host_memory_read(&available_bytes, &total_bytes, "");
    return bytes <= available_bytes / MEMORY_PARTS ? realloc(block, bytes) : NULL;
}

/* 0, ENOMEM, or EFBIG: more than BYTES_MAX. */
static int read_all(FILE *in, char **text, size_t *bytes)
{
    size_t used = 0, room = 0;
    char *all = NULL;
    for (;;) {
        if (room - used < 2) {
            room = room ? 2 * room : FIRST_BYTES;
            char *grown = room <= BYTES_MAX ? grow(all, room) : NULL;
            if (!grown) {
                free(all);
                return room <= BYTES_MAX ? ENOMEM : EFBIG;
            }
            all = grown;
        }
        size_t got = fread(all + used, 1, room - used - 1, in);
        used += got;
        if (got == 0)
            break;
    }
    all[used] = '\0';
    *text = all;
    *bytes = used;
    return 0;
}

/* Ends every item by a NUL and notes where it begins. 0, ENOMEM, or EILSEQ: a line holds a NUL,
 * which no argument can. The lines before it are in `items`. */
static int split_text(struct knee_items *items, size_t bytes, char separator)
{
    size_t room = 0;
    for (char *at = items->text, *end = at + bytes; at < end;) {
        char *stop = memchr(at, separator, (size_t)(end - at));
        stop = stop ? stop : end;
        *stop = '\0';
        size_t length = strlen(at);
        if (length < (size_t)(stop - at))
            return EILSEQ;
        if (items->count > KNEE_ITEMS_MAX)
            return 0; /* the caller refuses them */
        if (length > 0 && items->count == room) {
            room = 2 * room + 64;
            struct knee_item *grown = grow(items->at, room * sizeof *grown);
            if (!grown)
                return ENOMEM;
            items->at = grown;
        }
        if (length > 0) {
            items->at[items->count] = (struct knee_item){at, (uint32_t)items->count + 1};
            items->count++;
            items->longest_bytes = length > items->longest_bytes ? length : items->longest_bytes;
        }
        at = stop + 1;
    }
    return 0;
}

static int fail_memory(const char *name, struct knee_err *err)
{
    return knee_err_set(err, KNEE_FAILED,
                        "%.200s: too long for the memory that is left; give a part of it", name);
}

int knee_items_read(struct knee_items *items, FILE *in, const char *name, bool nul,
                    struct knee_err *err)
{
    struct knee_items read = {0};
    size_t bytes = 0;
    int failed = 0, why = read_all(in, &read.text, &bytes);
    if (why == EFBIG)
        return knee_err_set(err, KNEE_USAGE, "%.200s: longer than 1 GiB; give a part of it", name);
    if (why)
        return fail_memory(name, err);
    if (ferror(in))
        failed = knee_err_set(err, KNEE_FAILED, "%.200s: cannot be read: %s", name,
                              strerror(errno ? errno : EIO));
    else if ((why = split_text(&read, bytes, nul ? '\0' : '\n')) == EILSEQ)
        failed = knee_err_set(err, KNEE_USAGE,
                              "%.200s: item %zu holds a NUL byte, which no argument can; if NUL "
                              "bytes separate the items, give -0",
                              name, read.count + 1);
    else if (why)
        failed = fail_memory(name, err);
    else if (read.count == 0)
        failed = knee_err_set(err, KNEE_USAGE, "%.200s: holds no item; give at least one", name);
    else if (read.count > KNEE_ITEMS_MAX)
        failed = knee_err_set(err, KNEE_USAGE, "%.200s: holds too many items; give a part of them",
                              name);
    if (failed) {
        knee_items_release(&read);
        return -1;
    }
    *items = read;
    return 0;
}

int knee_items_from_words(struct knee_items *items, char *const *words, size_t count,
                          struct knee_err *err)
{
    struct knee_items read = {0};
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += strlen(words[i]) + 1;
    read.text = malloc(bytes + 1);
    if (!read.text)
        return knee_err_memory(err, "items");
    bytes = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]) + 1;
        memcpy(read.text + bytes, words[i], length);
        bytes += length;
    }
    int failed = 0;
    if (split_text(&read, bytes, '\0'))
        failed = knee_err_memory(err, "items");
    else if (read.count == 0)
        failed = knee_err_set(err, KNEE_USAGE, "items: there is none after :::; give at least one");
    if (failed) {
        knee_items_release(&read);
        return -1;
    }
    *items = read;
    return 0;
}

int knee_items_number(struct knee_items *items, uint32_t count, struct knee_err *err)
{
    struct knee_items made = {.text = malloc((size_t)count * NUMBER_BYTES + 1),
                              .at = malloc(((size_t)count + 1) * sizeof *made.at)};
    if (!made.text || !made.at) {
        knee_items_release(&made);
        return knee_err_memory(err, "items");
    }
    for (uint32_t i = 0; i < count; i++) {
        char *text = made.text + (size_t)i * NUMBER_BYTES;
        int length = snprintf(text, NUMBER_BYTES, "%" PRIu32, i + 1);
        made.at[i] = (struct knee_item){text, i + 1};
        made.longest_bytes = (size_t)length; /* they only grow */
    }
    made.count = count;
    *items = made;
    return 0;
}

void knee_items_shuffle(struct knee_items *items, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, STREAM);
    for (size_t i = items->count; i > 1; i--) {
        size_t j = (size_t)knee_random_below(&random, i);
        struct knee_item swapped = items->at[i - 1];
        items->at[i - 1] = items->at[j];
        items->at[j] = swapped;
    }
}

static int by_number(const void *a, const void *b)
{
    const struct knee_item *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

void knee_items_write(const struct knee_items *items, FILE *out)
{
    struct knee_item *sorted = malloc((items->count + 1) * sizeof *sorted);
    if (sorted && items->count) {
        memcpy(sorted, items->at, items->count * sizeof *sorted);
        qsort(sorted, items->count, sizeof *sorted, by_number);
    }
    for (size_t i = 0; i < items->count; i++) {
        const char *text = sorted ? sorted[i].text : items->at[i].text;
        fwrite(text, 1, strlen(text) + 1, out);
    }
    free(sorted);
}

void knee_items_release(struct knee_items *items)
{
    free(items->at);
    free(items->text);
    *items = (struct knee_items){0};
}
