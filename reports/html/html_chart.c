/* SPDX-License-Identifier: MIT */
#include "reports/html/html_chart.h"

#include "plots/chart_svg.h"
#include "reports/charts/throughput_chart.h"
#include "reports/html/html.h"

bool knee_html_chart(const struct knee_workload_result *workload, const char *about, FILE *out)
{
    struct knee_throughput_chart made;
    if (knee_throughput_chart_init(&made, workload, 0, NULL) != 0)
        return false;
    bool known = knee_chart_is_known(&made.chart);
    if (known) {
        fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", KNEE_CHART_SVG_WIDTH,
                KNEE_CHART_SVG_HEIGHT);
        knee_html_text(out, about);
        fputs("\">\n", out);
        knee_chart_svg_write(&made.chart, out);
        fputs("</svg>\n", out);
    }
    knee_throughput_chart_release(&made);
    return known;
}
