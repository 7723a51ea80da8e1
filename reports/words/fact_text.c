/* SPDX-License-Identifier: MIT */
#include "reports/words/fact_text.h"

#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>
#include <stdio.h>
#include <stdbool.h>

#define MIB (1024. * 1024)
/* Windows at the end in which every item failed: fewer may be one short outage. */
#define LAST_WORTH_A_WORD 4

static void add_memory_bound(struct knee_builder *out, const double *values)
{
    knee_builder_add(out, "the highest level is %.0f, not %.0f: %.0f MiB of memory%s hold no more",
                     values[0], values[1], values[2] / MIB, values[3] > 0 ? " (--max-memory)" : "");
}

static void add_count_bound(struct knee_builder *out, const double *values, const char *what,
                            const char *see)
{
    knee_builder_add(out,
                     "the highest level is %.0f, not %.0f: no more than %.0f %s are allowed (see "
                     "%s)",
                     values[0], values[1], values[2], what, see);
}

/* "40,000 items, drawn at random (seed 1); one takes about 47 ms; this sweep: at most 1 min" */
static void add_items(struct knee_builder *out, const double *values)
{
    char count[KNEE_HUMAN_BYTES], item[KNEE_HUMAN_BYTES], budget[KNEE_HUMAN_BYTES];
    if (values[0] > 0)
        knee_builder_add(out, "%s item%s, drawn at random (seed %.0f)",
                         knee_human_count(count, values[0]), values[0] > 1 ? "s" : "", values[1]);
    else
        knee_builder_add(out, "%s",
                         values[2] > 0 ? "one run at a time, {n} is the level"
                                       : "the same command again and again");
    knee_builder_add(out, "; one takes about %s; this sweep: at most %s",
                     knee_human_latency(item, values[3]), knee_human_duration(budget, values[4]));
}

static void add_items_order(struct knee_builder *out, const double *values)
{
    char needed[KNEE_HUMAN_BYTES];
    if (values[0] > 0 && values[1] > 0)
        knee_builder_add(out, "limits go on through the list, and from its end to its start");
    else if (values[0] > 0)
        knee_builder_add(out, "limits go on through the list: none gets items that another ran");
    else if (values[1] > 0)
        knee_builder_add(out,
                         "limits share items, since up to %s runs may be needed: the first to run "
                         "one may find a cold cache",
                         knee_human_count(needed, values[1]));
    else
        knee_builder_add(out, "the limits of a block get the same items");
}

static void add_repeated(struct knee_builder *out, const double *values)
{
    if (values[0] > 0)
        knee_builder_add(out,
                         "item %.0f was run twice: same exit code, input %s, so items can be "
                         "repeated",
                         values[0], values[1] > 0 ? "rewritten" : "unchanged");
    else
        knee_builder_add(out, "it was run twice: same exit code, so it can be repeated");
}

static void add_forecast(struct knee_builder *out, const double *values)
{
    char item[KNEE_HUMAN_BYTES], need[KNEE_HUMAN_BYTES], budget[KNEE_HUMAN_BYTES];
    double step_s = values[1] < 600 ? 10 : 60, whole_s = step_s * ceil(values[1] / step_s);
    knee_builder_add(out,
                     "an item takes %s: a settled answer needs about %s, not %s; give --budget "
                     "%.0fs, or smaller items",
                     knee_human_latency(item, values[0]), knee_human_duration(need, whole_s),
                     knee_human_duration(budget, values[2]), whole_s);
}

static void add_items_failed(struct knee_builder *out, const struct knee_fact *fact)
{
    char failed[KNEE_HUMAN_BYTES], all[KNEE_HUMAN_BYTES];
    knee_builder_add(out, "%s of %s items failed; the first: %s",
                     knee_human_count(failed, fact->values[0]),
                     knee_human_count(all, fact->values[1]), fact->name);
}

static void add_slowed(struct knee_builder *out, const double *values)
{
    char after[KNEE_HUMAN_BYTES], fall[KNEE_HUMAN_BYTES];
    knee_builder_add(out, "after %s throughput fell by %s and stayed there, %s",
                     knee_human_duration(after, values[0]), knee_human_percent(fall, 1 - values[1]),
                     values[2] > 0
                         ? "perhaps by other work: the guess is from the time after it"
                         : "as when burst credit is used up: the answer is for the time after it");
}

static void add_hang(struct knee_builder *out, const double *values)
{
    char waited[KNEE_HUMAN_BYTES];
    knee_builder_add(out,
                     "at %.0f some items had not ended after %s: nothing is known of that limit, "
                     "and the time for the others was used up",
                     values[0], knee_human_duration(waited, values[1]));
}

static void add_modes(struct knee_builder *out, const double *values)
{
    if (values[1] > 1)
        knee_builder_add(out,
                         "%.0f limits switch between a faster and a slower mode, the lowest at "
                         "%.0f: their mean counts",
                         values[1], values[0]);
    else
        knee_builder_add(
            out, "the limit %.0f switches between a faster and a slower mode: their mean counts",
            values[0]);
}

static void add_states(struct knee_builder *out, const double *values)
{
    char slower[KNEE_HUMAN_BYTES], share[KNEE_HUMAN_BYTES];
    knee_builder_add(
        out,
        "the machine or the device switches between two states, whatever the limit: in "
        "%s of the windows it was %s slower; limits are compared within a state",
        knee_human_percent(share, values[1]), knee_human_percent(slower, 1 - values[0]));
}

static const char SERVER_UNSEEN[] =
    "the service is on this host, but its processes cannot be seen: what they use counts as other "
    "work; run knee as their user";

static const char LOAD_UNKNOWN[] =
    "other processes' load cannot be seen on this host: what disturbed "
    "the sweep is not known";

/* The facts without a value. */
static const char *const SENTENCES[KNEE_FACT_KINDS] = {
    [KNEE_FACT_INPUT_REWRITTEN] = "items rewrite their own input: each run may find other work",
    [KNEE_FACT_INPUT_CACHED] =
        "Input came from the page cache; if your files are cold, add --cold.",
    [KNEE_FACT_OUTPUT_DROPPED] = "Output was thrown away.",
    [KNEE_FACT_OTHER_WORK_UNKNOWN] = LOAD_UNKNOWN,
    [KNEE_FACT_SERVER_UNSEEN] = SERVER_UNSEEN,
};

/* "One request took 1.3 ms, the first byte came after 1.2 ms, connecting took 0.2 ms: HTTP/1.1 200,
 * 1.0 KiB" */
static void add_first_request(struct knee_builder *out, const struct knee_fact *fact)
{
    char text[KNEE_HUMAN_BYTES];
    knee_builder_add(out, "One request took %s", knee_human_latency(text, fact->values[0]));
    if (fact->values[1] > 0)
        knee_builder_add(out, ", the first byte came after %s",
                         knee_human_latency(text, fact->values[1]));
    if (fact->values[2] > 0)
        knee_builder_add(out, ", connecting took %s", knee_human_latency(text, fact->values[2]));
    knee_builder_add(out, "%s%s", fact->name[0] ? ": " : "", fact->name);
}

/* The facts about a service; false: it is none of them. */
const char *knee_fact_rate(const struct knee_fact *fact, char *text)
{
    char rate[KNEE_HUMAN_BYTES];
    snprintf(text, KNEE_FACT_RATE_BYTES, "about %s requests a second%s",
             knee_human_rate(rate, fact->values[0]), fact->values[1] > 0 ? " or more" : "");
    return text;
}

static bool add_service(struct knee_builder *out, const struct knee_fact *fact)
{
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], rate[KNEE_FACT_RATE_BYTES];
    switch (fact->kind) {
    case KNEE_FACT_FIRST_REQUEST:
        add_first_request(out, fact);
        return true;
    case KNEE_FACT_REQUESTS_FAILED:
        knee_builder_add(out, "%s of %s requests failed; with those between the windows: %s",
                         knee_human_count(a, fact->values[0]), knee_human_count(b, fact->values[1]),
                         fact->name);
        return true;
    case KNEE_FACT_RETRY_AFTER:
        knee_builder_add(out, "the service asks to come back after %s (Retry-After)",
                         knee_human_duration(a, fact->values[0]));
        return true;
    case KNEE_FACT_MAX_REQUESTS:
        knee_builder_add(out, "the sweep ended at %s requests (--max-requests)",
                         knee_human_count(a, fact->values[0]));
        return true;
    case KNEE_FACT_RATE_LIMIT:
        knee_builder_add(out,
                         "the service limits the rate, to %s, and not how many "
                         "it takes at a time: %s",
                         knee_fact_rate(fact, rate),
                         fact->values[1] > 0 ? "the rest is refused at any level"
                                             : "no number of connections gets more");
        return true;
    default:
        return false;
    }
}

/* What several hosts did. */
static void add_hosts(struct knee_builder *out, const struct knee_fact *fact)
{
    if (fact->kind == KNEE_FACT_CLIENTS)
        knee_builder_add(out,
                         "The clients are the limit, not the service: half of the hosts give %.0f "
                         "%% of the throughput with the same number at once.",
                         100 * fact->values[0]);
    else
        knee_builder_add(
            out,
            "host %s (rank %.0f) is slow: at %.0f in all it gives %.0f %% of its share "
            "of the throughput (%.0f to %.0f %% at 95 %% confidence)",
            fact->name, fact->values[0], fact->values[4], 100 * fact->values[1],
            100 * fact->values[2], 100 * fact->values[3]);
}

static void add_failed_by_time(struct knee_builder *out, const double *values)
{
    knee_builder_add(out, "items failed for a time, whatever the limit: in %.0f of %.0f windows",
                     values[0], values[1]);
    if (values[2] >= LAST_WORTH_A_WORD)
        knee_builder_add(out,
                         "; in the last %.0f every item did: are there no more of them, or did "
                         "what they need end?",
                         values[2]);
}

/* The facts about the host and how the work behaves. */
static void add_behaviour(struct knee_builder *out, const struct knee_fact *fact)
{
    const double *values = fact->values;
    const char *sentence;
    switch (fact->kind) {
    case KNEE_FACT_CLIENTS:
    case KNEE_FACT_SLOW_HOST:
        add_hosts(out, fact);
        break;
    case KNEE_FACT_OTHER_WORK:
        knee_builder_add(out, "measured beside %.2f CPUs of other work", values[0]);
        break;
    case KNEE_FACT_STEAL:
        knee_builder_add(out,
                         "measured while this virtual machine's host took %.0f %% of the CPUs "
                         "(steal)",
                         100 * values[0]);
        break;
    case KNEE_FACT_SERVER:
        knee_builder_add(out, "%s, %.2g CPU%s with the items: counted as part of the work%s",
                         fact->name, values[0], fabs(values[0] - 1) < .05 ? "" : "s",
                         values[1] > 0 ? "; --server none to refuse" : "");
        break;
    case KNEE_FACT_THROTTLED:
        knee_builder_add(
            out, "the CPU quota of %.3g held windows back: the limit holds under this quota",
            values[0]);
        break;
    case KNEE_FACT_FAILED_BY_TIME:
        add_failed_by_time(out, values);
        break;
    case KNEE_FACT_ORDER:
        knee_builder_add(out, "a limit is %.1f %% slower just after a higher one: corrected for",
                         100 * values[0]);
        break;
    case KNEE_FACT_MODES:
        add_modes(out, values);
        break;
    case KNEE_FACT_STATES:
        add_states(out, values);
        break;
    case KNEE_FACT_SLOWED:
        add_slowed(out, values);
        break;
    case KNEE_FACT_HANG:
        add_hang(out, values);
        break;
    case KNEE_FACT_PAGE_CACHE:
        knee_builder_add(out,
                         "only %.0f bytes an item reached the device: the page cache "
                         "answered",
                         values[0]);
        break;
    default: /* a line, or a fact without a value */
        sentence = SENTENCES[fact->kind];
        knee_builder_add(out, "%s", sentence ? sentence : fact->name);
        break;
    }
}

const char *knee_fact_text(const struct knee_fact *fact, char *text)
{
    struct knee_builder out;
    const double *values = fact->values;
    knee_builder_over(&out, text, KNEE_FACT_TEXT_BYTES);
    if (add_service(&out, fact))
        return text;
    switch (fact->kind) {
    case KNEE_FACT_MEMORY_BOUND:
        add_memory_bound(&out, values);
        break;
    case KNEE_FACT_OPEN_FILES_BOUND:
        add_count_bound(&out, values, "open files", "ulimit -Hn");
        break;
    case KNEE_FACT_PROCESSES_BOUND:
        add_count_bound(&out, values, "further processes", "ulimit -Hu and pids.max");
        break;
    case KNEE_FACT_ITEMS:
        add_items(&out, values);
        break;
    case KNEE_FACT_ITEMS_ORDER:
        add_items_order(&out, values);
        break;
    case KNEE_FACT_REPEATED:
        add_repeated(&out, values);
        break;
    case KNEE_FACT_FORECAST:
        if (!fact->name[0]) { /* of an older plan: the line itself */
            add_forecast(&out, values);
            break;
        }
        knee_builder_add(&out, "%s", fact->name);
        break;
    case KNEE_FACT_RUNS_FAILED:
        knee_builder_add(&out, "%.0f of the first %.0f runs failed", values[0], values[1]);
        break;
    case KNEE_FACT_ITEMS_FAILED:
        add_items_failed(&out, fact);
        break;
    case KNEE_FACT_FIXED_TIME:
        knee_builder_add(&out,
                         "a run takes %.2g s at 1 and at %.0f alike: if it always runs for a fixed "
                         "time, runs per second say nothing; give --rate with what it reports",
                         values[0], values[1]);
        break;
    default:
        add_behaviour(&out, fact);
        break;
    }
    return text;
}
