/* SPDX-License-Identifier: MIT */
/* The program is built as Debian builds: a position-independent executable whose relocations are
 * read-only before it runs, with guarded stacks and checked calls of the C library. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

/* Does `readelf` show a line with all of this of the program? */
static void expect(const char *what, const char *command)
{
    struct shell_run run;
    shell_run(&run, NULL, command);
    if (run.status != 0)
        fail_msg("%s: %s%s", what, run.out, run.err);
    shell_run_release(&run);
}

static void the_program_is_hardened(void **state)
{
    (void)state;
    const char *knee = getenv("KNEE");
    if (!knee || !strstr(knee, "build/knee") || system("command -v readelf >/dev/null 2>&1") != 0)
        skip(); /* a variant, which has checks of its own */
    expect("PIE", "readelf -hW \"$KNEE\" | grep -q 'Type: *DYN'");
    expect("RELRO", "readelf -lW \"$KNEE\" | grep -q GNU_RELRO");
    expect("bound at once", "readelf -dW \"$KNEE\" | grep -q 'FLAGS.*NOW'");
    expect("no executable stack", "! readelf -lW \"$KNEE\" | grep GNU_STACK | grep -q E");
    expect("stack protector", "readelf -sW \"$KNEE\" | grep -q __stack_chk_fail");
    expect("fortify", "readelf -sW \"$KNEE\" | grep -q '__[a-z]*printf_chk'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_program_is_hardened)};
    return cmocka_run_group_tests_name("hardened", tests, NULL, NULL);
}
