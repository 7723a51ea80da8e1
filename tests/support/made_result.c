/* SPDX-License-Identifier: MIT */
#include "tests/support/made_result.h"

#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>

const char made_result[] =
    "$KNEE sweep lock --budget 1s --levels 1,2,4,8,16,32 -o real -q --no-plots 2>/dev/null\n"
    "result() { mkdir $1 && cp real/plan.json $1/ && awk -F, -v OFS=, -v pool=$2 -v speed=$3 "
    "'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print }\n"
    " NR == 2 { for (b = 0; b < 12; b++) for (n = 1; n <= 32; n *= 2) {\n"
    "   x = 100 * speed * (n < pool ? n : pool) * (1 + ((b * 7 + n * 3) % 5 - 2) / 1000);\n"
    "   $at[\"block\"] = b; $at[\"level\"] = n; $at[\"start_s\"] = b * 10 + n / 10;\n"
    "   $at[\"window_s\"] = 1; $at[\"items\"] = x; $at[\"failed_items\"] = 0;\n"
    "   $at[\"throughput_per_s\"] = x; $at[\"valid\"] = 1; $at[\"reason\"] = \"\"; "
    "$at[\"share_ratio\"] = \"\"; print } }' "
    "real/samples.csv >$1/samples.csv; }\n";

int made_result_set_up(const char *script)
{
    char whole[8192];
    int bytes = snprintf(whole, sizeof whole, "%s%s", made_result, script);
    assert_in_range(bytes, 0, sizeof whole - 1);
    return shell_dir_set_up_by(whole);
}
