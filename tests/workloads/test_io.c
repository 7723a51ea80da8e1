/* SPDX-License-Identifier: MIT */
/* workloads/io with io_file and io_replace: real blocks, no file left behind, clear errors. */
#include "core/engine/engine.h"
#include "tests/support/drive.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "workloads/parts/io_file.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRIES 6
#define MIB 1048576u

enum { RANDOM, SEQUENTIAL, REPLACE };

static void open_io(struct drive *drive, const char *dir, double size, double block, double pattern)
{
    drive_init(drive, "io");
    drive_set(drive, "size", size);
    drive_set(drive, "block", block);
    drive_set(drive, "pattern", pattern);
    if (drive_setup(drive, dir, 8) != 0)
        fail_msg("%s", drive->err.message);
}

static void items_succeed_and_nothing_stays_behind(void **state)
{
    (void)state;
    static const struct {
        double size, block, pattern, write_ratio, sync;
    } cases[] = {
        {MIB, 4096, RANDOM, 0, 0},      {MIB, 4096, SEQUENTIAL, 0, 0},  {MIB, 4096, RANDOM, 0.5, 0},
        {MIB, 4096, SEQUENTIAL, 1, 3},  {3 * MIB, MIB, RANDOM, 0.5, 1}, {MIB, 1000, RANDOM, 0.5, 1},
        {4096, 4096, SEQUENTIAL, 0, 0}, {10000, 4096, RANDOM, 0, 0},    {MIB, 4096, REPLACE, 0, 0},
        {MIB, 1, REPLACE, 0, 0},
    };
    char dir[256];
    shell_dir_make(dir, sizeof dir);
    int files = drive_open_files();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drive drive;
        struct drive_result result;
        drive_init(&drive, "io");
        drive_set(&drive, "size", cases[i].size);
        drive_set(&drive, "block", cases[i].block);
        drive_set(&drive, "pattern", cases[i].pattern);
        drive_set(&drive, "write_ratio", cases[i].write_ratio);
        drive_set(&drive, "sync", cases[i].sync);
        assert_int_equal(drive_setup(&drive, dir, 8), 0);
        assert_int_equal(shell_dir_count(dir), cases[i].pattern == REPLACE);
        drive_run(&drive, 8, 10, &result);
        assert_int_equal(result.succeeded, 80);
        drive_release(&drive);
        assert_int_equal(shell_dir_count(dir), 0);
    }
    assert_int_equal(drive_open_files(), files);
    shell_dir_remove(dir);
}

static void file_is_of_its_size_and_seeded(void **state)
{
    (void)state;
    char dir[256];
    shell_dir_make(dir, sizeof dir);
    struct knee_io_file file[3];
    static const uint64_t seeds[3] = {1, 1, 2};
    const size_t bytes = 2 * MIB + 8192; /* the last chunk is a part of one */
    char *content[3];
    for (int i = 0; i < 3; i++) {
        struct knee_err err;
        struct stat about;
        assert_int_equal(knee_io_file_open(&file[i], dir, bytes, 4096, seeds[i], &err), 0);
        assert_int_equal(fstat(file[i].fd, &about), 0);
        assert_int_equal(about.st_size, bytes);
        assert_int_equal(about.st_nlink, 0);
        content[i] = knee_io_file_buffer(bytes, 0, 0);
        assert_non_null(content[i]);
        assert_int_equal(pread(file[i].fd, content[i], bytes, 0), bytes);
        knee_io_file_close(&file[i]);
    }
    assert_memory_equal(content[0], content[1], bytes);
    assert_true(memcmp(content[0], content[2], bytes) != 0);
    /* No block is like another: neither within a chunk nor in the same place of two. */
    for (size_t at = 4096; at < bytes; at += 4096)
        assert_true(memcmp(content[0], content[0] + at, 4096) != 0);
    assert_true(memcmp(content[0] + MIB + 4096, content[0] + 4096, 4096) != 0);
    for (int i = 0; i < 3; i++)
        free(content[i]);
    shell_dir_remove(dir);
}

static void cached_reads_are_warned_of(void **state)
{
    (void)state;
    char dir[256];
    shell_dir_make(dir, sizeof dir);
    struct drive drive;
    open_io(&drive, dir, MIB, 1000, RANDOM);
    assert_true(strstr(drive.warning, "page cache") || strstr(drive.warning, "tmpfs"));
    drive_release(&drive);
    shell_dir_remove(dir);
    if (access("/dev/shm", W_OK) != 0 || !knee_io_file_in_memory("/dev/shm"))
        return;
    for (int pattern = RANDOM; pattern <= REPLACE; pattern++) {
        open_io(&drive, "/dev/shm", MIB, 4096, pattern);
        assert_non_null(strstr(drive.warning, "tmpfs"));
        drive_release(&drive);
    }
}

static void what_cannot_work_is_told_in_one_line(void **state)
{
    (void)state;
    char dir[256];
    shell_dir_make(dir, sizeof dir);
    int files = drive_open_files();
    struct statvfs room;
    assert_int_equal(statvfs(dir, &room), 0);
    double free_bytes = (double)room.f_bavail * (double)room.f_frsize;
    const struct {
        const char *dir;
        double size, block, pattern;
        const char *said;
    } cases[] = {
        {dir, free_bytes + 16384.0 * MIB, 4096, RANDOM, "are free"},
        {dir, 4096, free_bytes, REPLACE, "are free"}, /* for 16 files of this size */
        {dir, 4096, 8192, RANDOM, "size"},
        {"/no/such/directory", MIB, 4096, RANDOM, "/no/such/directory"},
        {"/no/such/directory", MIB, 4096, REPLACE, "/no/such/directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drive drive;
        drive_init(&drive, "io");
        drive_set(&drive, "size", cases[i].size);
        drive_set(&drive, "block", cases[i].block);
        drive_set(&drive, "pattern", cases[i].pattern);
        assert_int_equal(drive_setup(&drive, cases[i].dir, 8), -1);
        assert_non_null(strstr(drive.err.message, cases[i].said));
        assert_int_equal(strncmp(drive.err.message, "io: ", 4), 0);
    }
    assert_int_equal(shell_dir_count(dir), 0);
    assert_int_equal(drive_open_files(), files);
    shell_dir_remove(dir);
}

/* A process that rewrites files until it is killed; tells when it has begun. */
static pid_t start_rewriting(const char *dir)
{
    int ends[2];
    char byte = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct drive drive;
        struct drive_result result;
        open_io(&drive, dir, MIB, 4096, REPLACE);
        drive_run(&drive, 4, 1, &result);
        if (write(ends[1], &byte, 1) == 1)
            drive_run(&drive, 4, 100000000, &result);
        _exit(1);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void replaced_files_are_gone_after_a_kill(void **state)
{
    (void)state;
    char dir[256], path[600] = "";
    shell_dir_make(dir, sizeof dir);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL), 0);
    pid_t pid = start_rewriting(dir);
    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
    DIR *listing = opendir(dir);
    assert_non_null(listing);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.')
            snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
    closedir(listing);
    assert_non_null(strstr(path, "/knee-io-"));
    assert_in_range(shell_dir_count(path), 4, 8);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(drive_wait_gone(path));
    assert_true(waitpid(-1, NULL, 0) > 0); /* the cleaner, which was handed on to us */
    prctl(PR_SET_CHILD_SUBREAPER, 0UL, 0UL, 0UL, 0UL);
    assert_int_equal(shell_dir_count(dir), 0);
    shell_dir_remove(dir);
}

#if defined KNEE_WITH_LIBURING

#define MS UINT64_C(1000000)

static const struct knee_engine_params *queue_params(struct drive *drive, const char *dir)
{
    static double values[KNEE_PARAMETERS_MAX];
    static struct knee_engine_params params;
    drive_init(drive, "io");
    drive_set(drive, "size", MIB);
    drive_set(drive, "engine", 1);
    drive_set(drive, "write_ratio", .1);
    memcpy(values, drive->values, sizeof values);
    params = (struct knee_engine_params){
        .workload = drive->workload,
        .setup = {.values = values, .dir = dir, .seed = 7, .workers_max = 256},
    };
    return &params;
}

/* By Little's law. A stall at an edge hides the latency of what it holds up. */
static bool is_as_deep(struct knee_engine *engine, uint32_t block, uint32_t level)
{
    struct knee_err err = {0};
    struct knee_measured window;
    if (knee_engine_window(engine, block, level, 100 * MS, &window, &err))
        fail_msg("%s", err.message);
    assert_true(window.items > 0);
    assert_close(window.failed_items, 0, 0);
    double depth = window.throughput_per_s * window.latency_mean_s;
    if (fabs(depth / level - 1) > .3)
        print_message("%u in flight at level %u\n", (unsigned)depth, level);
    return fabs(depth / level - 1) <= .3;
}

/* A level is the depth of the queue. */
static void a_queue_is_as_deep_as_the_level(void **state)
{
    static const uint32_t levels[] = {1, 64, 5, 256, 2};
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    struct drive drive;
    char dir[256], warning[256];
    (void)state;
    shell_dir_make(dir, sizeof dir);
    int files = drive_open_files();
    if (knee_engine_open(&engine, queue_params(&drive, dir), warning, sizeof warning, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        bool as_deep = false;
        for (int tries = 0; tries < TRIES && !as_deep; tries++)
            as_deep = is_as_deep(engine, (uint32_t)i, levels[i]);
        assert_true(as_deep);
    }
    knee_engine_close(engine);
    assert_int_equal(drive_open_files(), files);
    shell_dir_remove(dir);
}

/* In a process of its own: it is stopped again and again. Returns its exit status. */
static int run_queue(const char *dir)
{
    struct knee_engine *engine = NULL;
    struct knee_err err = {0};
    struct knee_measured window;
    struct drive drive;
    char warning[256];
    if (knee_engine_open(&engine, queue_params(&drive, dir), warning, sizeof warning, &err))
        return 2;
    for (uint32_t block = 0; block < 10; block++)
        if (knee_engine_window(engine, block, 4, 50 * MS, &window, &err) || window.failed_items > 0)
            return 3;
    knee_engine_close(engine);
    return 0;
}

/* As job control does, or a container that is frozen. */
static void no_item_of_a_queue_fails_by_a_stop(void **state)
{
    const struct timespec time = {.tv_nsec = 10 * MS};
    char dir[256];
    int status;
    (void)state;
    shell_dir_make(dir, sizeof dir);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(run_queue(dir));
    while (waitpid(pid, &status, WNOHANG) == 0) {
        kill(pid, SIGSTOP);
        nanosleep(&time, NULL);
        kill(pid, SIGCONT);
        nanosleep(&time, NULL);
    }
    assert_int_equal(status, 0);
    shell_dir_remove(dir);
}

static void a_queue_cannot_do_what_scripts_do(void **state)
{
    struct drive drive;
    (void)state;
    drive_init(&drive, "io");
    drive_set(&drive, "engine", 1);
    drive_set(&drive, "pattern", REPLACE);
    assert_int_equal(drive_setup(&drive, ".", 1), -1);
    assert_non_null(strstr(drive.err.message, "pattern=replace is for engine=sync"));
    drive_release(&drive);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined KNEE_WITH_LIBURING
        cmocka_unit_test(a_queue_is_as_deep_as_the_level),
        cmocka_unit_test(no_item_of_a_queue_fails_by_a_stop),
        cmocka_unit_test(a_queue_cannot_do_what_scripts_do),
#endif
        cmocka_unit_test(items_succeed_and_nothing_stays_behind),
        cmocka_unit_test(file_is_of_its_size_and_seeded),
        cmocka_unit_test(cached_reads_are_warned_of),
        cmocka_unit_test(what_cannot_work_is_told_in_one_line),
        cmocka_unit_test(replaced_files_are_gone_after_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
