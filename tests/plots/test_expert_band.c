/* SPDX-License-Identifier: MIT */
/* The band of an expert chart: no corner lies below the panel, and its edges keep their place. */
#include "plots/expert_band.h"

#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *put(const struct knee_expert_band *band, size_t count, double bottom_per_s)
{
    const struct knee_expert expert = {.band = band, .band_count = count};
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    knee_expert_band_put(&expert, bottom_per_s, out);
    fclose(out);
    return text;
}

static void a_band_within_the_panel_is_left_as_it_is(void **state)
{
    (void)state;
    static const struct knee_expert_band band[] = {{1, 150, 200}, {16, 3000, 3200}};
    char *text = put(band, 2, 0);
    assert_string_equal(text, "1,150,200\n16,3000,3200\n");
    free(text);
}

static void edges_end_where_they_cross_the_lower_end(void **state)
{
    (void)state;
    static const struct knee_expert_band band[] = {{1, 100, 200}, {4, 500, 400}, {16, 100, 200}};
    char *text = put(band, 3, 300);
    /* Both cross half-way, on the logarithmic axis: at 2 and at 8. */
    assert_string_equal(text, "1,300,300\n2,300,300\n2,300,300\n4,500,400\n8,300,300\n8,300,300\n"
                              "16,300,300\n");
    free(text);
}

/* The upper edge enters first, and runs straight on until the lower one enters. */
static void one_edge_may_cross_alone(void **state)
{
    (void)state;
    static const struct knee_expert_band band[] = {{1, 0, 200}, {16, 400, 600}};
    char *text = put(band, 2, 300);
    assert_string_equal(text, "1,300,300\n2,300,300\n8,300,500\n16,400,600\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_band_within_the_panel_is_left_as_it_is),
        cmocka_unit_test(edges_end_where_they_cross_the_lower_end),
        cmocka_unit_test(one_edge_may_cross_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
