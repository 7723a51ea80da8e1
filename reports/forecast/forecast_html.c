/* SPDX-License-Identifier: MIT */
#include "reports/forecast/forecast_html.h"

#include "core/text/human.h"
#include "reports/forecast/forecast_charts.h"
#include "reports/forecast/forecast_words.h"
#include "reports/html/html.h"
#include "reports/html/html_drawings.h"

#include <math.h>

static void write_head(const struct knee_forecast_page *page, FILE *out)
{
    knee_html_begin(out, "Throttle limits, planned");
    fputs("<h1>How many at once, there?</h1>\n<p>From ", out);
    knee_html_text(out, page->from);
    fputs(" to <strong>", out);
    knee_html_text(out, page->to);
    fprintf(out,
            "</strong>. Each range holds %.0f %% of what fits the measurement.</p>\n</header>\n",
            100 * KNEE_FORECAST_COVERAGE);
}

static void write_card(const struct knee_forecast_page_work *work, size_t number, FILE *out)
{
    char text[KNEE_FORECAST_WORDS_BYTES];
    const struct knee_forecast *forecast = &work->forecast;
    fprintf(out, "<section class=\"card\"><h2><a href=\"#w%zu\">", number);
    knee_html_text(out, work->here->title);
    fputs("</a></h2>\n", out);
    if (forecast->refusal != KNEE_FORECAST_MADE) {
        fputs("<p class=\"verdict disturbed\">no answer</p>\n", out);
        knee_html_element(out, "p", NULL, knee_forecast_words_refusal(work, text));
    } else {
        fprintf(out, "<p class=\"use\">%s</p>\n<p>at once; here it is %u</p>\n",
                knee_forecast_words_levels(&forecast->limit, text), work->here->decision.knee);
        fprintf(out, "<p>%s items/s</p>\n", knee_forecast_words_rates(&forecast->throughput, text));
    }
    fputs("</section>\n", out);
}

static void write_row(FILE *out, const char *what, const char *there, const char *here)
{
    fputs("<tr><th class=\"text\">", out);
    knee_html_text(out, what);
    fputs("</th>", out);
    knee_html_element(out, "td", NULL, there[0] ? there : "-");
    knee_html_element(out, "td", NULL, here[0] ? here : "-");
    fputs("</tr>\n", out);
}

static void write_numbers(const struct knee_forecast_page_work *work, FILE *out)
{
    const struct knee_forecast *forecast = &work->forecast;
    const struct knee_level *level = knee_workload_result_at(work->here, work->here->decision.knee);
    char there[KNEE_FORECAST_WORDS_BYTES], here[KNEE_HUMAN_BYTES];
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    fputs("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th></th><th>there</th>"
          "<th>here</th></tr></thead>\n<tbody>\n",
          out);
    write_row(out, "limit", knee_forecast_words_levels(&forecast->limit, there),
              knee_human_count(here, work->here->decision.knee));
    write_row(out, "items/s", knee_forecast_words_rates(&forecast->throughput, there),
              knee_human_rate(here, level ? level->throughput_per_s : NAN));
    snprintf(there, sizeof there, "%s to %s", knee_human_latency(low, forecast->latency_s.low),
             knee_human_latency(high, forecast->latency_s.high));
    write_row(out, "an item takes", there,
              knee_human_latency(here, level ? level->latency_mean_s : NAN));
    fputs("</tbody></table></div>\n", out);
}

static void write_unknown(const struct knee_forecast *forecast, FILE *out)
{
    char text[KNEE_FORECAST_WORDS_BYTES];
    if (forecast->unknown_count == 0)
        return;
    fputs("<h3>What cannot be known from here</h3>\n<div class=\"scroll\" tabindex=\"0\"><table>\n"
          "<tbody>\n",
          out);
    for (size_t i = 0; i < forecast->unknown_count; i++) {
        fputs("<tr><td class=\"text\">", out);
        knee_html_text(out, knee_forecast_words_doubt(&forecast->unknown[i], text));
        fputs("</td>", out);
        knee_html_element(out, "td", NULL, knee_forecast_words_moves(&forecast->unknown[i], text));
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_day_one(const struct knee_forecast_page_work *work, FILE *out)
{
    char text[KNEE_FORECAST_WORDS_BYTES], time[KNEE_HUMAN_BYTES];
    fputs("<h3>Day one</h3>\n", out);
    if (work->there) {
        knee_html_element(out, "p", NULL, knee_forecast_words_check(work, text));
        return;
    }
    fprintf(out, "<p>Run this there, about %s; then give its directory to --measured:</p>\n",
            knee_human_duration(time, work->next_s));
    knee_html_element(out, "pre", NULL, work->next);
}

static void write_section(const struct knee_forecast_page *page,
                          const struct knee_forecast_page_work *work, size_t number,
                          const char *dir, FILE *out)
{
    char text[KNEE_FORECAST_WORDS_BYTES], name[KNEE_FORECAST_CHART_NAME_BYTES];
    fprintf(out, "<h2 id=\"w%zu\">", number);
    knee_html_text(out, work->here->title);
    fputs("</h2>\n", out);
    if (work->forecast.refusal != KNEE_FORECAST_MADE) {
        knee_html_element(out, "p", NULL, knee_forecast_words_refusal(work, text));
        knee_html_element(out, "pre", NULL, work->next);
        return;
    }
    write_numbers(work, out);
    knee_html_drawings_figure(dir, knee_forecast_chart_name(work, name),
                              "the curve here, and its range there", out);
    fputs("<p>Bound there by ", out);
    knee_html_text(out, knee_forecast_words_limits(&work->forecast, text));
    fputs(".</p>\n", out);
    knee_html_element(out, "p", NULL, knee_forecast_words_scaling(work, text));
    if (page->target->throughput_per_s > 0)
        knee_html_element(
            out, "p", NULL,
            knee_forecast_words_needs(&work->forecast, page->target->throughput_per_s, text));
    knee_html_element(out, "p", "mind", knee_forecast_words_caution(&work->forecast, text));
    write_unknown(&work->forecast, out);
    write_day_one(work, out);
}

void knee_forecast_html(const struct knee_forecast_page *page, const char *dir, FILE *out)
{
    write_head(page, out);
    fputs("<main>\n<div class=\"cards\">\n", out);
    for (size_t i = 0; i < page->works_count; i++)
        write_card(&page->works[i], i + 1, out);
    fputs("</div>\n", out);
    for (size_t i = 0; i < page->works_count; i++)
        write_section(page, &page->works[i], i + 1, dir, out);
    fputs("</main>\n<footer>\n<p>Planned by knee from a sweep of ", out);
    knee_html_text(out, page->date);
    fputs(". A closed network of CPUs, a delay and a pool was fitted to the levels measured here, "
          "and solved again with the target's numbers.</p>\n</footer>\n</body>\n</html>\n",
          out);
}
