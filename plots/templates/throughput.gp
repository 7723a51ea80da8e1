# Throughput, and below it latency, over the number of items at once. The workload's rows of the CSV
# file are row_first to row_last, counted from 0.
percent(x) = 100 * x / best_per_s

set multiplot
unset key
set lmargin at screen from_left(left)
set rmargin at screen from_right(right)
set xrange [x_low:x_high]

# Above: throughput, with the labels that are set above.
set tmargin at screen from_top(top)
set bmargin at screen from_top(top + upper)
set yrange [0:top_percent]
set y2range [0:top_percent / 100 * best_per_s]
set ytics 0, percent_step(100 * upper / top_percent), 100 format '%.0f %%'
set y2tics 0, rate_step format rate_format(best_per_s)
set format x ''
set grid ytics lt 1 lc rgb pale
set ylabel fitting('throughput, of the best', 'of best', upper) offset 0.5, 0
set y2label 'items/s' offset -0.5, 0
set object 1000 rectangle from graph 0, first full_percent to graph 1, first 100 behind \
    fillcolor rgb '#CFE8D9' fillstyle solid noborder
plot csv every ::row_first::row_last \
        using (column('level')):(percent(column('throughput_ci_low_per_s'))): \
              (percent(column('throughput_ci_high_per_s'))) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.25, \
     csv every ::row_first::row_last \
        using (column('level')):(percent(column('throughput_per_s'))) \
        with linespoints lw 2.5 pt 7 ps 0.5 lc rgb blue

# Below, on the same x: latency.
unset label
unset arrow
unset object
unset y2tics
unset y2label
set tmargin at screen from_top(top + upper + between)
set bmargin at screen from_bottom(bottom)
set format x '%.0f'
set format y '%g'
set yrange [0:latency_high]
set ytics 0, latency_step
set ylabel 'p95 ('.latency_unit.')' offset 0.5, 0
set xlabel 'items at once (logarithmic)' offset 0, 0.2
plot csv every ::row_first::row_last \
        using (column('level')):(latency_scale * column('latency_p95_s')) \
        with linespoints lw 2 pt 7 ps 0.4 lc rgb purple
unset multiplot
unset output
