# How long an item takes with n of them in flight.
set logscale y
set yrange [latency_low:latency_high]
eval latency_ticks
set format y '%g'
set ylabel 'latency ('.latency_unit.', logarithmic)' offset 0.3, 0
scaled(name) = latency_scale * column(name)
plot csv every ::row_first::row_last using (column('level')):(scaled('latency_p50_s')) \
        with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue title 'p50', \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_p95_s')) \
        with linespoints lw 2 dt 2 pt 5 ps 0.6 lc rgb orange title 'p95', \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_p99_s')) \
        with linespoints lw 2 dt 4 pt 9 ps 0.6 lc rgb purple title 'p99', \
     csv every ::row_first::row_last using (column('level')):(scaled('latency_max_s')) \
        with linespoints lw 2 dt 3 pt 11 ps 0.6 lc rgb grey title 'longest'
unset output
