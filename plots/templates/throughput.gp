# Throughput, and below it latency, over the number of items at once. What stands above this line is
# this chart's own: names, ranges, ticks and labels; the workload's rows of the CSV file are row_first
# to row_last, counted from 0. To draw it again: gnuplot NAME.gp beside that file.
set terminal svg size 960,600 dynamic noenhanced font 'Helvetica,Arial,sans-serif,14' \
    background rgb 'white'
set output name.'.svg'
set encoding utf8
set datafile separator comma
set datafile columnheaders

blue = '#0072B2'
percent(x) = 100 * x / best_per_s

set multiplot
unset key
set border lc rgb '#888888'
set tics textcolor rgb '#333333' nomirror out
set lmargin at screen 0.085
set rmargin at screen 0.885
set logscale x 2
set xrange [x_low:x_high]

# Above: throughput, with the labels that are set above.
set tmargin at screen 0.885
set bmargin at screen 0.385
set yrange [0:118]
set y2range [0:1.18 * best_per_s]
set ytics 0, 25, 100 format '%.0f %%'
set y2tics 0, rate_step format (best_per_s < 20 ? '%.3g' : best_per_s < 1e5 ? '%.0f' : best_per_s < 1e6 ? '%.0s%c' : '%.1s%c')
set format x ''
set grid ytics lt 1 lc rgb '#E6E6E6'
set ylabel 'throughput, of the best' offset 0.5, 0
set y2label 'items/s' offset -0.5, 0
set label 1000 title_text at screen 0.5, 0.95 center font ',19'
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
set tmargin at screen 0.31
set bmargin at screen 0.125
set format x '%.0f'
set format y '%g'
set yrange [0:latency_high]
set ytics 0, latency_step
set ylabel 'p95 ('.latency_unit.')' offset 0.5, 0
set xlabel 'items at once (logarithmic)' offset 0, 0.2
plot csv every ::row_first::row_last \
        using (column('level')):(latency_scale * column('latency_p95_s')) \
        with linespoints lw 2 pt 7 ps 0.4 lc rgb '#CC79A7'
unset multiplot
unset output
