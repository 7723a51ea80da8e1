/* SPDX-License-Identifier: MIT */
#include "core/host/hostfile.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(char *joined, const char *root, const char *path, const char *name)
{
    int length =
        snprintf(joined, KNEE_HOSTFILE_PATH_BYTES, "%s%s%s%s", root, path, *name ? "/" : "", name);
    return length > 0 && length < KNEE_HOSTFILE_PATH_BYTES;
}

int knee_hostfile_open(const char *root, const char *path, const char *name)
{
    char joined[KNEE_HOSTFILE_PATH_BYTES];
    return join(joined, root, path, name) ? open(joined, O_RDONLY | O_CLOEXEC) : -1;
}

bool knee_hostfile_pread(int fd, char *text, size_t text_bytes)
{
    size_t used = 0;
    if (fd < 0 || !text_bytes)
        return false;
    while (used + 1 < text_bytes) {
        ssize_t got = pread(fd, text + used, text_bytes - 1 - used, (off_t)used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    text[used] = '\0';
    return used > 0;
}

bool knee_hostfile_read(const char *root, const char *path, const char *name, char *text,
                        size_t text_bytes)
{
    int fd = knee_hostfile_open(root, path, name);
    if (fd < 0)
        return false;
    bool read = knee_hostfile_pread(fd, text, text_bytes);
    close(fd);
    return read;
}

bool knee_hostfile_exists(const char *root, const char *path, const char *name)
{
    char joined[KNEE_HOSTFILE_PATH_BYTES];
    return join(joined, root, path, name) && !access(joined, F_OK);
}

size_t knee_hostfile_numbers(const char *text, uint64_t *numbers, size_t count)
{
    size_t taken = 0;
    for (; taken < count; taken++) {
        text += strspn(text, " \t");
        if (!isdigit((unsigned char)*text))
            break;
        char *end;
        errno = 0;
        uint64_t number = strtoull(text, &end, 10);
        if (errno)
            break;
        numbers[taken] = number;
        text = end;
    }
    return taken;
}

bool knee_hostfile_number(const char *root, const char *path, const char *name, uint64_t *number)
{
    char text[64];
    return knee_hostfile_read(root, path, name, text, sizeof text) &&
           knee_hostfile_numbers(text, number, 1);
}

bool knee_hostfile_value(const char *text, const char *key, uint64_t *number)
{
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0 || !isblank((unsigned char)line[length]))
            continue;
        return knee_hostfile_numbers(line + length, number, 1);
    }
    return false;
}
