# Throughput by limit, as the climb saw it.
set yrange [0:rate_top]
set format y rate_format(rate_top)
set ytics rate_step
set ylabel 'throughput (items/s)' offset 0.3, 0
plot $levels using (column('level')):(column('rate')) with linespoints lw 2 pt 7 ps 0.8 lc rgb blue \
        title 'limits that were tried', \
     $levels using (column("best") > 0 ? column('level') : NaN):(column('rate')) with points \
        pt 7 ps 1.6 lc rgb orange title (has_best ? 'best' : ''), \
     $levels using (column("rule") > 0 ? column('level') : NaN):(column('rate')) with points \
        pt 6 ps 1.8 lw 2 lc rgb '#333333' title (has_rule ? 'rule of thumb' : '')
unset output
