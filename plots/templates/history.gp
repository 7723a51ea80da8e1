# Results over time, from the oldest to the newest: throughput at the limit, the limit, and p99
# there. A line is the median of a stretch; it jumps at each change.
unset logscale x
set xrange [0.5:x_last + 0.5]
eval day_ticks
set grid ytics lt 1 lc rgb pale
set lmargin at screen from_left(100)
set rmargin at screen from_right(34)
set style data points
unset key
panel(i) = from_top(66) - i * (from_top(66) - from_bottom(70)) / 3.
gap = 22. / height
set multiplot
unset title
do for [i = 0:2] {
    set tmargin at screen panel(i) - (i > 0 ? gap : 0)
    set bmargin at screen panel(i + 1)
    set xtics textcolor rgb (i == 2 ? '#333333' : '#FFFFFF') scale (i == 2 ? 1 : 0.4)
    set xlabel (i == 2 ? 'day of the result (month-day), from the oldest to the newest' : '') offset 0, 0.5
    if (i == 0) {
        set ylabel 'items/s' offset 0.3, 0
        set yrange [0:rate_top]
        set ytics rate_step format rate_format(rate_top)
        plot $throughput using (column('x')):(column('y')):(column('low')):(column('high')) \
                with yerrorbars lw 1.4 pt 7 ps 0.7 lc rgb blue, \
             $throughput_lines using (column('x')):(column('y')) with lines lw 2 lc rgb orange, \
             $throughput_labels using (column('x')):(column('y')):(strcol('text')) \
                with labels tc rgb orange
        unset label 1000
    }
    if (i == 1) {
        set ylabel 'limit'
        set yrange [0:knee_top]
        set ytics knee_step format '%g'
        plot $knee using (column('x')):(column('y')) with points pt 7 ps 0.7 lc rgb blue, \
             $knee_lines using (column('x')):(column('y')) with lines lw 2 lc rgb orange, \
             $knee_labels using (column('x')):(column('y')):(strcol('text')) \
                with labels tc rgb orange
    }
    if (i == 2) {
        set ylabel 'p99 (ms)'
        set yrange [0:p99_top]
        set ytics p99_step format '%g'
        plot $p99 using (column('x')):(column('y')) with points pt 7 ps 0.7 lc rgb blue, \
             $p99_lines using (column('x')):(column('y')) with lines lw 2 lc rgb orange, \
             $p99_labels using (column('x')):(column('y')):(strcol('text')) \
                with labels tc rgb orange
    }
}
unset multiplot
unset output
