/* SPDX-License-Identifier: MIT */
/* With several hosts: what they did at the answer. */
#include "core/base/clock.h"
#include "tuner/result/fleet_part.h"
#include "tuner/store/hosts_read.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdlib.h>

/* Of the budget: what the comparison may take beyond its first round. */
#define COMPARE_RATIO .2

/* As the report has it: from the windows at the limit, if they tell. */
static int note_slow_host(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                          uint32_t limit, struct knee_err *err)
{
    struct knee_fleet_part *parts;
    size_t count;
    uint32_t in_all = knee_fleet_in_all(sweep->fleet, limit);
    if (knee_hosts_read(&parts, &count, &in_all, sweep->directory.path, planned->name, err))
        return -1;
    const struct knee_fleet_part *slow = knee_fleet_part_slow(parts, count);
    if (slow)
        knee_facts_add(&planned->warnings, KNEE_FACT_SLOW_HOST,
                       (const double[]){slow->rank, slow->of_share, slow->of_share_low,
                                        slow->of_share_high, in_all},
                       slow->name);
    free(parts);
    return 0;
}

static void note_limiter(struct knee_sweep_plan_workload *planned,
                         const struct knee_fleet_half *half)
{
    char line[200];
    switch (knee_fleet_limiter(half)) {
    case KNEE_FLEET_CLIENTS:
        knee_facts_add(&planned->warnings, KNEE_FACT_CLIENTS, &half->ratio, NULL);
        return;
    case KNEE_FLEET_SERVICE:
        snprintf(line, sizeof line,
                 "The service is the limit: half of the hosts give %.0f %% of the throughput.",
                 100 * half->ratio);
        break;
    default:
        if (!isfinite(half->ratio)) /* an interrupt came before it was known, or other work */
            return;
        snprintf(line, sizeof line,
                 "The windows vary too much to tell whether the service or the clients are the "
                 "limit: half of the hosts gave %.0f %% of the throughput.",
                 100 * half->ratio);
    }
    knee_facts_add(&planned->notes, KNEE_FACT_LINE, NULL, line);
}

static void note_shared(const struct knee_fleet *fleet, struct knee_sweep_plan_workload *planned)
{
    char line[120];
    uint32_t ranks = knee_fleet_size(fleet), machines = knee_fleet_machines(fleet);
    if (machines == ranks)
        return;
    snprintf(line, sizeof line,
             "%u ranks ran on %u machine%s and shared the CPUs; start one a host", ranks, machines,
             machines == 1 ? "" : "s");
    knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL, line);
}

/* Who limits, the clients or the service; how the limit is divided; and a host that is slow. */
static int note_fleet(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                      struct knee_engine_source *windows, uint32_t limit, struct knee_err *err)
{
    char shares[160], line[200];
    struct knee_fleet_half half = {NAN, NAN, NAN};
    uint32_t hosts = knee_fleet_size(sweep->fleet);
    double most_s = COMPARE_RATIO * knee_clock_to_s(sweep->plan.budget_ns);
    if (hosts > 1 && knee_fleet_compare_half(sweep->fleet, windows, limit, most_s, &half, err))
        return -1;
    if (sweep->options->measuring.resume) { /* the lines on the earlier windows */
        knee_facts_drop(&planned->notes, KNEE_FACT_LINE);
        knee_facts_drop(&planned->warnings, KNEE_FACT_LINE);
        knee_facts_drop(&planned->warnings, KNEE_FACT_CLIENTS);
        knee_facts_drop(&planned->warnings, KNEE_FACT_SLOW_HOST);
    }
    knee_fleet_shares_text(sweep->fleet, limit, shares, sizeof shares);
    snprintf(line, sizeof line, "%s.", shares);
    knee_facts_add(&planned->notes, KNEE_FACT_LINE, NULL, line);
    note_limiter(planned, &half);
    note_shared(sweep->fleet, planned);
    return hosts > 1 ? note_slow_host(sweep, planned, limit, err) : 0;
}

/* What the answer will be: objectives, SLOs and a disturbed machine may move it from the knee. */
static int find_limit(struct knee_sweep *sweep, size_t index, uint32_t *limit, struct knee_err *err)
{
    const struct knee_search_record *record = &sweep->records[index];
    struct knee_search_record copy = {0};
    struct knee_result result = {0};
    int status = knee_sweep_plan_result(&sweep->plan, &result, err);
    if (!status)
        status = knee_search_record_copy(&copy, record, err);
    if (!status)
        status = knee_sweep_conclude(&sweep->plan, &sweep->plan.workloads[index], &copy,
                                     &result.workloads[index], err);
    *limit = status ? 0 : result.workloads[index].decision.limit;
    knee_search_record_release(&copy);
    knee_result_release(&result);
    return status;
}

int knee_sweep_note_fleet(struct knee_sweep *sweep, size_t index,
                          struct knee_engine_source *windows, struct knee_err *err)
{
    struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[index];
    uint32_t limit = 0;
    if (find_limit(sweep, index, &limit, err))
        return -1;
    if (limit == 0)
        return 0;
    if (note_fleet(sweep, planned, windows, limit, err))
        return -1;
    return knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err);
}
