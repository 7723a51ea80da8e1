# A run: its throughput over time, and below it its limit with the items that really ran.
unset logscale x
set format x '%g'
set grid xtics ytics lt 1 lc rgb pale
set lmargin at screen from_left(left)
set rmargin at screen from_right(right)
set xrange [x_low:x_high]
middle = 0.5 * (from_top(top) + from_bottom(bottom))
set multiplot
set tmargin at screen from_top(top)
set bmargin at screen middle + real(12) / height
set format x ''
set yrange [0:rate_top]
set format y rate_format(rate_top)
set ytics rate_step
set ylabel 'throughput (items/s)' offset 0.3, 0
unset key
plot $stretches using (column('time')):(column('rate')) with filledcurves y1=0 lc rgb blue \
        fillstyle transparent solid 0.2 noborder, \
     $stretches using (column('time')):(column('rate')) with lines lw 2 lc rgb blue
unset label 1000
set tmargin at screen middle - real(12) / height
set bmargin at screen from_bottom(bottom)
set format x '%g'
set format y '%.0f'
set yrange [0:limit_top]
set ytics limit_step
set ylabel 'items at once' offset 0.3, 0
set xlabel sprintf('time since the start (%s)', time_unit) offset 0, 0.3
set key at screen 0.5, screen from_bottom(12) center bottom horizontal Left reverse samplen 3 \
    spacing 1.1 width 0 maxrows 1
plot $stretches using (column('time')):(column('running')) with filledcurves y1=0 lc rgb grey \
        fillstyle transparent solid 0.25 noborder title 'ran', \
     $tried using (column('time')):(column('limit')) with lines lw 1 lc rgb amber \
        title 'limit in use', \
     $limits using (column('time')):(column('limit')) with lines lw 2 lc rgb orange title 'limit decided on'
unset multiplot
unset output
