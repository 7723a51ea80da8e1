/* SPDX-License-Identifier: MIT */
/* The limit of a run: windows between changes, the climb, and what caps it. */
#include "tuner/dispatch/dispatch_tune.h"

#include "tuner/dispatch/dispatch_journal.h"
#include "tuner/dispatch/dispatch_levels.h"
#include "tuner/levels/classify.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_S .2
/* The first comparisons differ most, and while they last a short job loses most: they take half as
 * long, if the items are short enough for that. */
#define FIRST_WINDOW_S .1
#define FIRST_WINDOWS 12
#define WINDOW_ENDED 8
#define EARLY_ITEMS 16. /* that the level in use would have done, before another is left early */
#define SETTLE_S .02
#define SETTLE_LENGTHS 3. /* mean lengths of an item, after which a long one is not waited for */
#define FRESH_MIN 4       /* lengths under this limit, before they replace those of all items */
/* The first items tell what they demand when that many CPUs' worth of them have ended, or, if they
 * are long, after this time from what they have used so far. */
#define DEMAND_S 1.
#define DEMAND_ENDED 4
/* Items this long leave no time to compare: the climb begins at the level that they demand. */
#define LONG_S .5
#define CPU_BOUND .5 /* share of the items' time */
#define DECISIONS_MAX 100000

/* ---- decisions ---- */
static void note(struct knee_dispatch *run, const struct knee_run_decision *decision)
{
    if (run->decisions_count == run->decisions_room && run->decisions_count < DECISIONS_MAX) {
        size_t room = 2 * run->decisions_room + 64;
        void *grown = realloc(run->decisions, room * sizeof *run->decisions);
        if (grown) {
            run->decisions = grown;
            run->decisions_room = room;
        }
    }
    if (run->decisions_count < run->decisions_room)
        run->decisions[run->decisions_count++] = *decision;
    run->decided = *decision;
    knee_dispatch_journal_limit(run, decision);
}

static uint32_t capped(const struct knee_dispatch *run, uint32_t wanted)
{
    uint32_t limit = wanted < run->governor.cap ? wanted : run->governor.cap;
    return limit < run->start_cap ? limit : run->start_cap;
}

void knee_dispatch_unsettle(struct knee_dispatch *run, double now_s)
{
    run->changed_s = now_s;
    run->changed_work = 0.;
    run->short_of_items = false;
    run->reached_s = NAN;
    run->fresh_ended = 0;
    run->fresh = (struct knee_run_lengths){0};
    run->in_window = false;
}

/* The wanted limit or one of its caps has changed: the limit follows at once. What may begin now
 * does when the controller looks the next time. */
static void apply(struct knee_dispatch *run, double now_s)
{
    uint32_t limit = capped(run, run->wanted);
    if (limit == run->limit)
        return;
    run->limit = limit;
    knee_dispatch_unsettle(run, now_s);
    knee_actor_set_level(run->params.actor, limit);
}

void knee_dispatch_set_limit(struct knee_dispatch *run, uint32_t wanted,
                             struct knee_run_decision *decision, double now_s)
{
    uint32_t before = run->limit;
    run->wanted = wanted;
    apply(run, now_s);
    if (!decision)
        return;
    decision->time_s = now_s;
    if (!decision->from) {
        decision->from = before;
        decision->to = run->limit;
    }
    if (decision->throughput_per_s <= 0.)
        decision->throughput_per_s = NAN;
    note(run, decision);
}

static uint32_t bounded(const struct knee_dispatch *run, uint32_t limit)
{
    uint32_t low = run->params.min_level, high = run->max_level;
    return limit < low ? low : limit > high ? high : limit;
}

void knee_dispatch_ask(struct knee_dispatch *run, uint32_t limit, bool stays, double now_s)
{
    struct knee_run_decision decision = {.reason = KNEE_RUN_ASKED, .gain_ratio = NAN};
    limit = bounded(run, limit);
    run->automatic = run->params.automatic && !stays;
    if (limit == run->wanted)
        return;
    run->demanded = true;
    knee_controller_set(&run->controller, limit);
    knee_dispatch_set_limit(run, limit, &decision, now_s);
}

/* ---- the start ---- */
static uint32_t ceiling_of(const struct knee_dispatch *run, enum knee_class class)
{
    struct knee_machine_ceiling top;
    struct knee_machine_needs needs = knee_machine_needs_of_threads(KNEE_CLASS_CPU, 0);
    needs.item_files = 6;
    needs.item_processes = 3;
    needs.item_bytes += run->peak_bytes > 0. ? (uint64_t)run->peak_bytes : 0;
    knee_machine_ceiling(&run->machine, class, 0, run->params.max_level, &needs, &top);
    return top.level;
}

void knee_dispatch_tune_start(struct knee_dispatch *run)
{
    const struct knee_dispatch_params *params = &run->params;
    uint32_t cpus = knee_machine_cpus(&run->machine, KNEE_CLASS_CPU);
    struct knee_run_decision decision = {.reason = KNEE_RUN_START, .gain_ratio = NAN};
    run->automatic = params->automatic;
    run->demanded = params->start > 0;
    /* A limit that someone chose is taken at its word: starts that fail lower it. */
    run->max_level = params->automatic ? ceiling_of(run, run->class) : params->max_level;
    if (params->start > run->max_level)
        run->max_level = params->start;
    uint32_t start = bounded(run, params->start ? params->start : cpus);
    knee_controller_init(&run->controller,
                         &(struct knee_controller_params){.start = start,
                                                          .min_level = params->min_level,
                                                          .max_level = run->max_level});
    knee_dispatch_set_limit(run, start, &decision, knee_dispatch_now_s(run));
    run->limit_first = run->limit;
}

/* Shares of the items' time so far: CPU by their own account, the rest as it was seen. */
static bool read_shares(const struct knee_dispatch *run, double now_s,
                        struct knee_classify_shares *shares)
{
    double cpu_s = run->cpu_s, wall_s = run->wall_s;
    uint32_t cpus = knee_machine_cpus(&run->machine, KNEE_CLASS_CPU);
    uint64_t enough = cpus > DEMAND_ENDED ? cpus : DEMAND_ENDED;
    if (run->ended < enough) {
        if (now_s - run->began_s < DEMAND_S || run->running == 0 || run->looked_s == 0.)
            return false;
        for (uint32_t i = 0; i < run->slots_count; i++)
            if (run->slots[i]->busy && run->slots[i]->cpu_s > 0.) {
                cpu_s += run->slots[i]->cpu_s;
                wall_s += run->looked_s - run->slots[i]->start_s;
            }
    }
    if (!(wall_s > 0.))
        return false;
    double u = fmax(cpu_s / wall_s, 1e-3), waits = fmax(0., 1. - u);
    double seen = run->looks_blocked + run->looks_network + run->looks_other;
    double disk = seen > 0. ? waits * run->looks_blocked / seen : 0.;
    *shares = (struct knee_classify_shares){
        .cpu_ratio = u, .disk_ratio = disk, .wait_ratio = waits - disk};
    return true;
}

/* The level at which the climb should begin, by the first items. */
static void begin_climb(struct knee_dispatch *run, double now_s)
{
    struct knee_classify_shares shares;
    if (run->demanded || !read_shares(run, now_s, &shares))
        return;
    run->demanded = true;
    enum knee_class class = run->class = knee_classify(&shares, NULL);
    uint32_t cpus = knee_machine_cpus(&run->machine, class);
    run->max_level = ceiling_of(run, class);
    run->rule_of_thumb = knee_machine_rule(&run->machine, class, 1., run->max_level);
    uint32_t demand = bounded(run, knee_classify_knee(&shares, cpus, run->max_level));
    knee_controller_bound(&run->controller, run->params.min_level, run->max_level);
    if (class == KNEE_CLASS_CPU)
        knee_controller_spare(&run->controller, demand < cpus ? demand : cpus);
    if (demand == run->wanted)
        return;
    bool is_long = run->done ? run->lengths.mean_s > LONG_S : run->ended == 0;
    if (demand > run->wanted && !is_long) { /* compared first: it may be too much */
        knee_controller_suggest(&run->controller, demand);
        return;
    }
    struct knee_run_decision decision = {.reason = KNEE_RUN_DEMAND, .gain_ratio = NAN};
    knee_controller_set(&run->controller, demand);
    knee_dispatch_set_limit(run, demand, &decision, now_s);
}

/* By what the items used. On CPUs that others use too, items wait for their turn: then they are
 * mostly seen running or about to. */
static bool keeps_cpus_busy(const struct knee_dispatch *run)
{
    double looks = run->looks_blocked + run->looks_network + run->looks_running + run->looks_other;
    return run->cpu_s > CPU_BOUND * run->wall_s || run->looks_running > CPU_BOUND * looks;
}

/* What keeps CPUs busy follows them at once; all else is compared first. */
void knee_dispatch_tune_cpus(struct knee_dispatch *run, uint32_t before, double now_s)
{
    struct knee_run_decision decision = {.reason = KNEE_RUN_CPUS, .gain_ratio = NAN};
    uint32_t cpus = knee_machine_cpus(&run->machine, KNEE_CLASS_CPU);
    if (!run->automatic || run->phase >= KNEE_RUN_STOPPING)
        return;
    run->max_level = ceiling_of(run, run->class);
    if (run->params.start > run->max_level)
        run->max_level = run->params.start;
    double level = run->controller.level; /* not the one that it may be compared with now */
    if (!run->demanded || keeps_cpus_busy(run))
        level = fmax(1., round(level * cpus / before));
    knee_controller_bound(&run->controller, run->params.min_level, run->max_level);
    uint32_t to = bounded(run, (uint32_t)level);
    knee_controller_look_again(&run->controller, to);
    decision.from = run->limit;
    decision.to = to;
    knee_dispatch_set_limit(run, to, &decision, now_s);
}

/* ---- windows ---- */
/* Everything that ran under another limit has ended, or at least as many items as may run: what
 * began before would give the new limit the old one's speed. */
static bool is_settled(struct knee_dispatch *run, double now_s)
{
    if (run->running > run->limit || now_s - run->changed_s < SETTLE_S)
        return false;
    if (isnan(run->reached_s)) {
        run->reached_s = now_s;
        return false;
    }
    return run->fresh_ended >= run->limit ||
           now_s - run->reached_s >= SETTLE_LENGTHS * run->lengths.mean_s;
}

static const struct knee_run_lengths *lengths_of(const struct knee_dispatch *run)
{
    return run->fresh.count >= FRESH_MIN ? &run->fresh : &run->lengths;
}

static double work_of(const struct knee_dispatch *run, double now_s)
{
    double work = run->window.work;
    for (uint32_t i = 0; i < run->slots_count; i++) {
        const struct knee_dispatch_slot *slot = run->slots[i];
        if (slot->busy)
            work += knee_run_window_share(&run->window, slot->start_s, now_s, slot->item.weight,
                                          lengths_of(run));
    }
    return work;
}

static void learn(struct knee_dispatch *run, double throughput_per_s, double now_s)
{
    struct knee_run_decision decision;
    bool decided = knee_controller_add(&run->controller, throughput_per_s, &decision);
    if (decided && decision.pairs > 0)
        run->pairs_seen += decision.pairs;
    uint32_t wanted = knee_controller_next(&run->controller);
    knee_dispatch_set_limit(run, wanted, decided ? &decision : NULL, now_s);
}

/* A probe goes to a level that is too slow by far: what has ended since then, together with all
 * that runs, is too little. Such a level is left at once, since waiting there is what costs most.
 */
static bool leave_early(struct knee_dispatch *run, double now_s)
{
    double since_s = now_s - run->changed_s, work = run->changed_work;
    double cv = knee_run_lengths_cv(&run->lengths);
    if (!run->automatic || run->limit != knee_controller_next(&run->controller) ||
        run->short_of_items || !isnan(run->batch_ended_s))
        return false;
    for (uint32_t i = 0; i < run->slots_count; i++)
        if (run->slots[i]->busy)
            work += run->slots[i]->item.weight;
    if (!knee_controller_is_hopeless(&run->controller, work, since_s, EARLY_ITEMS * (1. + cv * cv)))
        return false;
    learn(run, work / since_s, now_s);
    return true;
}

static void end_window(struct knee_dispatch *run, double now_s)
{
    double length_s = now_s - run->window.start_s;
    double work = work_of(run, now_s);
    bool whole = !run->short_of_items && !run->paused && isnan(run->batch_ended_s);
    run->in_window = false;
    if (!whole || length_s <= 0.)
        return;
    run->windows++;
    knee_dispatch_levels_add(run, length_s, work);
    if (run->automatic && run->demanded && run->limit == knee_controller_next(&run->controller))
        learn(run, work / length_s, now_s);
}

static void recover_starts(struct knee_dispatch *run, double now_s)
{
    if (run->start_cap == UINT32_MAX || now_s - run->start_failed_s < run->start_cap_s)
        return;
    struct knee_run_decision decision = {.reason = KNEE_RUN_RECOVERED, .gain_ratio = NAN};
    run->start_cap = run->start_cap + 1 >= run->wanted ? UINT32_MAX : run->start_cap + 1;
    run->start_failed_s = now_s;
    knee_dispatch_set_limit(run, run->wanted, &decision, now_s);
}

void knee_dispatch_tune(struct knee_dispatch *run, double now_s)
{
    recover_starts(run, now_s);
    if (run->automatic)
        begin_climb(run, now_s);
    bool open = !run->source_ended && !run->paused;
    if (open && leave_early(run, now_s))
        return;
    if (!run->in_window) {
        if (!open || !is_settled(run, now_s))
            return;
        knee_run_window_begin(&run->window, now_s);
        run->in_window = true;
        run->short_of_items = false;
        return;
    }
    double length_s = now_s - run->window.start_s;
    uint64_t least = run->controller.suggested ? WINDOW_ENDED / 2 : WINDOW_ENDED;
    uint64_t enough = run->limit > least ? run->limit : least;
    double least_s = run->windows < FIRST_WINDOWS ? FIRST_WINDOW_S : WINDOW_S;
    if (length_s >= fmax(least_s, lengths_of(run)->mean_s) && run->window.ended >= enough)
        end_window(run, now_s);
}
