/* SPDX-License-Identifier: MIT */
#include "core/text/human.h"
#include "tuner/options/arguments.h"
#include "tuner/options/host_options.h"
#include "tuner/options/output_options.h"
#include "tuner/sweep/machine_read.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static enum knee_machine_bound bound_of(const struct knee_machine_read *on,
                                        enum knee_class resource)
{
    struct knee_machine_needs needs = knee_machine_needs_of_threads(resource, 0);
    return knee_machine_bound(&on->machine, &on->counts, resource, &needs);
}

static const char *plural(double count)
{
    return count == 1 ? "" : "s";
}

static void print_tree(FILE *out, const struct knee_machine_read *on)
{
    char text[1024];
    struct knee_topology_counts counts = on->counts;
    /* Hot-added memory is missing in what hwloc reads. */
    if (counts.this_system && on->host.memory_installed_bytes != UINT64_MAX &&
        on->host.memory_installed_bytes > counts.memory_bytes)
        counts.memory_bytes = on->host.memory_installed_bytes;
    if (counts.this_system)
        fprintf(out, "%s, %s\n", on->host.name, on->host.kernel);
    else
        fputs("Not this system: its affinity, quota, memory and load are left out.\n", out);
    knee_topology_tree(&counts, text, sizeof text);
    fputs(text, out);
}

static void print_count(FILE *out, const char *name, uint64_t count, const char *behind)
{
    char text[KNEE_HUMAN_BYTES];
    if (count == UINT64_MAX)
        fprintf(out, "  %-12s no limit\n", name);
    else
        fprintf(out, "  %-12s %s%s\n", name, knee_human_count(text, (double)count), behind);
}

static void print_cpu_limits(FILE *out, const struct knee_machine_read *on)
{
    const struct knee_topology_counts *counts = &on->counts;
    const struct knee_host *host = &on->host;
    if (counts->this_system)
        fprintf(out, "  %-12s %" PRIu32 " of %" PRIu32 " CPU%s\n", "affinity", counts->allowed_pus,
                counts->cpuset_pus, plural(counts->cpuset_pus));
    if (counts->this_system || counts->cpuset_pus < counts->pus)
        fprintf(out, "  %-12s %" PRIu32 " of %" PRIu32 " CPU%s\n", "cpuset", counts->cpuset_pus,
                counts->pus, plural(counts->pus));
    if (!counts->this_system)
        return;
    if (isfinite(on->machine.cpu_quota))
        fprintf(out, "  %-12s %g CPU%s, set by cgroup %s\n", "quota", host->cpu_quota,
                plural(host->cpu_quota), host->cpu_quota_group);
    else
        fprintf(out, "  %-12s none\n", "quota");
}

static void print_memory(FILE *out, const struct knee_machine_read *on)
{
    char left[KNEE_HUMAN_BYTES], total[KNEE_HUMAN_BYTES];
    const struct knee_host *host = &on->host;
    if (host->memory_available_bytes == UINT64_MAX)
        fprintf(out, "  %-12s unknown\n", "memory");
    else
        fprintf(out, "  %-12s %s available of %s, %s%s\n", "memory",
                knee_human_size(left, (double)host->memory_available_bytes),
                knee_human_size(total, (double)host->memory_total_bytes),
                host->memory_group[0] ? "by cgroup " : "the host's", host->memory_group);
}

static void print_limits(FILE *out, const struct knee_machine_read *on)
{
    fputs("\nLimits of this process\n", out);
    print_cpu_limits(out, on);
    if (on->counts.this_system)
        print_memory(out, on);
    print_count(out, "open files", on->machine.open_files_max, "");
    print_count(out, "processes", on->machine.processes_max, ", threads included");
}

static void print_bound(FILE *out, const struct knee_machine_read *on, enum knee_class resource)
{
    const struct knee_machine *machine = &on->machine;
    struct knee_machine_needs needs = knee_machine_needs_of_threads(resource, 0);
    struct knee_machine_ceiling ceiling;
    enum knee_machine_bound bound = bound_of(on, resource);
    char text[160];
    switch (bound) {
    case KNEE_BOUND_QUOTA:
        snprintf(text, sizeof text, "quota: %g CPU%s", machine->cpu_quota,
                 plural(machine->cpu_quota));
        break;
    case KNEE_BOUND_CPUS:
    case KNEE_BOUND_CPUSET:
    case KNEE_BOUND_AFFINITY:
        snprintf(text, sizeof text, "%s: %" PRIu32 " CPU%s",
                 bound == KNEE_BOUND_CPUS ? "the machine" : knee_machine_bound_text(bound),
                 machine->usable_cpus, plural(machine->usable_cpus));
        break;
    default:
        knee_machine_ceiling(machine, resource, 0, 0, &needs, &ceiling);
        snprintf(text, sizeof text, "%s: %" PRIu32 " in flight", ceiling.text, ceiling.level);
    }
    fprintf(out, "%-41s %" PRIu32 "\n", text, knee_machine_rule(machine, resource, 1, 0));
}

static void print_load(FILE *out, const struct knee_machine_read *on,
                       const struct knee_host_load *load)
{
    char cpu[KNEE_HUMAN_BYTES], memory[KNEE_HUMAN_BYTES];
    if (!on->counts.this_system)
        return;
    fprintf(out, "\nLoad factor %g: other work uses %s of the CPUs, and %s of the memory is used\n",
            load->factor, knee_human_percent(cpu, load->cpu_used_ratio),
            knee_human_percent(memory, load->memory_used_ratio));
    if (load->factor < 1)
        fputs("  (the rule of thumb takes it in with --load auto)\n", out);
}

static void print_text(FILE *out, const struct knee_machine_read *on,
                       const struct knee_host_load *load)
{
    print_tree(out, on);
    print_limits(out, on);
    fprintf(out, "\n%-9s %-41s %s\n", "Work", "bound first by", "rule of thumb");
    for (int class = 0; class < KNEE_CLASS_COUNT; class ++) {
        fprintf(out, "  %-7s ", knee_class_text((enum knee_class) class));
        print_bound(out, on, (enum knee_class) class);
    }
    print_load(out, on, load);
}

static json_t *known(uint64_t value)
{
    return value == UINT64_MAX ? json_null() : json_integer((json_int_t)value);
}

static json_t *bounds_json(const struct knee_machine_read *on)
{
    json_t *bounds = json_object();
    for (int class = 0; class < KNEE_CLASS_COUNT; class ++)
        json_object_set_new(
            bounds, knee_class_text((enum knee_class) class),
            json_string(knee_machine_bound_text(bound_of(on, (enum knee_class) class))));
    return bounds;
}

static int print_json(FILE *out, const struct knee_machine_read *on,
                      const struct knee_host_load *load, struct knee_err *err)
{
    const struct knee_topology_counts *counts = &on->counts;
    double quota = on->machine.cpu_quota;
    json_t *json = json_object();
    json_object_set_new(json, "packages", json_integer(counts->packages));
    json_object_set_new(json, "numa_nodes", json_integer(counts->numa_nodes));
    json_object_set_new(json, "l3_groups", json_integer(counts->l3_groups));
    json_object_set_new(json, "cores", json_integer(counts->cores));
    json_object_set_new(json, "pus", json_integer(counts->pus));
    json_object_set_new(json, "usable_cpus", json_integer(on->machine.usable_cpus));
    json_object_set_new(json, "cpu_quota", isfinite(quota) ? json_real(quota) : json_null());
    json_object_set_new(json, "memory_available_bytes", known(on->machine.memory_available_bytes));
    json_object_set_new(json, "load_factor", json_real(load->factor));
    json_object_set_new(json, "binding_limits", bounds_json(on));
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    json_decref(json);
    if (!text)
        return knee_err_set(err, KNEE_FAILED, "topology: out of memory; free some");
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}

struct topology_options {
    struct knee_host_options host;
    struct knee_output_options output;
};
static const struct knee_option_use OPTIONS[] = {
    {&knee_host_options_part, offsetof(struct topology_options, host), "topology"},
    {&knee_output_options_part, offsetof(struct topology_options, output), "json"},
    {NULL, 0, NULL},
};

static int run_topology(const struct knee_arguments *arguments, const struct knee_streams *io,
                        struct knee_err *err)
{
    const struct topology_options *options = arguments->values;
    struct knee_machine_read on = {0};
    struct knee_host_load load;
    int result = 0;
    if (knee_machine_read_open(&on, options->host.topology, err))
        return -1;
    knee_machine_read_load(&on, &load);
    if (options->output.json)
        result = print_json(io->out, &on, &load, err);
    else
        print_text(io->out, &on, &load);
    knee_machine_read_close(&on);
    return result;
}

const struct knee_command knee_cmd_topology = {
    .name = "topology",
    .options = OPTIONS,
    .values_bytes = sizeof(struct topology_options),
    .operands = "",
    .summary = "what this host grants this process, and which limit binds",
    .example = "knee topology",
    .details = "Takes a second, to see what else the host is doing. For each class of work it\n"
               "shows the limit that binds first, and the rule of thumb at a load factor of 1.\n"
               "Another system's topology does not tell quota, memory and load: these are then\n"
               "left out.\n",
    .run = run_topology,
};
