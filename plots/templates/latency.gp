# How long an item takes with n of them in flight.
set logscale y
set yrange [latency_low:latency_high]
eval latency_ticks
set format y '%g'
set ylabel fitting('latency ('.latency_unit.', logarithmic)', latency_unit.' (log.)', panel) offset 0.3, 0
scaled(name) = latency_scale * column(name)
plot csv every ::row_first::row_last using (column('level')):(scaled('latency_p50_s')) \
        with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue title (has_p50 ? 'p50' : ''), \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_p95_s')) \
        with linespoints lw 2 dt 2 pt 5 ps 0.6 lc rgb orange title (has_p95 ? 'p95' : ''), \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_p99_s')) \
        with linespoints lw 2 dt 4 pt 9 ps 0.6 lc rgb purple title (has_p99 ? 'p99' : ''), \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_max_s')) \
        with linespoints lw 2 dt 3 pt 11 ps 0.6 lc rgb grey title (has_max ? 'longest' : '')
unset output
