/* SPDX-License-Identifier: MIT */
/* A file is replaced as a whole or stays as it was, and what cannot be written or read is said in
 * one line that names the path. */
#include "core/base/file.h"

#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_text(const char *text)
{
    struct knee_file file;
    assert_int_equal(knee_file_open(&file, shell_dir(), "a.txt", NULL), 0);
    fputs(text, file.out);
    assert_int_equal(knee_file_close(&file, NULL), 0);
}

static void assert_content(const char *expected)
{
    char *text = NULL, path[512];
    size_t bytes = 0;
    assert_int_equal(knee_file_read(&text, &bytes, shell_dir(), "a.txt", path, sizeof path, NULL),
                     0);
    assert_int_equal(bytes, strlen(expected));
    assert_string_equal(text, expected);
    assert_string_equal(strrchr(path, '/'), "/a.txt");
    free(text);
}

static void a_file_is_written_and_read_back(void **state)
{
    (void)state;
    write_text("one\n");
    assert_content("one\n");
    write_text("");
    assert_content("");
}

static void the_old_file_stays_until_the_new_one_is_whole(void **state)
{
    struct knee_file file;
    (void)state;
    write_text("old");
    assert_int_equal(knee_file_open(&file, shell_dir(), "a.txt", NULL), 0);
    fputs("new", file.out);
    fflush(file.out);
    assert_content("old");
    knee_file_drop(&file);
    knee_file_drop(&file);
    assert_content("old");
    assert_int_equal(shell_dir_count(shell_dir()), 1);
}

static void what_cannot_be_replaced_leaves_nothing_half_written(void **state)
{
    struct knee_file file;
    struct knee_err err = {0};
    char path[512];
    (void)state;
    snprintf(path, sizeof path, "%s/taken", shell_dir());
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(knee_file_open(&file, shell_dir(), "taken", &err), 0);
    fputs("text", file.out);
    assert_int_equal(knee_file_close(&file, &err), -1);
    assert_int_equal(err.code, KNEE_FAILED);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(shell_dir_count(shell_dir()), 1);
}

static void errors_name_the_path(void **state)
{
    struct knee_file file;
    struct knee_err err = {0};
    char *text = NULL, path[512];
    size_t bytes = 0;
    (void)state;
    assert_int_equal(knee_file_open(&file, "/nowhere", "a.txt", &err), -1);
    assert_non_null(strstr(err.message, "/nowhere/a.txt: No such file or directory; "));
    assert_int_equal(knee_file_read(&text, &bytes, shell_dir(), "b.txt", path, sizeof path, &err),
                     -1);
    assert_non_null(strstr(err.message, "/b.txt: No such file or directory; "));
    assert_null(text);
    assert_int_equal(knee_file_read(&text, &bytes, shell_dir(), "b.txt", path, 4, &err), -1);
    assert_int_equal(knee_file_read(&text, &bytes, "/", "tmp", path, sizeof path, &err), -1);
    assert_non_null(strstr(err.message, "Is a directory"));
}

/* In a directory of another user, a link at the file's name or at a name that can be guessed must
 * not lead the write out of the directory. */
static void symbolic_links_are_not_followed(void **state)
{
    (void)state;
    char command[1024];
    snprintf(command, sizeof command,
             "cd %s && echo precious >victim && ln -s victim a.txt && ln -s victim .a.txt.new",
             shell_dir());
    assert_int_equal(system(command), 0);
    write_text("fresh");
    assert_content("fresh");
    snprintf(command, sizeof command, "cd %s && [ \"$(cat victim)\" = precious ] && [ ! -L a.txt ]",
             shell_dir());
    assert_int_equal(system(command), 0);
}

/* `path`: x in the directory, as `command` makes it. */
static void make_place(const char *command, char *path, size_t path_bytes)
{
    char line[128];
    struct shell_run run;
    snprintf(line, sizeof line, "rm -rf x y; %s", command);
    shell_run(&run, shell_dir(), line);
    shell_run_release(&run);
    snprintf(path, path_bytes, "%s/x", shell_dir());
}

/* A pipe would keep knee waiting, a device has no end, and a link may lead to what others may not
 * read. */
static void only_a_regular_file_is_opened(void **state)
{
    (void)state;
    static const struct {
        const char *make, *follow, *alone; /* why it is refused; NULL: it is opened */
    } CASES[] = {
        {"echo a >x", NULL, NULL},
        {"mkfifo x", "not a regular file", "not a regular file"},
        {"mkdir x", "Is a directory", "Is a directory"},
        {"ln -s /dev/zero x", "not a regular file", "Too many levels of symbolic links"},
        {"echo a >y; ln -s y x", NULL, "Too many levels of symbolic links"},
        {"true", "No such file or directory", "No such file or directory"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (int follow = 0; follow < 2; follow++) {
            char path[512];
            make_place(CASES[i].make, path, sizeof path);
            FILE *in = knee_file_open_regular(path, follow);
            const char *why = in ? NULL : knee_file_reason(errno);
            const char *expected = follow ? CASES[i].follow : CASES[i].alone;
            if (in)
                fclose(in);
            if ((why || expected) && (!why || !expected || strcmp(why, expected) != 0))
                fail_msg("%s: %s", CASES[i].make, why ? why : "opened");
        }
}

/* Tables that grow: nothing but a regular file gets a row, and a missing one is made. */
static void only_a_regular_file_is_appended_to(void **state)
{
    (void)state;
    static const struct {
        const char *make, *why, *check;
    } CASES[] = {
        {"echo a >x", NULL, "[ \"$(cat x)\" = \"$(printf 'a\\nb')\" ]"},
        {"true", NULL, "[ \"$(cat x)\" = b ]"},
        {"mkfifo x", "not a regular file", "[ -p x ]"},
        {"mkdir x", "Is a directory", "[ -d x ]"},
        {"echo a >y; ln -s y x", "Too many levels of symbolic links", "[ \"$(cat y)\" = a ]"},
        {"rm -f y; ln -s y x", "Too many levels of symbolic links", "[ ! -e y ]"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char path[512];
        struct shell_run run;
        make_place(CASES[i].make, path, sizeof path);
        int file = knee_file_open_append(path);
        const char *why = file < 0 ? knee_file_reason(errno) : "";
        if (strcmp(why, CASES[i].why ? CASES[i].why : "") != 0)
            fail_msg("%s: %s", CASES[i].make, why);
        if (file >= 0) {
            assert_int_equal(write(file, "b\n", 2), 2);
            close(file);
        }
        shell_run(&run, shell_dir(), CASES[i].check);
        if (run.status != 0)
            fail_msg("%s: not: %s", CASES[i].make, CASES[i].check);
        shell_run_release(&run);
    }
}

/* `--openmetrics /dev/full`, by root, made a regular file of the device; /dev/stdout is a link. */
static void what_is_no_file_is_written_to_and_stays(void **state)
{
    (void)state;
    static const struct {
        const char *make, *check;
        int status;
    } CASES[] = {
        {"ln -s /dev/full x", "[ -L x ]", -1},
        {"ln -s /dev/null x", "[ -L x ]", 0},
        {"echo old and long >y; ln -s y x", "[ -L x ] && grep -qx new y", 0},
        {"echo old >x", "[ -f x ] && grep -qx new x", 0},
        {"true", "[ -f x ] && grep -qx new x", 0},
        {"mkdir x", "[ -d x ]", -1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char command[128], path[512];
        struct shell_run run;
        struct knee_file file;
        snprintf(command, sizeof command, "rm -rf x y; %s", CASES[i].make);
        shell_run(&run, shell_dir(), command);
        shell_run_release(&run);
        snprintf(path, sizeof path, "%s/x", shell_dir());
        assert_int_equal(knee_file_open_path(&file, path, NULL), 0);
        fputs("new\n", file.out);
        if (knee_file_close(&file, NULL) != CASES[i].status)
            fail_msg("%s", CASES[i].make);
        shell_run(&run, shell_dir(), CASES[i].check);
        if (run.status != 0)
            fail_msg("%s: %s", CASES[i].make, CASES[i].check);
        shell_run_release(&run);
    }
    assert_int_equal(shell_dir_count(shell_dir()), 1); /* the last one's: no temporary file */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_written_and_read_back, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(the_old_file_stays_until_the_new_one_is_whole,
                                        shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_replaced_leaves_nothing_half_written,
                                        shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(symbolic_links_are_not_followed, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(errors_name_the_path, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(only_a_regular_file_is_opened, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(only_a_regular_file_is_appended_to, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_written_to_and_stays, shell_dir_set_up,
                                        shell_dir_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
