/* SPDX-License-Identifier: MIT */
#include "tests/support/fixture_result.h"

#include "core/base/file.h"
#include "core/engine/measured.h"
#include "tests/support/test.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 3
#define WINDOW_NS 200000000u

static char *arguments[] = {(char *)"knee", (char *)"sweep", (char *)"--seed", (char *)"1"};

static const struct knee_parameter parameters[] = {
    {.name = "work", .unit = KNEE_PARAMETER_TIME, .value = 1e6, .shown = true, .help = ""},
    {.name = "pattern",
     .unit = KNEE_PARAMETER_WORD,
     .words = "random|sequential",
     .noun = "reads",
     .help = ""},
};

/* Windows differ by a fixed pattern of +-0.6 %, so that intervals have a width. */
static double noise(uint32_t block, size_t i)
{
    static const double pattern[] = {.003, -.004, .001, -.002, .006, -.003, .004, -.005};
    return 1 + pattern[(block * 3 + i) % 8];
}

static struct knee_window make_window(const struct fixture_curve *curve, uint32_t block, size_t i)
{
    uint32_t level = curve->levels[i].level, cpus = 2;
    double window_s = WINDOW_NS / 1e9;
    double rate = curve->levels[i].throughput_per_s * noise(block, i), latency_s = level / rate;
    double busy = curve->resource == KNEE_CLASS_CPU ? fmin(level, cpus) : .3;
    bool queues = curve->resource == KNEE_CLASS_CPU && level > cpus;
    struct knee_measured window = {
        .block = block,
        .level = level,
        .start_ns = (uint64_t)block * 10000000000u + i * 250000000u + 123456789u,
        .window_ns = WINDOW_NS + block,
        .items = rate * window_s,
        .throughput_per_s = rate,
        .latency_mean_s = latency_s,
        .latency_p50_s = .9 * latency_s,
        .latency_p95_s = 1.3 * latency_s,
        .latency_p99_s = 1.5 * latency_s,
        .latency_max_s = 3 * latency_s,
        .latency_cv = .1,
        .cpu_user_s = .9 * busy * window_s,
        .cpu_system_s = .1 * busy * window_s,
        .runqueue_wait_s = queues ? (level - cpus) * window_s : 0,
        .switches_voluntary = 10,
        .switches_involuntary = 3 * level,
        .rss_bytes = 2097152,
        .steal_ratio = .001,
        .foreign_cpus = 0.02,
        .throttled_s = NAN,
        .server_cpu_s = NAN,
        .server_in_service = NAN,
        .requests = KNEE_REQUESTS_UNKNOWN,
        .device_reads = UINT64_MAX,
        .device_writes = UINT64_MAX,
        .valid = true,
    };
    window.other_wait_s = level * window_s - busy * window_s - window.runqueue_wait_s;
    struct knee_window kept;
    assert_int_equal(knee_measured_keep(&window, false, &kept, NULL), 0);
    return kept;
}

static void add_windows(struct knee_workload_result *workload, const struct fixture_curve *curve)
{
    size_t levels = 0;
    while (curve->levels[levels].level)
        levels++;
    workload->windows = calloc(BLOCKS * levels + 1, sizeof *workload->windows);
    assert_non_null(workload->windows);
    for (uint32_t block = 0; block < BLOCKS; block++)
        for (size_t i = 0; i < levels; i++)
            workload->windows[workload->windows_count++] = make_window(curve, block, i);
    /* One more window, in which a neighbour took half of the machine. */
    struct knee_window disturbed = make_window(curve, BLOCKS - 1, 0);
    disturbed.throughput_per_s /= 2;
    disturbed.items /= 2;
    disturbed.valid = false;
    disturbed.reasons = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL;
    workload->windows[workload->windows_count++] = disturbed;
}

static void add_workload(struct knee_workload_result *workload, const struct fixture_curve *curve)
{
    struct knee_candidate candidates[40];
    size_t count = 0;
    for (; curve->levels[count].level; count++)
        candidates[count] = (struct knee_candidate){.level = curve->levels[count].level,
                                                    .marks = curve->levels[count].marks};
    snprintf(workload->name, sizeof workload->name, "%s", curve->name);
    snprintf(workload->title, sizeof workload->title, "%s", curve->title);
    workload->resource = curve->resource;
    workload->parameters[0].parameter = &parameters[0];
    workload->parameters[0].value = 1e6;
    workload->parameters[1].parameter = &parameters[1];
    workload->parameters[1].value = 1;
    workload->parameters_count = 2;
    workload->decision = curve->decision;
    workload->way_on = curve->way_on;
    workload->cpus = 2;
    workload->current = curve->current;
    workload->total_items = curve->total_items;
    workload->other_cpus = .06;
    add_windows(workload, curve);
    workload->decision.windows = (uint32_t)workload->windows_count;
    assert_int_equal(knee_workload_result_levels(workload, candidates, count, NULL), 0);
}

static void set_machine(struct knee_host *host, struct knee_topology_counts *topology)
{
    *host = (struct knee_host){.name = "ci-vm-7",
                               .kernel = "Linux 6.1.0",
                               .cpu_quota = INFINITY,
                               .memory_total_bytes = 4294967296u,
                               .memory_available_bytes = 3328599654u,
                               .open_files_max = 1048576,
                               .processes_max = UINT64_MAX};
    *topology = (struct knee_topology_counts){.packages = 1,
                                              .numa_nodes = 1,
                                              .l3_groups = 1,
                                              .cores = 2,
                                              .pus = 2,
                                              .core_kinds = 1,
                                              .allowed_cores = 2,
                                              .allowed_pus = 2,
                                              .memory_bytes = 4294967296u,
                                              .this_system = true,
                                              .model = "AMD EPYC"};
}

void fixture_result(struct knee_result *result, const struct fixture_curve *const *curves,
                    size_t count)
{
    *result = (struct knee_result){.version = "1.0",
                                   .argc = 4,
                                   .argv = arguments,
                                   .date = "2026-01-31T14:25:30Z",
                                   .seed = 1,
                                   .elapsed_s = 221};
    set_machine(&result->host, &result->topology);
    result->workloads = calloc(count, sizeof *result->workloads);
    assert_non_null(result->workloads);
    result->workloads_count = count;
    for (size_t i = 0; i < count; i++)
        add_workload(&result->workloads[i], curves[i]);
}

struct knee_workload_result *fixture_one(struct knee_result *result,
                                         const struct fixture_curve *curve)
{
    fixture_result(result, &curve, 1);
    return &result->workloads[0];
}

static void make_requests(struct knee_window *window, const struct knee_requests *requests)
{
    struct knee_measured measured;
    double failed_ratio = 0;
    knee_measured_recall(&measured, window);
    for (int kind = 0; kind < KNEE_FAILURES; kind++)
        failed_ratio += requests->failed[kind];
    double all = failed_ratio < 1 ? measured.items / (1 - failed_ratio) : measured.items;
    measured.requests = *requests;
    for (int kind = 0; kind < KNEE_FAILURES; kind++)
        measured.requests.failed[kind] *= all;
    measured.failed_items = failed_ratio * all;
    measured.items = all - measured.failed_items;
    free(window->rare);
    assert_int_equal(knee_measured_keep(&measured, false, window, NULL), 0);
}

void fixture_requests(struct knee_workload_result *workload, uint32_t level,
                      const struct knee_requests *requests)
{
    for (size_t i = 0; i < workload->windows_count; i++)
        if (workload->windows[i].level == level)
            make_requests(&workload->windows[i], requests);
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].level == level)
            workload->levels[i].requests = *requests;
}

static void plan_workload(struct knee_sweep_plan_workload *plan, const struct fixture_curve *curve)
{
    snprintf(plan->name, sizeof plan->name, "%s", curve->name);
    snprintf(plan->title, sizeof plan->title, "%s", curve->title);
    plan->resource = curve->resource;
    plan->parameters[0] = (struct knee_parameter_value){&parameters[0], 1e6};
    plan->parameters[1] = (struct knee_parameter_value){&parameters[1], 1};
    plan->parameters_count = 2;
    for (size_t i = 0; curve->levels[i].level; i++)
        plan->candidates[plan->candidates_count++] = (struct knee_candidate){
            .level = curve->levels[i].level, .marks = curve->levels[i].marks};
    plan->max_level = 16;
    snprintf(plan->max_level_text, sizeof plan->max_level_text, "--max-level 16");
    plan->cpus = 2;
    plan->rule_of_thumb = curve->decision.rule_of_thumb;
    plan->current = curve->current;
    plan->total_items = curve->total_items;
    plan->setup_ns = 1234567891;
    knee_facts_add(&plan->warnings, KNEE_FACT_LINE, NULL, "the file lies on tmpfs");
    knee_facts_add(&plan->warnings, KNEE_FACT_RUNS_FAILED, (const double[]){3, 10}, NULL);
}

void fixture_plan(struct knee_sweep_plan *plan, const struct fixture_curve *const *curves,
                  size_t count)
{
    *plan = (struct knee_sweep_plan){.version = "1.0",
                                     .date = "2026-01-31T14:25:30Z",
                                     .argc = 4,
                                     .argv = arguments,
                                     .seed = 1,
                                     .strategy = "adaptive",
                                     .tolerance_ratio = .02,
                                     .confidence_ratio = .95,
                                     .budget_ns = 60000000000u,
                                     .windows_max = 200,
                                     .quick = true,
                                     .pin = "none",
                                     .dir = "/var/tmp",
                                     .results = "results/2026-01-31-142530",
                                     .host_cpus = 2,
                                     .load_factor = 1,
                                     .versions = {{"hwloc", "2.9.0"}, {"jansson", "2.14"}},
                                     .versions_count = 2};
    set_machine(&plan->host, &plan->topology);
    plan->workloads = calloc(count, sizeof *plan->workloads);
    assert_non_null(plan->workloads);
    plan->workloads_count = count;
    for (size_t i = 0; i < count; i++)
        plan_workload(&plan->workloads[i], curves[i]);
}

void fixture_directory(char *path, size_t path_bytes)
{
    const char *parent = getenv("TMPDIR");
    snprintf(path, path_bytes, "%s/knee-test-XXXXXX", parent ? parent : "/tmp");
    assert_non_null(mkdtemp(path));
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
    (void)status;
    (void)flag;
    (void)ftw;
    return remove(path);
}

void fixture_remove(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

char *fixture_read(const char *dir, const char *name)
{
    char path[4096], *text = NULL;
    size_t bytes;
    return knee_file_read(&text, &bytes, dir, name, path, sizeof path, NULL) == 0 ? text : NULL;
}
