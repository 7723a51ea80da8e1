# What more throughput costs in latency. The numbers beside the points, set above, are levels.
set logscale x
set xrange [p99_low:p99_high]
eval p99_ticks
set format x '%g'
set yrange [0:rate_top]
set ytics 0, rate_step format rate_format(rate_top)
set xlabel 'p99 latency ('.latency_unit.', logarithmic)' offset 0, 0.3
set ylabel fitting('throughput (items/s)', 'items/s', panel) offset 0.3, 0
plot csv every ::row_first::row_last \
        using (latency_scale * column('latency_p99_s')):(column('throughput_per_s')) \
        with linespoints lw 1.5 pt 7 ps 0.6 lc rgb blue title 'a level each, in their order', \
     for [i = 1:(use_text ne '')] '+' using (use_p99):(use_per_s) every ::::0 with points pt 7 ps 1.8 lc rgb orange title use_text, \
     for [i = 1:(proven_text ne '')] '+' using (proven_p99):(proven_per_s) every ::::0 with points \
        pt 6 ps 1.8 lw 2 lc rgb '#333333' title proven_text
unset output
