/* SPDX-License-Identifier: MIT */
/* What `make install` puts in place: the program, its man page and its completion. */
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "tuner/cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
    char dir[128];
};

static void make_in(const struct place *place, const char *goal)
{
    char command[512];
    struct shell_run run;
    snprintf(command, sizeof command, "make --no-print-directory %s DESTDIR='%s' PREFIX=/usr 2>&1",
             goal, place->dir);
    shell_run(&run, NULL, command);
    if (run.status != 0)
        fail_msg("%s", run.out);
    shell_run_release(&run);
}

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    shell_dir_make(place->dir, sizeof place->dir);
    make_in(place, "install");
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    shell_dir_remove(place->dir);
    free(place);
    return 0;
}

/* Runs a command below the installed tree; its output, to be freed. */
static char *output_of(void **state, const char *command)
{
    const struct place *place = *state;
    struct shell_run run;
    shell_run(&run, place->dir, command);
    if (run.status != 0 || *run.err)
        fail_msg("%s: %d: %s%s", command, run.status, run.out, run.err);
    char *out = strdup(run.out);
    shell_run_release(&run);
    assert_non_null(out);
    return out;
}

static void all_parts_are_there(void **state)
{
    char *out = output_of(state, "find usr -type f | LC_ALL=C sort | grep -v '\\.gp$' && "
                                 "test -s usr/share/knee/plots/throughput.gp");
    static const char *const parts[] = {
        "usr/bin/knee\n",
        "usr/share/bash-completion/completions/knee\n",
        "usr/share/doc/knee/LICENSE\n",
        "usr/share/doc/knee/README.md\n",
        "usr/share/doc/knee/docs/columns.md\n",
        "usr/share/doc/knee/docs/commands.md\n",
        "usr/share/doc/knee/examples/ci/github-actions.yml\n",
        "usr/share/doc/knee/examples/compress.sh\n",
        "usr/share/doc/knee/docs/img/net-throughput.svg\n",
        "usr/share/doc/knee/result.schema.json\n",
        "usr/share/fish/vendor_completions.d/knee.fish\n",
        "usr/share/man/man1/knee.1\n",
        "usr/share/zsh/site-functions/_knee\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(out, parts[i]))
            fail_msg("not installed: %s", parts[i]);
    free(out);
}

/* Links to those of knee; zsh's names both programs. */
static void knee_mpi_has_the_same_page_and_completions(void **state)
{
    if (system("test -x build/knee-mpi && test \"$KNEE\" -ef build/knee") != 0)
        skip();
    char *out = output_of(state, "test -x usr/bin/knee-mpi && cd usr/share && "
                                 "cmp man/man1/knee.1 man/man1/knee-mpi.1 && "
                                 "cmp bash-completion/completions/knee "
                                 "bash-completion/completions/knee-mpi && "
                                 "cmp fish/vendor_completions.d/knee.fish "
                                 "fish/vendor_completions.d/knee-mpi.fish && "
                                 "grep -c '#compdef knee knee-mpi' zsh/site-functions/_knee");
    assert_string_equal(out, "1\n");
    free(out);
}

/* But for those to the sources, which are not installed. */
static void links_of_the_documents_lead_somewhere(void **state)
{
    char *out =
        output_of(state, "cd usr/share/doc/knee && for page in README.md docs/*.md; do "
                         "grep -o '](\\([^)#:]*\\)[)#]' $page | sed 's/^](//; s/[)#]*$//' | "
                         "while read -r to; do case $to in *.[ch]|'') continue;; esac; "
                         "[ -e \"$(dirname $page)/$to\" ] || echo \"$page: $to\"; done; "
                         "done");
    assert_string_equal(out, "");
    free(out);
}

/* Away from the sources, charts are drawn all the same. */
static void the_installed_program_sweeps_and_draws(void **state)
{
    if (system("command -v gnuplot >/dev/null 2>&1") != 0)
        skip();
    free(output_of(state,
                   "usr/bin/knee sweep lock --budget 1s --max-level 4 -q -o r 2>/dev/null && "
                   "{ ! grep -q '\"throughput_per_s\": [0-9]' r/result.json || "
                   "test -s r/lock-throughput.svg; } && test -s r/report.html && rm -r r"));
}

static void the_man_page_names_everything(void **state)
{
    char *page = output_of(state, "cat usr/share/man/man1/knee.1");
    char name[128];
    for (size_t i = 0; knee_commands[i]; i++) {
        snprintf(name, sizeof name, ".SS \"knee %s\"\n.nf\nknee %s [OPTIONS]",
                 knee_commands[i]->name, knee_commands[i]->name);
        if (!strstr(page, name))
            fail_msg("not in the man page: %s", name);
    }
    struct knee_command_list all = {.count = 0};
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &all);
    for (size_t i = 0; i < all.count; i++) {
        size_t used = (size_t)snprintf(name, sizeof name, "\\fB\\-\\-");
        for (const char *c = all.at[i]->name; *c; c++)
            used += (size_t)snprintf(name + used, sizeof name - used, *c == '-' ? "\\-" : "%c", *c);
        if (!strstr(page, name))
            fail_msg("not in the man page: --%s", all.at[i]->name);
    }
    /* A sentence begins with a capital, but a command's name has none. */
    assert_non_null(strstr(page, "\nknee sweep: no level meets"));
    assert_null(strstr(page, "Knee sweep"));
    free(page);
}

/* An example is a line to type, and what asks does not end like a statement. */
static void the_man_page_has_nothing_stray(void **state)
{
    char *page = output_of(state, "cat usr/share/man/man1/knee.1");
    static const char *const says[] = {
        "\nknee sweep [OPTIONS] \\-\\- COMMAND [ARG...]\n",
        "\nknee compare [OPTIONS] \\-\\-base LINE \\-\\-new LINE\n",
        "does the limit still hold?\n",
        "(queue|fail).",
        "items.csv\n",
    };
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
        if (!strstr(page, says[i]))
            fail_msg("not in the man page: %s", says[i]);
    assert_null(strstr(page, "?."));
    assert_null(strstr(page, "COMMAND, knee"));
    free(page);
}

/* Examples are not filled: as wide as a terminal they must be. */
static void the_man_page_fits_a_terminal(void **state)
{
    if (system("command -v groff >/dev/null 2>&1 && echo .TH | groff -man -z >/dev/null 2>&1") != 0)
        skip();
    char *out = output_of(state, "groff -man -Tascii -P-cbou -rLL=78n usr/share/man/man1/knee.1 | "
                                 "awk 'length > 80'");
    assert_string_equal(out, "");
    free(out);
}

static void groff_has_no_complaint(void **state)
{
    if (system("command -v groff >/dev/null 2>&1 && echo .TH | groff -man -z >/dev/null 2>&1") != 0)
        skip();
    char *out = output_of(state, "groff -man -Tutf8 -ww -z usr/share/man/man1/knee.1 2>&1");
    assert_string_equal(out, "");
    free(out);
}

static void mandoc_has_no_complaint(void **state)
{
    if (system("command -v mandoc >/dev/null 2>&1") != 0)
        skip();
    char *out = output_of(state, "mandoc -Tlint usr/share/man/man1/knee.1");
    assert_string_equal(out, "");
    free(out);
}

static void fish_completes(void **state)
{
    static const struct {
        const char *line, *word;
    } cases[] = {
        {"knee sw", "sweep"},
        {"knee sweep --strategy gr", "grid"},
        {"knee sweep --param po", "pool="},
        {"knee sweep c", "cpu"},
        {"knee list w", "workloads"},
        {"knee recommend x --for=pg", "--for=pgbouncer"},
        {"knee sweep --bu", "--budget"},
        {"knee-mpi sweep --spl", "--split"},
        {"knee sweep -- sor", "sort"},
    };
    if (system("command -v fish >/dev/null 2>&1") != 0)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[512];
        snprintf(command, sizeof command,
                 "HOME=$PWD/home PATH=$PWD/usr/bin:$PATH fish -c 'source "
                 "usr/share/fish/vendor_completions.d/knee.fish; complete -C \"%s\"'; rm -rf home",
                 cases[i].line);
        char *out = output_of(state, command);
        if (!strstr(out, cases[i].word))
            fail_msg("%s: not offered: %s, but: %s", cases[i].line, cases[i].word, out);
        free(out);
    }
}

/* zsh completes on a terminal alone: the file's syntax is checked, and that it has every option. */
static void zsh_reads_its_completion(void **state)
{
    char *page = output_of(state, "cat usr/share/zsh/site-functions/_knee");
    struct knee_command_list all = {.count = 0};
    for (size_t i = 0; knee_commands[i]; i++)
        knee_command_add_options(knee_commands[i], &all);
    for (size_t i = 0; i < all.count; i++) {
        char name[128];
        snprintf(name, sizeof name, "--%s", all.at[i]->name);
        if (!strstr(page, name))
            fail_msg("not in the completion of zsh: %s", name);
    }
    free(page);
    if (system("command -v zsh >/dev/null 2>&1") == 0)
        free(output_of(state, "zsh -n usr/share/zsh/site-functions/_knee"));
}

static void bash_completes(void **state)
{
    static const struct {
        const char *line, *word; /* typed; and one of the words offered */
    } cases[] = {
        {"''", "sweep"},
        {"sw", "sweep"},
        {"sweep --bu", "--budget"},
        {"sweep --spl", "--split"},
        {"sweep --pin ''", "core"},
        {"sweep --strategy gr", "grid"},
        {"sweep c", "cpu"},
        {"limit ''", "net"},
        {"list w", "workloads"},
        {"report us", "usr"},
        {"limit --from us", "usr"},
        {"simulate --noise no", "noisy"},
        {"recommend results --for x", "xargs"},
        {"sweep --slo p9", "p99="},
        {"sweep --param po", "pool="},
        {"recommend us", "usr"},
        {"recommend results --for = x", "xargs"},
        {"recommend results --for =", "nginx"},
        {"sweep --format ''", "pdf"},
        {"list f", "formats"},
        {"sweep -- gzip x", "gzip is at 3"},
    };
    if (system("command -v bash >/dev/null 2>&1") != 0)
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char command[1024], expected[64];
        snprintf(command, sizeof command,
                 "bash -c '. usr/share/bash-completion/completions/knee; compopt() { :; }; "
                 "_command_offset() { COMPREPLY=(\"${COMP_WORDS[$1]} is at $1\"); }; "
                 "COMP_WORDS=(knee '\"%s\"'); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
                 "_knee \"$PWD/usr/bin/knee\"; printf \"%%s\\n\" \"${COMPREPLY[@]}\"'",
                 cases[i].line);
        char *out = output_of(state, command);
        snprintf(expected, sizeof expected, "%s\n", cases[i].word);
        char *found = strstr(out, expected);
        if (!found || (found != out && found[-1] != '\n'))
            fail_msg("knee %s: not offered: %s, but: %s", cases[i].line, cases[i].word, out);
        free(out);
    }
}

static void uninstalling_leaves_nothing(void **state)
{
    make_in(*state, "uninstall");
    char *out = output_of(state, "find . -not -type d");
    assert_string_equal(out, "");
    free(out);
}

/* A build without them passes its tests, so that nothing else would tell. */
static void deps_are_those_of_the_optional_libraries_too(void **state)
{
    static const char *const packages[] = {" gcc",       " libhwloc-dev", " libcurl4-openssl-dev",
                                           " libpq-dev", " liburing-dev", " libncurses-dev"};
    struct shell_run run;
    (void)state;
    shell_run(&run, NULL, "make --no-print-directory -n deps CC=gcc | tr = ' '");
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++)
        if (!strstr(run.out, packages[i]))
            fail_msg("%s is not in: %s", packages[i], run.out);
    shell_run_release(&run);
}

/* By the README's names. Any other would leave nothing out, and nothing would tell. */
static void a_library_is_left_out_by_its_name(void **state)
{
    static const struct {
        const char *name, *macro;
    } CASES[] = {{"ncurses", "KNEE_WITH_NCURSES"},
                 {"libcurl", "KNEE_WITH_LIBCURL"},
                 {"libpq", "KNEE_WITH_LIBPQ"},
                 {"liburing", "KNEE_WITH_LIBURING"}};
    struct shell_run run;
    char command[256];
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        snprintf(command, sizeof command,
                 "make --no-print-directory -n VARIANT=release SAN= COV= STATIC= WITHOUT=%s "
                 "build/release/flags",
                 CASES[i].name);
        shell_run(&run, NULL, command);
        assert_int_equal(run.status, 0);
        assert_non_null(strstr(run.out, "-std=c17"));
        assert_null(strstr(run.out, CASES[i].macro));
        shell_run_release(&run);
    }
    shell_run(&run, NULL, "make --no-print-directory -n WITHOUT='libpq nonesuch' clean");
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "nonesuch cannot be left out; write some of ncurses libcurl"));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_are_there),
        cmocka_unit_test(knee_mpi_has_the_same_page_and_completions),
        cmocka_unit_test(links_of_the_documents_lead_somewhere),
        cmocka_unit_test(the_installed_program_sweeps_and_draws),
        cmocka_unit_test(the_man_page_names_everything),
        cmocka_unit_test(the_man_page_has_nothing_stray),
        cmocka_unit_test(the_man_page_fits_a_terminal),
        cmocka_unit_test(groff_has_no_complaint),
        cmocka_unit_test(mandoc_has_no_complaint),
        cmocka_unit_test(bash_completes),
        cmocka_unit_test(fish_completes),
        cmocka_unit_test(zsh_reads_its_completion),
        cmocka_unit_test(uninstalling_leaves_nothing),
        cmocka_unit_test(deps_are_those_of_the_optional_libraries_too),
        cmocka_unit_test(a_library_is_left_out_by_its_name),
    };
    return cmocka_run_group_tests_name("install", tests, set_up, tear_down);
}
