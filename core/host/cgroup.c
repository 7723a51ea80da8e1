/* SPDX-License-Identifier: MIT */
#include "core/host/cgroup.h"

#include "core/host/hostfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Containers with many mounts have long tables: 64 KiB hold about 500 mounts. */
#define MOUNTS_BYTES (64u << 10)
#define GROUPS_BYTES (16u << 10)

static bool lists(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (!strncmp(at, word, length) && (at[length] == ',' || !at[length]))
            return true;
    }
    return false;
}

/* Blanks and such are written as \040 in mountinfo. */
static bool is_octal(const char *text)
{
    for (size_t i = 0; i < 3; i++)
        if (text[i] < '0' || text[i] > '7')
            return false;
    return true;
}

static void decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; to++) {
        if (*at == '\\' && is_octal(at + 1)) {
            *to = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            at += 4;
        } else {
            *to = *at++;
        }
    }
    *to = '\0';
}

/* The path of our group in the hierarchy that has `controller` (NULL: v2), from lines of
 * "ID:CONTROLLERS:PATH". */
static bool find_group(const char *groups, const char *controller, char *path, size_t path_bytes)
{
    for (const char *line = groups; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        char controllers[128];
        int at = 0;
        if (!controller && !strncmp(line, "0::", 3))
            at = 3;
        else if (!controller || sscanf(line, "%*u:%127[^:\n]:%n", controllers, &at) != 1 || !at ||
                 !lists(controllers, controller))
            continue;
        size_t length = strcspn(line + at, "\n");
        if (length >= path_bytes)
            return false;
        memcpy(path, line + at, length);
        path[length] = '\0';
        return true;
    }
    return false;
}

/* A line of mountinfo: "ID PARENT DEV ROOT POINT OPTIONS [...] - TYPE SOURCE SUPER". */
struct mount {
    char *root, *point, *type, *super;
};

static bool parse_mount(char *line, struct mount *mount)
{
    char *fields[5];
    char *rest = strstr(line, " - ");
    if (!rest)
        return false;
    *rest = '\0';
    rest += 3;
    for (size_t i = 0; i < 5; i++) {
        fields[i] = strsep(&line, " ");
        if (!fields[i])
            return false;
    }
    mount->root = fields[3];
    mount->point = fields[4];
    mount->type = strsep(&rest, " ");
    strsep(&rest, " ");
    mount->super = strsep(&rest, " ");
    if (!mount->type || !mount->super)
        return false;
    decode(mount->root);
    decode(mount->point);
    return true;
}

/* The part of `path` below `top`; NULL if it does not lie there. */
static const char *below(const char *path, const char *top)
{
    size_t length = !strcmp(top, "/") ? 0 : strlen(top);
    if (strncmp(path, top, length) != 0 || (path[length] && path[length] != '/'))
        return NULL;
    return path[length] != '/' || path[length + 1] ? path + length : "";
}

/* Only a hierarchy's own root has a release_agent (v1), and only it lacks cgroup.events (v2): a
 * cgroup namespace calls its own top "/" just the same. */
static bool is_host_root(const char *root, const struct knee_cgroup *cgroup)
{
    if (cgroup->top[0])
        return false;
    if (cgroup->version == 1)
        return knee_hostfile_exists(root, cgroup->directory, "release_agent");
    return knee_hostfile_exists(root, cgroup->directory, "cgroup.controllers") &&
           !knee_hostfile_exists(root, cgroup->directory, "cgroup.events");
}

static bool fits(const char *text)
{
    return strlen(text) < KNEE_CGROUP_PATH_BYTES;
}

/* Takes this mount if it shows our group, and more of the groups above it than the mount taken
 * before. A mount that shows another part of the hierarchy (a path of "/../x" in a namespace) at
 * least says what its own top allows. */
static void consider(struct knee_cgroup *cgroup, const char *root, const struct mount *mount,
                     const char *path, int version)
{
    const char *rest = below(path, mount->root);
    const char *top = strcmp(mount->root, "/") ? mount->root : "";
    if (!fits(mount->point) || !fits(top) || (rest && !fits(rest)))
        return;
    char directory[2 * KNEE_CGROUP_PATH_BYTES];
    snprintf(directory, sizeof directory, "%s%s", mount->point, rest ? rest : "");
    bool shown = rest && knee_hostfile_exists(root, directory, "");
    if (cgroup->version && (!shown || strlen(top) >= strlen(cgroup->top)))
        return;
    *cgroup = (struct knee_cgroup){.version = version};
    snprintf(cgroup->directory, sizeof cgroup->directory, "%s", mount->point);
    snprintf(cgroup->top, sizeof cgroup->top, "%s", top);
    snprintf(cgroup->below, sizeof cgroup->below, "%s", shown ? rest : "");
    cgroup->host_root = is_host_root(root, cgroup);
}

static void search_mounts(struct knee_cgroup *cgroup, const char *root, const char *controller,
                          const char *path, char *mounts)
{
    int version = controller ? 1 : 2;
    for (char *line; (line = strsep(&mounts, "\n"));) {
        struct mount mount;
        if (!parse_mount(line, &mount) ||
            strcmp(mount.type, controller ? "cgroup" : "cgroup2") != 0)
            continue;
        if (!controller || lists(mount.super, controller))
            consider(cgroup, root, &mount, path, version);
    }
}

void knee_cgroup_find(struct knee_cgroup *cgroup, const char *root, const char *controller)
{
    char path[KNEE_CGROUP_PATH_BYTES];
    char *mounts = malloc(MOUNTS_BYTES + GROUPS_BYTES);
    *cgroup = (struct knee_cgroup){0};
    if (!mounts)
        return;
    char *groups = mounts + MOUNTS_BYTES;
    if (knee_hostfile_read(root, "/proc/self/cgroup", "", groups, GROUPS_BYTES) &&
        knee_hostfile_read(root, "/proc/self/mountinfo", "", mounts, MOUNTS_BYTES)) {
        /* A controller of a v1 hierarchy is in no v2 one, mounted here or not. */
        if (find_group(groups, controller, path, sizeof path))
            search_mounts(cgroup, root, controller, path, mounts);
        else if (find_group(groups, NULL, path, sizeof path))
            search_mounts(cgroup, root, NULL, path, mounts);
    }
    free(mounts);
}

bool knee_cgroup_level(const struct knee_cgroup *cgroup, unsigned depth,
                       char directory[2 * KNEE_CGROUP_PATH_BYTES],
                       char name[2 * KNEE_CGROUP_PATH_BYTES])
{
    size_t length = strlen(cgroup->below);
    if (!cgroup->version)
        return false;
    for (; depth > 0; depth--) {
        if (!length)
            return false;
        do
            length--;
        while (cgroup->below[length] != '/');
    }
    snprintf(directory, (size_t)2 * KNEE_CGROUP_PATH_BYTES, "%s%.*s", cgroup->directory,
             (int)length, cgroup->below);
    snprintf(name, (size_t)2 * KNEE_CGROUP_PATH_BYTES, "%s%.*s", cgroup->top, (int)length,
             cgroup->below);
    if (!*name)
        snprintf(name, (size_t)2 * KNEE_CGROUP_PATH_BYTES, "/");
    return true;
}
