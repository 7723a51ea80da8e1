/* SPDX-License-Identifier: MIT */
/* The resource that a workload stresses: it chooses the rule of thumb and the limits to try. */
#ifndef KNEE_CORE_ENGINE_CLASS_H
#define KNEE_CORE_ENGINE_CLASS_H

enum knee_class {
    KNEE_CLASS_CPU,
    KNEE_CLASS_IO,
    KNEE_CLASS_NET,
    KNEE_CLASS_MIXED,
};
#define KNEE_CLASS_COUNT (KNEE_CLASS_MIXED + 1)

/* "cpu", "io", "net" or "mixed". */
const char *knee_class_text(enum knee_class resource);

/* The other way: 0, or -1 if `text` (may be NULL) names no class. */
int knee_class_parse(const char *text, enum knee_class *resource);

#endif
