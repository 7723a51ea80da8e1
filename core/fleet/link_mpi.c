/* SPDX-License-Identifier: MIT */
/* The link over MPI-3.0. MPI_THREAD_FUNNELED is enough: the controller alone calls it. Blocking
 * calls spin and cannot end, so every call here is non-blocking, tested, and sleeps in between. */
#include "core/base/clock.h"
#include "core/fleet/link.h"

#include <limits.h>
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define POLL_NS (200 * 1000u)
#define TAG 7
/* "Are you there?" and "yes" have a tag of their own: they come between other messages. A rank that
 * waits looks for the question now and then. */
#define TAG_ALIVE 8
#define ALIVE_POLLS 50
/* The launcher sends SIGTERM when it misses a host, and soon after SIGKILL: the rest of that time
 * is for writing the result. */
#define HURRY_NS (500 * KNEE_NS_PER_MS)
#define HURRY_BUSY_NS (800 * KNEE_NS_PER_MS) /* for a window that others may be in */

/* Failing is for the caller to say: MPI_ERRORS_RETURN is set. */
static int fail(const char *what, int code, struct knee_err *err)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length;
    MPI_Error_string(code, text, &length);
    return knee_err_set(err, KNEE_FAILED, "MPI: %s: %.300s", what, text);
}

/* A small message goes at once: nobody has to wait for its end. */
static void say_alive(uint32_t to)
{
    static char nothing;
    MPI_Request request;
    if (MPI_Isend(&nothing, 1, MPI_BYTE, (int)to, TAG_ALIVE, MPI_COMM_WORLD, &request) ==
        MPI_SUCCESS)
        MPI_Request_free(&request);
}

static bool hear_alive(uint32_t from)
{
    int there = 0;
    char nothing;
    if (MPI_Iprobe((int)from, TAG_ALIVE, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE) !=
            MPI_SUCCESS ||
        !there)
        return false;
    return MPI_Recv(&nothing, 1, MPI_BYTE, (int)from, TAG_ALIVE, MPI_COMM_WORLD,
                    MPI_STATUS_IGNORE) == MPI_SUCCESS;
}

static uint64_t hurried(const struct knee_link *link, uint64_t deadline_ns)
{
    uint64_t now = knee_clock_now_ns(), end = now + HURRY_NS;
    if (link->busy_until_ns > end)
        end = link->busy_until_ns < now + HURRY_BUSY_NS ? link->busy_until_ns : now + HURRY_BUSY_NS;
    return deadline_ns < end ? deadline_ns : end;
}

static int wait_for(const struct knee_link *link, MPI_Request *request, uint64_t deadline_ns,
                    struct knee_err *err)
{
    bool hurries = false;
    for (unsigned polls = 1;; polls++) {
        int done = 0, code = MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS)
            return fail("a message failed", code, err);
        if (done)
            return 0;
        if (link->rank > 0 && polls % ALIVE_POLLS == 0 && hear_alive(0))
            say_alive(0);
        if (!hurries && link->ending && *link->ending && *link->ending != SIGUSR1) {
            hurries = true;
            deadline_ns = hurried(link, deadline_ns);
        }
        uint64_t now = knee_clock_now_ns();
        if (now >= deadline_ns)
            return 1;
        knee_clock_sleep_until_ns(now + POLL_NS);
    }
}

static int check_size(size_t bytes, struct knee_err *err)
{
    if (bytes <= INT_MAX)
        return 0;
    return knee_err_set(err, KNEE_FAILED,
                        "MPI: a message of %zu bytes is too long; use fewer items", bytes);
}

/* MPI may still read or write the bytes of a message that was late, when its deadline has passed and
 * the caller's are gone. So it has a copy, and that of a late one is left to it. */
static char *copy_of(const void *data, size_t bytes, struct knee_err *err)
{
    char *copy = malloc(bytes + !bytes);
    if (copy && data)
        memcpy(copy, data, bytes);
    if (!copy)
        knee_err_memory(err, "MPI");
    return copy;
}

struct message {
    const char *what;
    char *copy;
    void *data; /* gets the copy at the end; NULL: nothing does */
    size_t bytes;
    MPI_Request request;
    int code; /* of the call that has begun it */
};

static int finish(const struct knee_link *link, struct message *message, uint64_t deadline_ns,
                  struct knee_err *err)
{
    int status = message->code == MPI_SUCCESS
                     ? wait_for(link, &message->request, deadline_ns, err)
                     : fail(message->what, message->code, err);
    if (status == 0 && message->data)
        memcpy(message->data, message->copy, message->bytes);
    if (status != 1)
        free(message->copy);
    return status;
}

static int mpi_send(void *context, uint32_t to, const void *data, size_t bytes,
                    uint64_t deadline_ns, struct knee_err *err)
{
    struct message message = {.what = "send"};
    if (check_size(bytes, err) || !(message.copy = copy_of(data, bytes, err)))
        return -1;
    message.code = MPI_Isend(message.copy, (int)bytes, MPI_BYTE, (int)to, TAG, MPI_COMM_WORLD,
                             &message.request);
    return finish(context, &message, deadline_ns, err);
}

static int mpi_receive(void *context, uint32_t from, void *data, size_t bytes, uint64_t deadline_ns,
                       struct knee_err *err)
{
    struct message message = {.what = "receive", .data = data, .bytes = bytes};
    if (check_size(bytes, err) || !(message.copy = copy_of(NULL, bytes, err)))
        return -1;
    message.code = MPI_Irecv(message.copy, (int)bytes, MPI_BYTE, (int)from, TAG, MPI_COMM_WORLD,
                             &message.request);
    return finish(context, &message, deadline_ns, err);
}

static int mpi_poll(void *context, uint32_t *from, size_t *bytes, struct knee_err *err)
{
    int there = 0, count = 0;
    MPI_Status status;
    (void)context;
    int code = MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status);
    if (code == MPI_SUCCESS && there)
        code = MPI_Get_count(&status, MPI_BYTE, &count);
    if (code != MPI_SUCCESS)
        return fail("receive", code, err);
    if (!there)
        return 0;
    *from = (uint32_t)status.MPI_SOURCE;
    *bytes = (size_t)count;
    return 1;
}

static int mpi_broadcast(void *context, void *data, size_t bytes, uint64_t deadline_ns,
                         struct knee_err *err)
{
    struct message message = {.what = "order", .data = data, .bytes = bytes};
    if (check_size(bytes, err) || !(message.copy = copy_of(data, bytes, err)))
        return -1;
    message.code =
        MPI_Ibcast(message.copy, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD, &message.request);
    return finish(context, &message, deadline_ns, err);
}

static int mpi_sum(void *context, uint64_t *values, size_t count, uint64_t deadline_ns,
                   struct knee_err *err)
{
    const struct knee_link *link = context;
    struct message message = {.what = "sum", .bytes = count * sizeof *values};
    if (!(message.copy = copy_of(values, message.bytes, err)))
        return -1;
    message.data = link->rank == 0 ? values : NULL;
    message.code = MPI_Ireduce(link->rank == 0 ? MPI_IN_PLACE : message.copy,
                               link->rank == 0 ? message.copy : NULL, (int)count, MPI_UINT64_T,
                               MPI_SUM, 0, MPI_COMM_WORLD, &message.request);
    return finish(context, &message, deadline_ns, err);
}

static int mpi_ask_alive(void *context, uint32_t rank, uint64_t deadline_ns)
{
    (void)context;
    say_alive(rank);
    while (!hear_alive(rank)) {
        uint64_t now = knee_clock_now_ns();
        if (now >= deadline_ns)
            return 1;
        knee_clock_sleep_until_ns(now + POLL_NS);
    }
    return 0;
}

static void mpi_abort(void *context, int code)
{
    (void)context;
    MPI_Abort(MPI_COMM_WORLD, code);
}

/* Only TCP and shared memory: no pinned memory, since fork() with InfiniBand is unsafe, and no load
 * on the fabric under test. A user's own setting wins. */
static void choose_transport(void)
{
    setenv("OMPI_MCA_pml", "ob1", 0);
    setenv("OMPI_MCA_btl", "self,vader,tcp", 0);
    setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
}

static int check_launcher(const struct knee_link *link, uint32_t launched, struct knee_err *err)
{
    if (launched <= link->size)
        return 0;
    return knee_err_set(err, KNEE_USAGE,
                        "started %u times, but MPI sees %u: the launcher belongs to another MPI "
                        "than knee-mpi was built with; use that one's mpirun",
                        launched, link->size);
}

int knee_link_open(struct knee_link *link, int *argc, char ***argv, struct knee_err *err)
{
    int provided, rank, size;
    uint32_t launched, launched_rank;
    *link = (struct knee_link){.size = 1};
    knee_link_launched(&launched, &launched_rank);
    choose_transport();
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return knee_err_set(err, KNEE_FAILED, "MPI: cannot start; see its messages above");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    knee_link_clean_environment();
    *link = (struct knee_link){.rank = (uint32_t)rank,
                               .size = (uint32_t)size,
                               .context = link,
                               .send = mpi_send,
                               .receive = mpi_receive,
                               .poll = mpi_poll,
                               .broadcast = mpi_broadcast,
                               .sum = mpi_sum,
                               .ask_alive = mpi_ask_alive,
                               .abort = mpi_abort};
    /* The launcher gives ranks a terminal of its own, also if output goes to a file. */
    setenv("NO_COLOR", "1", 0);
    if (check_launcher(link, launched, err)) {
        link->rank = launched_rank; /* so that one of them alone says it */
        return -1;
    }
    return 0;
}

void knee_link_close(struct knee_link *link)
{
    int ended = 0;
    if (!link->context || MPI_Finalized(&ended) != MPI_SUCCESS || ended)
        return;
    MPI_Finalize();
}
