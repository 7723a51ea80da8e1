/* SPDX-License-Identifier: MIT */
/* The placement of workers: which CPUs each of them may use. */
#ifndef KNEE_CORE_HOST_PIN_H
#define KNEE_CORE_HOST_PIN_H

enum knee_pin {
    KNEE_PIN_NONE, /* the kernel places the workers */
    KNEE_PIN_CORE, /* worker i may run on any PU of allowed core i mod cores */
    KNEE_PIN_PU,   /* worker i runs on one PU, cores first, SMT siblings last */
    KNEE_PIN_NUMA, /* worker i may run on any PU of NUMA node i mod nodes that have allowed PUs */
};
#define KNEE_PIN_COUNT (KNEE_PIN_NUMA + 1)

/* "none", "core", "pu" or "numa". */
const char *knee_pin_text(enum knee_pin pin);

/* The other way: 0, or -1 if `text` (may be NULL) names none of them. */
int knee_pin_parse(const char *text, enum knee_pin *pin);

#endif
