/* SPDX-License-Identifier: MIT */
/* The files of a result directory: which ones there are, and that a full or unwritable disk leaves
 * the old file and says why. */
#include "reports/writers.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_files(const char *dir, const char *const *names, size_t count)
{
    size_t found = 0;
    DIR *handle = opendir(dir);
    assert_non_null(handle);
    for (struct dirent *entry; (entry = readdir(handle)) != NULL;) {
        bool known = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        for (size_t i = 0; i < count; i++)
            if (strcmp(entry->d_name, names[i]) == 0) {
                known = true;
                found++;
            }
        if (!known)
            fail_msg("%s was not expected", entry->d_name);
    }
    closedir(handle);
    assert_int_equal(found, count);
}

static void one_workload_makes_its_files_and_nothing_else(void **state)
{
    (void)state;
    static const char *const names[] = {"levels.csv", "result.json", "recommendation.env",
                                        "cpu.limit",  "limit",       "report.md",
                                        "report.html"};
    const struct fixture_curve *curve = &fixture_cpu;
    struct knee_result result;
    char dir[256];
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, &curve, 1);
    /* Twice: files that are there are replaced. */
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    expect_files(dir, names, sizeof names / sizeof names[0]);
    char *limit = fixture_read(dir, "limit");
    assert_string_equal(limit, "2\n");
    free(limit);
    knee_result_release(&result);
    fixture_remove(dir);
}

static void several_workloads_have_a_limit_each(void **state)
{
    (void)state;
    static const char *const names[] = {"levels.csv", "result.json", "recommendation.env",
                                        "cpu.limit",  "io.limit",    "report.md",
                                        "report.html"};
    const struct fixture_curve *curves[] = {&fixture_cpu, &fixture_io};
    struct knee_result result;
    char dir[256];
    fixture_directory(dir, sizeof dir);
    /* The extra file of an earlier result is gone. */
    fixture_result(&result, curves, 1);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    knee_result_release(&result);
    fixture_result(&result, curves, 2);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    expect_files(dir, names, sizeof names / sizeof names[0]);
    char *csv = fixture_read(dir, "levels.csv");
    size_t lines = 0;
    for (const char *c = csv; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 5 + 10);
    free(csv);
    knee_result_release(&result);
    fixture_remove(dir);
}

static void a_file_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    struct knee_result result;
    struct knee_err err = {0};
    fixture_result(&result, &curve, 1);
    assert_int_equal(knee_writers_write(&result, "/nonexistent/dir", &err), -1);
    assert_string_equal(err.message,
                        "/nonexistent/dir/levels.csv: No such file or directory; make the "
                        "directory writable or choose another");
    knee_result_release(&result);
}

static void a_disk_without_room_keeps_the_old_file_and_says_why(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    struct knee_result result;
    struct knee_err err = {0};
    struct rlimit old, few;
    char dir[256], expected[400];
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, &curve, 1);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    char *before = fixture_read(dir, "result.json"), *csv = fixture_read(dir, "levels.csv");
    getrlimit(RLIMIT_FSIZE, &old);
    few = (struct rlimit){.rlim_cur = strlen(csv), .rlim_max = old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &few);
    int failed = knee_writers_write(&result, dir, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(failed, -1);
    snprintf(expected, sizeof expected, "%s/result.json: File too large; ", dir);
    assert_memory_equal(err.message, expected, strlen(expected));
    char *after = fixture_read(dir, "result.json");
    assert_string_equal(before, after);
    assert_null(fixture_read(dir, ".result.json.new"));
    free(before);
    free(after);
    free(csv);
    knee_result_release(&result);
    fixture_remove(dir);
}

static void markdown_shows_text_from_outside_as_text(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_characters;
    struct knee_result result;
    char dir[256];
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, &curve, 1);
    knee_facts_add(&result.workloads[0].warnings, KNEE_FACT_LINE, NULL,
                   "<script>alert(1)</script> | a");
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    char *text = fixture_read(dir, "report.md");
    assert_non_null(strstr(text, "### it's \"100%\" {a\\_b} @x^2 \\\\n $(id) \\`\\|&lt;b\\>"
                                 "\xC3\xA9: run 2 at once; the limit is this host's CPUs\n"));
    assert_non_null(strstr(text, "> **Mind:** &lt;script\\>alert(1)&lt;/script\\> \\| a\n"));
    assert_non_null(strstr(text, "| **2** | 1,970 | "));
    assert_non_null(strstr(text, "```sh\nknee sweep --seed 1\n```\n"));
    free(text);
    knee_result_release(&result);
    fixture_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_workload_makes_its_files_and_nothing_else),
        cmocka_unit_test(several_workloads_have_a_limit_each),
        cmocka_unit_test(a_file_that_cannot_be_written_is_named),
        cmocka_unit_test(a_disk_without_room_keeps_the_old_file_and_says_why),
        cmocka_unit_test(markdown_shows_text_from_outside_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
