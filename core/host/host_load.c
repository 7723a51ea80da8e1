/* SPDX-License-Identifier: MIT */
#include "core/host/host.h"

#include "core/base/clock.h"

#include <math.h>

double knee_host_foreign_cpus(const struct knee_host_reading *from,
                              const struct knee_host_reading *to, double live_cpu_s)
{
    double length_s = knee_clock_to_s(to->at_ns - from->at_ns);
    double own_s = to->own_cpu_s - from->own_cpu_s + live_cpu_s;
    double cpus = (to->machine_cpu_s - from->machine_cpu_s - own_s) / length_s;
    /* Two clocks may differ by a tick. fmax() would turn an unknown into 0. */
    return cpus < 0 ? 0 : isfinite(cpus) ? cpus : NAN;
}

void knee_host_load_measure(struct knee_host_load *load, const struct knee_host *host,
                            uint32_t cpus, uint64_t length_ns, const char *root)
{
    struct knee_host_probe *probe = NULL;
    *load = (struct knee_host_load){.cpu_used_ratio = NAN, .memory_used_ratio = NAN};
    if (cpus && !knee_host_probe_open(&probe, root, NULL)) {
        struct knee_host_reading from, to;
        knee_host_probe_read(probe, &from);
        while (knee_clock_sleep_until_ns(from.at_ns + length_ns))
            continue;
        knee_host_probe_read(probe, &to);
        double used = knee_host_foreign_cpus(&from, &to, 0) / (to.cpus ? to.cpus : cpus);
        load->cpu_used_ratio = used > 1 ? 1 : used; /* NAN stays */
        knee_host_probe_close(probe);
    }
    if (host->memory_available_bytes != UINT64_MAX && host->memory_total_bytes != UINT64_MAX &&
        host->memory_total_bytes)
        load->memory_used_ratio =
            1 - (double)host->memory_available_bytes / (double)host->memory_total_bytes;
    load->factor = knee_host_load_factor(load->cpu_used_ratio, load->memory_used_ratio);
}
