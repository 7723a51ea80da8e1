/* SPDX-License-Identifier: MIT */
/* A command with a known answer: its items share K slots, and each holds one for a while.
 *     prog_slots make K        makes the slots and prints their number
 *     prog_slots hold ID MS    takes a slot, holds it, gives it back (even if it is killed)
 *     prog_slots remove ID */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

static int fail(const char *what)
{
    fprintf(stderr, "prog_slots: %s: %s\n", what, strerror(errno));
    return 1;
}

static int make(int slots)
{
    int id = semget(IPC_PRIVATE, 1, 0600);
    if (id < 0 || semctl(id, 0, SETVAL, slots) < 0)
        return fail("make");
    printf("%d\n", id);
    return 0;
}

static int hold(int id, long ms)
{
    struct sembuf take = {.sem_op = -1, .sem_flg = SEM_UNDO},
                  give = {.sem_op = 1, .sem_flg = SEM_UNDO};
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    if (semop(id, &take, 1) < 0)
        return fail("take");
    nanosleep(&time, NULL);
    return semop(id, &give, 1) < 0 ? fail("give") : 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "make") == 0)
        return make((int)strtol(argv[2], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "hold") == 0)
        return hold((int)strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
    if (argc == 3 && strcmp(argv[1], "remove") == 0)
        return semctl((int)strtol(argv[2], NULL, 10), 0, IPC_RMID) < 0 ? fail("remove") : 0;
    fprintf(stderr, "prog_slots: make K | hold ID MS | remove ID\n");
    return 2;
}
