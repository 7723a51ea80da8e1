/* SPDX-License-Identifier: MIT */
#include "tests/support/target_sweep.h"

#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096

void target_sweep_run(struct target_sweep *swept, const char *options, const char *url)
{
    char line[LINE_BYTES];
    *swept = (struct target_sweep){0};
    shell_dir_make(swept->dir, sizeof swept->dir);
    snprintf(line, sizeof line, "$KNEE sweep --json -q --no-plots -o r %s '%s'", options, url);
    shell_run(&swept->run, swept->dir, line);
    swept->json = json_loads(swept->run.out, 0, NULL);
    swept->workload = json_array_get(json_object_get(swept->json, "workloads"), 0);
    swept->decision = json_object_get(swept->workload, "decision");
}

void target_sweep_release(struct target_sweep *swept)
{
    json_decref(swept->json);
    shell_run_release(&swept->run);
    shell_dir_remove(swept->dir);
}

const char *target_sweep_verdict(const struct target_sweep *swept)
{
    const char *verdict = json_string_value(json_object_get(swept->decision, "verdict"));
    return verdict ? verdict : "";
}

bool target_sweep_is_resolved(const struct target_sweep *swept)
{
    return strcmp(target_sweep_verdict(swept), "resolved") == 0;
}

json_int_t target_sweep_limit(const struct target_sweep *swept)
{
    return json_integer_value(json_object_get(swept->decision, "limit"));
}

bool target_sweep_warns(const struct target_sweep *swept, const char *what)
{
    const json_t *warnings = json_object_get(swept->workload, "warnings");
    for (size_t i = 0; i < json_array_size(warnings); i++)
        if (strstr(json_string_value(json_array_get(warnings, i)), what))
            return true;
    return false;
}

static bool prints(const struct target_sweep *swept, const char *command, const char *what)
{
    struct shell_run run;
    shell_run(&run, swept->dir, command);
    bool found = run.status == 0 && strstr(run.out, what);
    shell_run_release(&run);
    return found;
}

bool target_sweep_reports(const struct target_sweep *swept, const char *what)
{
    return prints(swept, "$KNEE report r", what);
}

bool target_sweep_shows(const struct target_sweep *swept, const char *what)
{
    return prints(swept, "cat r/report.html", what);
}

/* The number of a line's field, in a file whose quoted fields hold no commas. */
static double field(const char *line, size_t index)
{
    for (; index > 0 && line; index--) {
        line = strchr(line, ',');
        line += line != NULL;
    }
    return line && *line != ',' ? strtod(line, NULL) : 0;
}

double target_sweep_total(const struct target_sweep *swept, const char *column)
{
    char path[256], *line = NULL;
    size_t bytes = 0, index = 0;
    double sum = 0;
    snprintf(path, sizeof path, "%s/r/samples.csv", swept->dir);
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    assert_true(getline(&line, &bytes, in) > 0);
    const char *found = strstr(line, column);
    assert_non_null(found);
    for (const char *at = line; at < found; at++)
        index += *at == ',';
    while (getline(&line, &bytes, in) > 0)
        sum += field(line, index);
    free(line);
    fclose(in);
    return sum;
}

void target_sweep_expect_line(const char *command, int status, const char *what)
{
    struct shell_run run;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    if (run.status != status || !strstr(run.err, what))
        fail_msg("%s: exit %d: %s", command, run.status, run.err);
    assert_ptr_equal(strchr(run.err, '\n'), run.err + strlen(run.err) - 1);
    assert_int_equal(shell_dir_count(dir), 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
}
