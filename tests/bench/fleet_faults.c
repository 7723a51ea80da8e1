/* SPDX-License-Identifier: MIT */
/* Faults between the ranks of knee-mpi, for tests/bench/fleet.sh: a library to load before MPI's,
 * whose calls it takes over by MPI's profiling interface (MPI-3.0, chapter 14).
 *     mpicc -shared -fPIC -o faults.so fleet_faults.c
 *     mpirun -x LD_PRELOAD=faults.so -x FLEET_FAULTS=delay[,alone] knee-mpi ...
 * delay: a rank other than 0 takes up to 50 ms more, by chance, to hear an order.
 * alone: nobody waits for the others before a window: each host begins when it has settled itself.
 */
#if __has_include(<mpi.h>)
#include <mpi.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DELAY_MS 50
#define SLOTS 64
/* "Settled" and "go" are the only messages of this length. */
#define READY_BYTES ((int)sizeof(int32_t))

static struct {
    MPI_Request order; /* of the broadcast that a delay follows */
    /* Buffers of messages that nobody waits for. */
    int32_t unread[SLOTS];
    MPI_Request pending[SLOTS];
    size_t next;
} faults;

static int wants(const char *fault)
{
    const char *all = getenv("FLEET_FAULTS");
    return all && strstr(all, fault);
}

static int is_root(void)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == 0;
}

static void sleep_by_chance(void)
{
    static unsigned random;
    if (!random)
        random = (unsigned)getpid();
    const struct timespec delay = {.tv_nsec = rand_r(&random) % DELAY_MS * 1000000L};
    nanosleep(&delay, NULL);
}

/* A message counts as heard at once, as a 1 (settled, go). Returns the place for the real one. */
static int32_t *answer_at_once(void *data, MPI_Request *request, MPI_Request **pending)
{
    size_t slot = faults.next++ % SLOTS;
    if (faults.next > SLOTS)
        PMPI_Wait(&faults.pending[slot], MPI_STATUS_IGNORE);
    *pending = &faults.pending[slot];
    *request = MPI_REQUEST_NULL; /* MPI_Test says that it is done */
    memcpy(data, &(int32_t){1}, sizeof(int32_t));
    return &faults.unread[slot];
}

int MPI_Irecv(void *data, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    if (count == READY_BYTES && wants("alone"))
        data = answer_at_once(data, request, &request);
    return PMPI_Irecv(data, count, type, from, tag, comm, request);
}

int MPI_Ibcast(void *data, int count, MPI_Datatype type, int root, MPI_Comm comm,
               MPI_Request *request)
{
    if (is_root())
        return PMPI_Ibcast(data, count, type, root, comm, request);
    if (count == READY_BYTES && wants("alone")) {
        data = answer_at_once(data, request, &request);
        return PMPI_Ibcast(data, count, type, root, comm, request);
    }
    int status = PMPI_Ibcast(data, count, type, root, comm, request);
    if (count > READY_BYTES)
        faults.order = *request;
    return status;
}

int MPI_Test(MPI_Request *request, int *done, MPI_Status *status)
{
    int is_order = *request != MPI_REQUEST_NULL && *request == faults.order;
    int code = PMPI_Test(request, done, status);
    if (code == MPI_SUCCESS && *done && is_order && wants("delay"))
        sleep_by_chance();
    return code;
}
#else
extern int fleet_faults_need_mpi; /* a file must not be empty */
#endif
