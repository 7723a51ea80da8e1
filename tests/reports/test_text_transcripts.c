/* SPDX-License-Identifier: MIT */
/* The whole answer for people, as reviewed transcripts. */
#include "reports/text/text.h"
#include "tests/support/fixture_result.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>

/* clang-format off: transcripts, as they look on a terminal. */
static const char overview[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "WORKLOAD              USE  items/s     p99  of best  proven  peak  rule of thumb\n"
    "cpu (1 ms)              2    1,970  1.5 ms    100 %   >= 98     2  2: the same\n"
    "io (4 KiB, direct)     32   92,184  521 us   97.6 %   >= 95    64  5: loses 36 %\n"
    "net (5 ms, no pool)   512   80,133  9.6 ms    100 %   >= 98   512  8: loses 98 %\n"
    "mixed (1 ms, fetc...    8    1,741  6.9 ms     98 %   >= 97    12  4: loses 29 %\n"
    "mixed (1 ms, fetch 20 %, compute 60 %, write 20 %)\n"
    "\n"
    "level:% of the best; [ ] is the one to use\n"
    "cpu    1:50  [2:100]  4:100  8:99  16:99\n"
    "io     1:22  2:38  4:56  5:63  8:78  16:93  22:95  [32:97.6]  64:100  128:99\n"
    "net    1:0.2  2:0.5  4:1  8:2  16:4  32:8  64:15  128:31  400:82  [512:100]\n"
    "mixed  1:9  2:36  4:70  [8:98]  12:100  16:90  32:51  64:20\n"
    "\n"
    "cpu    resolved    This is the limit of this host's CPUs. 2 = your cores. At 16,\n"
    "                   items spend 87 % of their time waiting for a CPU.\n"
    "                   change 16 -> 2: same throughput, 12 % of the latency\n"
    "io     UNRESOLVED  Any limit from 16 to 32 may be the smallest at full speed:\n"
    "                   single windows vary by 4.2 %.\n"
    "                   About 40 s more would tell:\n"
    "                   knee sweep --resume results/latest --budget 100s\n"
    "net    RISING      Throughput still grew at 512, the highest limit allowed.\n"
    "                   Use 512, or see how far it goes: the same sweep with\n"
    "                   --max-level 2048.\n"
    "mixed  resolved    At 64, 80 % of the throughput is lost.\n"
    "                   change 12 -> 8: same throughput, 68 % of the latency\n"
    "\n"
    "Fitted models: they explain, and never decide\n"
    "io     contention 19 %, coherency 0.026 %: peak at 56, 96,235 items/s\n"
    "net    contention 0.0096 %, coherency 0.000082 %: no peak below 1,024\n"
    "none   mixed\n"
    "\n"
    "3 min 41 s, 148 windows; 4 disturbed and left out.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/cpu.limit\n"
    "         knee recommend results/latest cpu --for xargs\n"
    "Plan     knee plan results/latest --cores 16\n";

static const char resolved[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "USE 2   cpu (1 ms)   resolved\n"
    "This is the limit of this host's CPUs.\n"
    "change 16 -> 2: same throughput, 12 % of the latency\n"
    "\n"
    "   level  items/s     +-  of best             p95    CPU  40,000\n"
    "       1      988  0.7 %     50 %  ###     1.3 ms   50 %    41 s\n"
    ">      2    1,970  0.8 %    100 %  ######  1.3 ms  100 %    20 s  USE best cores\n"
    "       4    1,971  0.7 %    100 %  ######  2.6 ms  100 %    20 s\n"
    "       8    1,959  0.7 %     99 %  ######  5.3 ms  100 %    20 s\n"
    "      16    1,941  0.8 %     99 %  ######   11 ms  100 %    21 s  now\n"
    "\n"
    "Why      2 = your cores. At 16, items spend 87 % of their time waiting for a\n"
    "         CPU.\n"
    "Proven   The limit 2 gives at least 98.7 % of the speed of any other; 1 stays\n"
    "         below 51.0 %. (95 % confidence)\n"
    "Rule     of thumb 2: the same\n"
    "3 min 41 s, 16 windows; 1 disturbed and left out.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/cpu.limit\n"
    "         knee recommend results/latest --for xargs\n"
    "Plan     knee plan results/latest --cores 16\n";

static const char unresolved[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "USE 32   io (4 KiB, direct)   UNRESOLVED\n"
    "between 16 and 32; run 32 at once until it is known\n"
    "\n"
    "   level  items/s     +-  of best                           p95   CPU\n"
    "       1   20,362  0.6 %     22 %  ####                   64 us  15 %\n"
    "       2   36,000  0.6 %     38 %  ########               72 us  15 %  cores\n"
    "       4   52,685  0.6 %     56 %  ###########            99 us  15 %\n"
    "       5   59,096  0.6 %     63 %  #############         110 us  15 %  rule\n"
    "       8   73,969  0.6 %     78 %  ################      141 us  15 %\n"
    "      16   87,721  0.6 %     93 %  ###################   237 us  15 %\n"
    "      22   89,678  0.6 %     95 %  ###################   318 us  15 %\n"
    ">     32   92,184  0.6 %   97.6 %  ####################  452 us  15 %  USE\n"
    "      64   94,357  0.6 %    100 %  ####################  881 us  15 %  best\n"
    "     128   93,305  0.6 %     99 %  ####################  1.8 ms  15 %\n"
    "\n"
    "Limits   Above 64, more items at once only wait longer, for the storage.\n"
    "So far   Any limit from 16 to 32 may be the smallest at full speed: single\n"
    "         windows vary by 4.2 %.\n"
    "Next     About 40 s more would tell:\n"
    "         knee sweep --resume results/latest --budget 100s\n"
    "Choose   22 within 5 % . 64 the very best\n"
    "Rule     of thumb 5: loses 36 %\n"
    "Model    contention 19 %, coherency 0.026 %: peak at 56, 96,235 items/s\n"
    "3 min 41 s, 31 windows; 1 disturbed and left out.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/io.limit\n"
    "         knee recommend results/latest --for xargs\n"
    "Plan     knee plan results/latest --cores 16\n";

static const char disturbed[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "USE 2   cpu (1 ms)   DISTURBED\n"
    "too disturbed to measure; rule of thumb: 2\n"
    "\n"
    "   level  items/s     +-  of best                          p95    CPU\n"
    "       1      601  0.7 %     38 %  #######              2.2 ms   50 %\n"
    ">      2      899  0.8 %     56 %  ###########          2.9 ms  100 %  USE cores\n"
    "       4    1,300  0.7 %     81 %  ###############      4.0 ms  100 %\n"
    "       8    1,499  0.7 %     94 %  ##################   6.9 ms  100 %\n"
    "      16    1,601  0.8 %    100 %  ###################   13 ms  100 %  best\n"
    "\n"
    "So far   34 % of the windows had to be rejected: too much else went on on this\n"
    "         machine.\n"
    "Next     Use the rule of thumb, 2, until the machine is quiet; then sweep again.\n"
    "Rule     of thumb 2: used\n"
    "3 min 41 s, 16 windows; 1 disturbed and left out.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/cpu.limit\n"
    "         knee recommend results/latest --for xargs\n";

static const char one_level[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "USE 1   cpu (1 ms)   UNRESOLVED\n"
    "run 1 at once; not proven yet\n"
    "\n"
    "   level  items/s     +-  of best                      p95   CPU\n"
    ">      1      988  1.2 %    100 %  ###############  1.3 ms  50 %  USE best cores\n"
    "\n"
    "So far   Only the limit 1 was tried (--max-level 1), so there is nothing to\n"
    "         compare it with.\n"
    "Next     Use the limit 1 for now; let the sweep try more levels to compare it.\n"
    "Rule     of thumb 1: used\n"
    "3 min 41 s, 4 windows; 1 disturbed and left out.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/cpu.limit\n"
    "         knee recommend results/latest --for xargs\n"
    "Plan     knee plan results/latest --cores 16\n";

static const char command[] =
    "40,000 items, drawn at random (seed 1); one takes about 1.0 ms; this sweep: at\n"
    "most 1 min\n"
    "Output was thrown away.\n"
    "\n"
    "USE 2     change 16 -> 2: same throughput, 12 % of the latency\n"
    "This is the limit of this host's CPUs.\n"
    "\n"
    "   level  items/s     +-  of best             p95    CPU  40,000\n"
    "       1      988  0.7 %     50 %  ###     1.3 ms   50 %    41 s\n"
    ">      2    1,970  0.8 %    100 %  ######  1.3 ms  100 %    20 s  USE best cores\n"
    "       4    1,971  0.7 %    100 %  ######  2.6 ms  100 %    20 s\n"
    "       8    1,959  0.7 %     99 %  ######  5.3 ms  100 %    20 s\n"
    "      16    1,941  0.8 %     99 %  ######   11 ms  100 %    21 s  now\n"
    "\n"
    "Why      2 = your cores. At 16, items spend 87 % of their time waiting for a\n"
    "         CPU.\n"
    "Proven   The limit 2 gives at least 98.7 % of the speed of any other; 1 stays\n"
    "         below 51.0 %. (95 % confidence)\n"
    "Rule     of thumb 2: the same\n"
    "3 min 41 s, 16 windows; 1 disturbed and left out.\n"
    "Use it   parallel -0 -a results/latest/items.nul -j results/latest/limit gzip -9kc {}\n"
    "         xargs -0 -r -a results/latest/items.nul -P \"$(cat results/latest/limit)\" -I {} "
    "gzip -9kc {}\n"
    "         knee recommend results/latest --for xargs\n"
    "Report   results/latest/report.html\n"
    "Plan     knee plan results/latest --cores 16\n";

/* clang-format on */

static void transcripts_are_as_reviewed(void **state)
{
    (void)state;
    static const struct {
        const struct fixture_curve *curves[4];
        size_t count;
        const char *expected;
    } cases[] = {
        {{&fixture_cpu, &fixture_io, &fixture_net, &fixture_collapse}, 4, overview},
        {{&fixture_cpu}, 1, resolved},
        {{&fixture_io}, 1, unresolved},
        {{&fixture_disturbed}, 1, disturbed},
        {{&fixture_single}, 1, one_level},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_text_options options = {.dir = "results/latest"};
        struct knee_result result;
        fixture_result(&result, cases[i].curves, cases[i].count);
        char *text = knee_text_result(&result, &options);
        assert_non_null(text);
        assert_string_equal(text, cases[i].expected);
        free(text);
        knee_result_release(&result);
    }
}

/* The whole answer for a command of the user's own. */
static void command_is_as_reviewed(void **state)
{
    (void)state;
    static char *const argv[] = {(char *)"sweep", (char *)"--current", (char *)"16", (char *)"--",
                                 (char *)"gzip",  (char *)"-9kc",      (char *)"{}"};
    struct knee_text_options options = {.dir = "results/latest", .command = swept_command(7, argv)};
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    workload->command = true;
    snprintf(workload->name, sizeof workload->name, "gzip");
    snprintf(workload->title, sizeof workload->title, "gzip -9kc {}");
    knee_facts_add(&workload->notes, KNEE_FACT_ITEMS, (const double[]){40000, 1, 0, .001, 60},
                   NULL);
    knee_facts_add(&workload->notes, KNEE_FACT_OUTPUT_DROPPED, NULL, NULL);
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    assert_string_equal(text, command);
    free(text);
    knee_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transcripts_are_as_reviewed),
        cmocka_unit_test(command_is_as_reviewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
