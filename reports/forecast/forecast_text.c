/* SPDX-License-Identifier: MIT */
#include "reports/forecast/forecast_text.h"

#include "core/text/human.h"
#include "reports/forecast/forecast_words.h"
#include "reports/text/wrap.h"

#include <math.h>

#define LABEL_WIDTH 12

static void print_number(FILE *out, const char *label, const char *range, const char *here)
{
    fprintf(out, "%-*s%-26s %s\n", LABEL_WIDTH, label, range, here);
}

static void print_answer(const struct knee_forecast_page_work *work, FILE *out)
{
    const struct knee_forecast *forecast = &work->forecast;
    const struct knee_level *level = knee_workload_result_at(work->here, work->here->decision.knee);
    char range[KNEE_FORECAST_WORDS_BYTES], here[128], number[KNEE_HUMAN_BYTES];
    snprintf(here, sizeof here, "here: %u", work->here->decision.knee);
    print_number(out, "Limit", knee_forecast_words_levels(&forecast->limit, range), here);
    snprintf(here, sizeof here, "here: %s",
             knee_human_rate(number, level ? level->throughput_per_s : NAN));
    print_number(out, "Items/s", knee_forecast_words_rates(&forecast->throughput, range), here);
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    snprintf(range, sizeof range, "%s to %s", knee_human_latency(low, forecast->latency_s.low),
             knee_human_latency(high, forecast->latency_s.high));
    snprintf(here, sizeof here, "here: %s",
             knee_human_latency(number, level ? level->latency_mean_s : NAN));
    print_number(out, "An item", range, here);
    knee_wrap_text(out, "Bound by", LABEL_WIDTH, knee_forecast_words_limits(forecast, range));
}

static void print_unknown(const struct knee_forecast *forecast, FILE *out)
{
    char doubt[KNEE_FORECAST_WORDS_BYTES], moves[KNEE_FORECAST_WORDS_BYTES];
    char line[2 * KNEE_FORECAST_WORDS_BYTES];
    for (size_t i = 0; i < forecast->unknown_count; i++) {
        snprintf(line, sizeof line, "%s: %s",
                 knee_forecast_words_doubt(&forecast->unknown[i], doubt),
                 knee_forecast_words_moves(&forecast->unknown[i], moves));
        knee_wrap_text(out, i == 0 ? "Unknown" : "", LABEL_WIDTH, line);
    }
}

static void print_work(const struct knee_forecast_page *page,
                       const struct knee_forecast_page_work *work, FILE *out)
{
    const struct knee_forecast *forecast = &work->forecast;
    char text[KNEE_FORECAST_WORDS_BYTES], time[KNEE_HUMAN_BYTES];
    fprintf(out, "\n%s\n", work->here->title);
    if (forecast->refusal != KNEE_FORECAST_MADE) {
        knee_wrap_text(out, "No answer", LABEL_WIDTH, knee_forecast_words_refusal(work, text));
        if (work->next[0])
            fprintf(out, "%*s%s\n", LABEL_WIDTH, "", work->next);
        return;
    }
    print_answer(work, out);
    if (page->target->throughput_per_s > 0)
        knee_wrap_text(out, "Asked for", LABEL_WIDTH,
                       knee_forecast_words_needs(forecast, page->target->throughput_per_s, text));
    knee_wrap_text(out, "Cores here", LABEL_WIDTH, knee_forecast_words_scaling(work, text));
    print_unknown(forecast, out);
    knee_wrap_text(out, "Mind", LABEL_WIDTH, knee_forecast_words_caution(forecast, text));
    knee_wrap_text(out, "Check", LABEL_WIDTH, knee_forecast_words_check(work, text));
    if (!work->there)
        fprintf(out, "%-*s%s\n%*sabout %s; then add --measured DIR to this command\n", LABEL_WIDTH,
                "Day one", work->next, LABEL_WIDTH, "", knee_human_duration(time, work->next_s));
}

void knee_forecast_text(const struct knee_forecast_page *page, FILE *out)
{
    fprintf(out, "From %s to %s. Ranges hold 90 %% of what fits the measurement.\n", page->from,
            page->to);
    for (size_t i = 0; i < page->works_count; i++)
        print_work(page, &page->works[i], out);
}
