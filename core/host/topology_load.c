/* SPDX-License-Identifier: MIT */
#include "core/host/topology_load.h"

#include "core/base/array.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOW "give an lstopo XML file, or a description such as pack:2,core:4,pu:2"

#define DEVICE_PLUGINS                                                                             \
    "hwloc_gl.so hwloc_opencl.so hwloc_cuda.so hwloc_nvml.so hwloc_rsmi.so hwloc_levelzero.so "    \
    "hwloc_pci.so"
#define XML_PLUGIN "hwloc_xml_libxml.so"

/* Longer than any sensible description. */
#define SYNTHETIC_BYTES 512
/* More than any host has. hwloc makes each of them, and a billion would take hours and all memory.
 */
#define OBJECTS_MAX 65536

/* Keeps only the objects that are counted: all others cost discovery time. */
static int filter(hwloc_topology_t hwloc)
{
    if (hwloc_topology_set_all_types_filter(hwloc, HWLOC_TYPE_FILTER_KEEP_NONE))
        return -1;
    static const hwloc_obj_type_t kept[] = {HWLOC_OBJ_PACKAGE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_CORE};
    for (size_t i = 0; i < KNEE_COUNT(kept); i++)
        if (hwloc_topology_set_type_filter(hwloc, kept[i], HWLOC_TYPE_FILTER_KEEP_ALL))
            return -1;
    /* Without groups a NUMA node that shares its CPUs with no other object would lose them. */
    if (hwloc_topology_set_type_filter(hwloc, HWLOC_OBJ_GROUP, HWLOC_TYPE_FILTER_KEEP_STRUCTURE))
        return -1;
    unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;
#if HWLOC_API_VERSION >= 0x00020800
    flags |= HWLOC_TOPOLOGY_FLAG_NO_DISTANCES | HWLOC_TOPOLOGY_FLAG_NO_MEMATTRS;
#endif
    return hwloc_topology_set_flags(hwloc, flags);
}

static bool is_path(const char *source)
{
    size_t length = strlen(source);
    return strchr(source, '/') || (length >= 4 && !strcmp(source + length - 4, ".xml")) ||
           !access(source, F_OK);
}

/* The objects of the lowest kind in a description: the product of its counts. Attributes, which are
 * in parentheses or brackets, count nothing. */
static double count_objects(const char *text)
{
    double objects = 1;
    int depth = 0;
    for (const char *at = text; *at; at++) {
        depth += *at == '(' || *at == '[';
        depth -= *at == ')' || *at == ']';
        bool begins = at == text || at[-1] == ' ' || at[-1] == ':';
        if (depth == 0 && begins && *at >= '0' && *at <= '9')
            objects *= strtod(at, NULL);
    }
    return objects;
}

/* Commas may replace hwloc's blanks, so that nothing needs quotes in a shell. hwloc asks for PUs at
 * the end: without them, as in "core:16", each core has one. */
static int set_synthetic(hwloc_topology_t hwloc, const char *source, struct knee_err *err)
{
    char text[SYNTHETIC_BYTES];
    int length = snprintf(text, sizeof text, "%s%s", source,
                          strchr(source, ':') && !strcasestr(source, "pu:") ? " pu:1" : "");
    for (char *at = text; *at; at++)
        if (*at == ',')
            *at = ' ';
    if (length < (int)sizeof text && count_objects(text) > OBJECTS_MAX)
        return knee_err_set(err, KNEE_USAGE, "topology \"%.200s\": more than %d PUs; " HOW, source,
                            OBJECTS_MAX);
    if (length >= (int)sizeof text || hwloc_topology_set_synthetic(hwloc, text))
        return knee_err_set(err, KNEE_USAGE,
                            "topology \"%.200s\": not a description that hwloc knows; " HOW,
                            source);
    return 0;
}

static int set_source(hwloc_topology_t hwloc, const char *source, struct knee_err *err)
{
    if (!is_path(source))
        return set_synthetic(hwloc, source, err);
    if (access(source, R_OK))
        return knee_err_set(err, KNEE_USAGE, "topology %.200s: %s; " HOW, source, strerror(errno));
    if (hwloc_topology_set_xml(hwloc, source))
        return knee_err_set(err, KNEE_USAGE, "topology %.200s: not an hwloc XML file; " HOW,
                            source);
    return 0;
}

/* If hwloc's own variables name something that it cannot load, it falls back in silence, and the
 * wrong machine would be described. So they are read as sources here. */
static const char *source_of_environment(void)
{
    const char *xml = getenv("HWLOC_XMLFILE");
    if (xml && *xml)
        return xml;
    const char *synthetic = getenv("HWLOC_SYNTHETIC");
    return synthetic && *synthetic ? synthetic : NULL;
}

/* Sets a variable of hwloc's unless the user has; returns whether it did. */
static bool set_variable(const char *name, const char *value)
{
    return !getenv(name) && setenv(name, value, 0) == 0;
}

/* hwloc's plugins for devices would load the libraries of graphics cards and of X, which takes
 * longer than all the rest, for objects that the filter drops; and the one for XML files brings
 * libxml and all of its Unicode tables. hwloc reads the list when the first topology is made, and
 * has a small reader of its own for an XML file that comes later. */
static int init(hwloc_topology_t *hwloc, bool reads_xml)
{
    static const char name[] = "HWLOC_PLUGINS_BLACKLIST";
    bool set = set_variable(name, reads_xml ? DEVICE_PLUGINS : DEVICE_PLUGINS " " XML_PLUGIN);
    int status = hwloc_topology_init(hwloc);
    if (set)
        unsetenv(name);
    return status;
}

/* Without /sys hwloc finds less, which is seen in what it found, and would say so on standard error
 * in a line of its own. */
static int load(hwloc_topology_t hwloc)
{
    static const char name[] = "HWLOC_HIDE_ERRORS";
    bool set = set_variable(name, "2");
    int status = hwloc_topology_load(hwloc), why = errno;
    if (set)
        unsetenv(name);
    errno = why;
    return status;
}

static int discover(hwloc_topology_t hwloc, const char *source, struct knee_err *err)
{
    if (load(hwloc)) {
        if (source)
            return knee_err_set(err, KNEE_USAGE, "topology %.200s: hwloc cannot load it; " HOW,
                                source);
        return knee_err_set(err, KNEE_FAILED,
                            "topology: hwloc cannot load it (%s); is /sys mounted?",
                            strerror(errno));
    }
    if (hwloc_get_nbobjs_by_type(hwloc, HWLOC_OBJ_PU) < 1)
        return knee_err_set(err, KNEE_USAGE, "topology %.200s: it holds no CPU; " HOW,
                            source ? source : "of this system");
    return 0;
}

int knee_topology_load(hwloc_topology_t *hwloc, const char *source, struct knee_err *err)
{
    if (!source)
        source = source_of_environment();
    if (init(hwloc, source && is_path(source))) {
        *hwloc = NULL;
        return knee_err_memory(err, "topology");
    }
    if (filter(*hwloc))
        return knee_err_set(err, KNEE_FAILED,
                            "topology: this hwloc lacks a filter; install hwloc 2.1 or newer");
    if (source && set_source(*hwloc, source, err))
        return -1;
    return discover(*hwloc, source, err);
}
