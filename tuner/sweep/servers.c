/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/servers.h"

#include "core/base/clock.h"
#include "core/host/followers.h"
#include "core/host/processes.h"
#include "core/text/builder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REST_NS (150 * KNEE_NS_PER_MS) /* the mean */
#define WORK_NS (200 * KNEE_NS_PER_MS)
#define STRETCHES 4
/* At rest what the last items left behind is cleared up first. */
#define CALM_NS (20 * KNEE_NS_PER_MS)
/* A window of long items takes about this many of them, with its settling. */
#define ITEMS_A_WINDOW 4.0
/* Others that use less are not worth a look. */
#define OTHERS_CPUS .03
#define FOUND_MAX 4

int knee_servers_open(struct knee_servers *servers, const char *const *names, size_t count,
                      struct knee_err *err)
{
    *servers = (struct knee_servers){0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], "none") == 0)
            continue;
        if (knee_server_use_open(&servers->at[servers->count], names[i], "", err)) {
            knee_servers_close(servers);
            return -1;
        }
        servers->count++;
    }
    return 0;
}

int knee_servers_check(const char *const *names, size_t count, struct knee_err *err)
{
    struct knee_servers servers;
    for (size_t i = 0; count > 1 && i < count; i++)
        if (strcmp(names[i], "none") == 0)
            return knee_err_set(err, KNEE_USAGE,
                                "--server none: there is another --server; drop one of them");
    if (knee_servers_open(&servers, names, count, err))
        return -1;
    knee_servers_close(&servers);
    return 0;
}

/* Reads what processes used since the last reading, and notes it. */
static double note(struct knee_followers *followers, struct knee_processes *processes, bool working,
                   uint64_t *since_ns)
{
    knee_processes_read(processes);
    uint64_t now_ns = knee_clock_now_ns();
    double length_s = knee_clock_to_s(now_ns - *since_ns);
    *since_ns = now_ns;
    knee_followers_note(followers, processes, working, length_s);
    return knee_followers_others(processes, length_s);
}

static void rest(uint64_t length_ns)
{
    knee_clock_sleep_until_ns(knee_clock_now_ns() + length_ns);
}

/* Works and rests in turn. */
static int alternate(struct knee_followers *followers, struct knee_engine *engine, uint32_t block,
                     uint32_t level, struct knee_err *err)
{
    struct knee_processes processes = {.counts_children = true};
    /* Not --seed: another knee beside this one must draw other rests. */
    struct knee_random random = knee_random_seed(knee_clock_now_ns(), (uint64_t)getpid());
    struct knee_measured window;
    int status = 0;
    for (int i = 0; i < STRETCHES; i++) {
        rest(CALM_NS);
        knee_processes_read(&processes);
        uint64_t since_ns = knee_clock_now_ns();
        rest(knee_followers_rest_ns(&random));
        note(followers, &processes, false, &since_ns);
        status = knee_engine_window(engine, block, level, WORK_NS, &window, err);
        if (status)
            break;
        double others_cpus = note(followers, &processes, true, &since_ns);
        knee_engine_park(engine);
        if (others_cpus < OTHERS_CPUS)
            break;
    }
    knee_processes_release(&processes);
    return status;
}

void knee_servers_add(struct knee_servers *servers, int pid)
{
    char number[16];
    snprintf(number, sizeof number, "%d", pid);
    /* On other CPUs than ours it takes nothing from us. */
    if (servers->count == KNEE_MEASURING_SERVERS_MAX || !knee_processes_share_cpus(pid) ||
        knee_server_use_open(&servers->at[servers->count], number, "", NULL))
        return;
    servers->count++;
    servers->found = true;
}

/* Is it, or a part of its family, among them already? */
static bool is_known(const struct knee_servers *servers, const struct knee_follower *follower)
{
    char text[128];
    for (size_t i = 0; i < servers->count; i++) {
        knee_server_use_text(servers->at[i], text, sizeof text);
        text[strcspn(text, ",")] = '\0';
        if (strcmp(text, follower->name) == 0 || knee_server_use_has(servers->at[i], follower->pid))
            return true;
    }
    return false;
}

static void adopt(struct knee_servers *servers, const struct knee_follower *follower)
{
    size_t before = servers->count;
    if (is_known(servers, follower))
        return;
    knee_servers_add(servers, follower->pid);
    if (servers->count > before)
        servers->found_cpus += follower->cpus;
}

int knee_servers_look_for(struct knee_servers *servers, struct knee_engine *engine, uint32_t block,
                          uint32_t level, double item_s, double most_s, struct knee_err *err)
{
    struct knee_followers followers = {0};
    struct knee_follower found[FOUND_MAX];
    double stretch_s = knee_clock_to_s(CALM_NS + REST_NS) +
                       fmax(knee_clock_to_s(WORK_NS), ITEMS_A_WINDOW * item_s);
    if (STRETCHES * stretch_s > most_s)
        return 0;
    int status = alternate(&followers, engine, block, level, err);
    if (status)
        return status;
    size_t count = knee_followers_find(&followers, found, FOUND_MAX);
    for (size_t i = 0; i < count; i++)
        adopt(servers, &found[i]);
    return 0;
}

double knee_servers_cpu_s(void *context)
{
    const struct knee_servers *servers = context;
    double used_s = servers->count > 0 ? 0 : NAN;
    for (size_t i = 0; i < servers->count; i++)
        used_s += knee_server_use_cpu_s(servers->at[i]);
    return used_s;
}

bool knee_servers_have(const struct knee_servers *servers, int pid)
{
    for (size_t i = 0; i < servers->count; i++)
        if (knee_server_use_has(servers->at[i], pid))
            return true;
    return false;
}

const char *knee_servers_text(const struct knee_servers *servers, char *text, size_t text_bytes)
{
    struct knee_builder out;
    char one[128];
    knee_builder_over(&out, text, text_bytes);
    for (size_t i = 0; i < servers->count; i++)
        knee_builder_add(&out, "%s%s", i > 0 ? "; " : "",
                         knee_server_use_text(servers->at[i], one, sizeof one));
    return text;
}

void knee_servers_close(struct knee_servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        knee_server_use_close(servers->at[i]);
    *servers = (struct knee_servers){0};
}
