# Throughput by limit, as the climb saw it.
set yrange [0:rate_top]
set format y rate_format(rate_top)
set ytics rate_step
set ylabel fitting('throughput (items/s)', 'items/s', panel) offset 0.3, 0
plot $levels using (column('level')):(column('rate')) with linespoints lw 2 pt 7 ps 0.8 lc rgb blue \
        title 'limits that were tried', \
     for [i = 1:has_best] $levels using (column("best") > 0 ? column('level') : NaN):(column('rate')) with points \
        pt 7 ps 1.6 lc rgb orange title 'best', \
     for [i = 1:has_rule] $levels using (column("rule") > 0 ? column('level') : NaN):(column('rate')) with points \
        pt 6 ps 1.8 lw 2 lc rgb '#333333' title 'rule of thumb'
unset output
