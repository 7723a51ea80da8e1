/* SPDX-License-Identifier: MIT */
/* PowerShell is rarely installed here, so the text is compared. */
#include "reports/scripts/snippet_powershell.h"
#include "tests/support/snippet.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect(int argc, char *const *argv, const char *wanted)
{
    char *text = NULL;
    size_t bytes = 0;
    struct knee_snippet snippet = snippet_hostile();
    assert_true(knee_command_words_find(&snippet.words, swept_command(argc, argv)));
    FILE *out = open_memstream(&text, &bytes);
    assert_int_equal(knee_snippet_powershell_write(&snippet, out), 0);
    fclose(out);
    if (!strstr(text, wanted))
        fail_msg("not %s in %s", wanted, text);
    free(text);
}

static void every_quote_is_quoted(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--",   (char *)"gzip",
                                 (char *)"it's",  (char *)"x{}y", (char *)"{}"};
    expect(6, argv,
           "ForEach-Object -Parallel { & 'gzip' 'it''s' ('x' + \"$_\" + 'y') $_ } "
           "-ThrottleLimit $KneeLimit\n");
}

/* Each has a path and an environment of its own. */
static void runs_at_once_are_apart(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--env", (char *)"A={}'", (char *)"--",
                                 (char *)"cc",    (char *)"-o",    (char *)"{out}", (char *)"{}"};
    expect(8, argv,
           "$KneeOut = 'out'\n$null = New-Item -ItemType Directory -Force $KneeOut\n"
           "$input | ForEach-Object -Parallel { "
           "$out = Join-Path $using:KneeOut ($_ -replace '[/\\\\]', '_'); "
           "& 'env' ('A=' + \"$_\" + '''') 'cc' '-o' $out $_ } -ThrottleLimit $KneeLimit\n");
}

static void parts_and_retries_are_carried_over(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--retries=2", (char *)"--timeout=3s",
                                 (char *)"--",    (char *)"cp",          (char *)"{//}/{/}",
                                 (char *)"{.}",   (char *)"b{/.}"};
    expect(8, argv,
           "# the sweep ended items after 3 s; -TimeoutSeconds is for all together\n"
           "$input | ForEach-Object -Parallel { foreach ($try in 0..2) { & 'cp' "
           "((Split-Path -Parent $_) + '/' + (Split-Path -Leaf $_)) ($_ -replace '\\.[^/.]*$') "
           "('b' + ((Split-Path -Leaf $_) -replace '\\.[^/.]*$')); "
           "if ($LASTEXITCODE -eq 0) { break }; Start-Sleep ($try + 1) } } "
           "-ThrottleLimit $KneeLimit\n");
}

static void a_shell_line_stays_one(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--shell", (char *)"--",
                                 (char *)"echo {} | tr 1 '2'"};
    expect(4, argv,
           "{ & 'sh' '-c' 'echo \"$1\" | tr 1 ''2''' 'sh' $_ } -ThrottleLimit $KneeLimit\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_quote_is_quoted),
        cmocka_unit_test(runs_at_once_are_apart),
        cmocka_unit_test(parts_and_retries_are_carried_over),
        cmocka_unit_test(a_shell_line_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
