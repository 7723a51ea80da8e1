# Above: how often level 1 fits into the throughput; below: that over the level.
set multiplot
middle = panel * 0.45 + bottom
set bmargin at screen from_bottom(middle + 14)
set logscale y
set yrange [speedup_low:speedup_high]
eval speedup_ticks
set format y '%g'
set format x ''
unset xlabel
set ylabel fitting('speedup S (log.)', 'S (log.)', 0.55 * panel) offset 0.3, 0
unset key
plot x with lines lw 1.5 dt 2 lc rgb grey, \
     csv every ::row_first::row_last using (column('level')):(column('speedup')) \
        with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue
unset label
unset logscale y
set tmargin at screen from_bottom(middle - 14)
set bmargin at screen from_bottom(bottom)
unset arrow
if (exists('use_level')) set arrow from use_level, graph 0 to use_level, graph 1 nohead dt 3 lc rgb grey back
if (exists('proven_level')) set arrow from proven_level, graph 0 to proven_level, graph 1 nohead dt 3 lc rgb grey back
set yrange [0:115]
set ytics 0, percent_step(panel * 0.2), 100 format '%.0f %%'
set format x '%.0f'
set xlabel 'items at once (logarithmic)' offset 0, 0.3
set ylabel fitting('efficiency (S / n)', 'S / n', 0.45 * panel) offset 0.2, 0
set key
plot 100 with lines lw 1.5 dt 2 lc rgb grey title 'ideal', \
     NaN with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue title 'speedup', \
     csv every ::row_first::row_last \
        using (column('level')):(100 * column('parallel_efficiency')) \
        with linespoints lw 2 pt 5 ps 0.6 dt 4 lc rgb orange title 'parallel efficiency'
unset multiplot
unset output
