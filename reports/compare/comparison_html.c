/* SPDX-License-Identifier: MIT */
#include "reports/compare/comparison_html.h"

#include "reports/compare/comparison_charts.h"
#include "reports/compare/comparison_words.h"
#include "reports/html/html.h"
#include "reports/html/html_drawings.h"

#include <math.h>

/* The page's class of a verdict: its colour. */
static const char *class_of(const struct knee_comparison *comparison)
{
    static const char *const classes[] = {
        [KNEE_COMPARE_FASTER] = "resolved",
        [KNEE_COMPARE_SAME] = "resolved",
        [KNEE_COMPARE_NOT_COMPARABLE] = "unresolved",
        [KNEE_COMPARE_NOT_ENOUGH_EVIDENCE] = "unresolved",
        [KNEE_COMPARE_SLOWER] = "disturbed",
    };
    return comparison->worse ? "disturbed" : classes[comparison->verdict];
}

static void write_knee(FILE *out, uint32_t knee)
{
    if (knee)
        fprintf(out, "%u", knee);
    else
        fputs("unknown", out);
}

static void write_card(const struct knee_comparison *comparison, size_t number, FILE *out)
{
    char what[KNEE_COMPARISON_WORDS_BYTES];
    const struct knee_compare_ratio *ratio = knee_comparison_words_main(comparison, what);
    fprintf(out, "<section class=\"card\"><h2><a href=\"#w%zu\">", number);
    knee_html_text(out, comparison->title);
    fprintf(out, "</a></h2>\n<p class=\"verdict %s\">", class_of(comparison));
    knee_html_text(out, knee_comparison_words_verdict(comparison->verdict));
    fputs("</p>\n", out);
    if (ratio)
        fprintf(out, "<p class=\"use\">%+.1f %%</p>\n<p>%s</p>\n", 100 * (ratio->ratio - 1), what);
    fputs("<p>limit ", out);
    write_knee(out, comparison->knee_base);
    fputs(" &rarr; ", out);
    write_knee(out, comparison->knee_new);
    fprintf(out, "%s</p>\n</section>\n", comparison->knee_moved ? ", moved" : "");
}

static void write_change(FILE *out, double ratio)
{
    if (isfinite(ratio))
        fprintf(out, "<td>%+.1f %%</td>", 100 * (ratio - 1));
    else
        fputs("<td>-</td>", out);
}

static void write_levels(const struct knee_compare *compare, FILE *out)
{
    static const char *const words[] = {"slower", "", "faster"};
    if (compare->levels_count == 0)
        return;
    fputs("<p>" KNEE_COMPARISON_WORDS_ROWS "</p>\n"
          "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th>level</th>"
          "<th>throughput</th><th>from</th><th>to</th><th>p99</th><th class=\"text\"></th></tr>"
          "</thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < compare->levels_count; i++) {
        const struct knee_compare_level *level = &compare->levels[i];
        fprintf(out, "<tr><td>%u</td>", level->level);
        write_change(out, level->throughput.ratio);
        write_change(out, level->throughput.low);
        write_change(out, level->throughput.high);
        write_change(out, level->p99_ratio);
        fprintf(out, "<td class=\"text\">%s</td></tr>\n", words[level->moved + 1]);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_section(const struct knee_comparison *comparison, size_t number, const char *dir,
                          FILE *out)
{
    char text[KNEE_COMPARISON_WORDS_BYTES], name[KNEE_COMPARISON_CHART_NAME_BYTES];
    fprintf(out, "<h2 id=\"w%zu\">", number);
    knee_html_text(out, comparison->title);
    fputs("</h2>\n", out);
    knee_html_element(out, "p", "verdict", knee_comparison_words_answer(comparison, text));
    for (size_t i = 0; i < comparison->facts_count; i++)
        knee_html_element(out, "p", "mind",
                          knee_comparison_words_fact(&comparison->facts[i], text));
    if (dir) {
        knee_html_drawings_figure(dir, knee_comparison_charts_curves(comparison, name),
                                  "both curves, with the intervals of their levels", out);
        knee_html_drawings_figure(dir, knee_comparison_charts_ratio(comparison, name),
                                  "the change at each level, with its interval", out);
    }
    write_levels(&comparison->compare, out);
}

void knee_comparison_html(const struct knee_comparison *comparisons, size_t count,
                          double min_effect, const char *dir, FILE *out)
{
    knee_html_begin(out, "Base and new, compared");
    fputs("<h1>Is it slower than before?</h1>\n</header>\n<main>\n<div class=\"cards\">\n", out);
    for (size_t i = 0; i < count; i++)
        write_card(&comparisons[i], i + 1, out);
    fputs("</div>\n", out);
    for (size_t i = 0; i < count; i++)
        write_section(&comparisons[i], i + 1, dir, out);
    fprintf(out,
            "</main>\n<footer>\n<p>Compared by knee. A change below %.3g %% gets no verdict. The "
            "levels' intervals hold for all levels together.</p>\n</footer>\n</body>\n</html>\n",
            100 * min_effect);
}
