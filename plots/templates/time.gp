# The shares of an item's time, a bar a level; above each its mean latency.
unset logscale x
unset xtics
levels = row_last - row_first + 1
set xrange [-0.6:levels - 0.4]
# Narrow bars have their latency upright above them.
bar_px = real(width - left - right) / (levels + 0.2)
upright = bar_px < 38
set yrange [0:100. / (1 - (upright ? 46 : 22) / real(panel))]
set ytics 0, percent_step(0.8 * panel), 100 format '%.0f %%'
set ylabel fitting("share of an item's time", 'share', panel) offset 0.2, 0
set xlabel 'items at once' offset 0, 0.3
set format x
if (bar_px < 30) { set xtics rotate by -90 scale 0 textcolor rgb '#333333' } else { set xtics norotate scale 0 textcolor rgb '#333333' }
# Clocks that are read one after the other may leave a wait a little below 0; or it is not known.
spent(name) = column(name) > 0 ? column(name) : 0
whole(row) = spent('cpu_per_item_s') + spent('runqueue_wait_per_item_s') + spent('other_wait_per_item_s')
part(name) = spent(name) > 0 ? 100 * spent(name) / whole(0) : 0
brief(x) = x > 0 ? sprintf(x < 1000 ? '%.3g' : '%.0f', x) : ''
place = upright ? 'rotate by 90 left offset 0, 0.4' : 'center offset 0, 0.6'
set style data histograms
set style histogram rowstacked
set style fill solid 1 border lc rgb 'white'
set boxwidth 0.8
set label 'mean latency ('.latency_unit.')' at graph 0, graph 1 left offset 0, 0.7 font ',12' textcolor rgb '#333333'
plot csv every ::row_first::row_last using (part('cpu_per_item_s')):xticlabels(stringcolumn('level')) \
        lc rgb blue title (computes ? 'computing' : ''), \
     csv every ::row_first::row_last using (part('runqueue_wait_per_item_s')) \
        lc rgb amber title (queues ? 'waiting for a CPU' : ''), \
     csv every ::row_first::row_last using (part('other_wait_per_item_s')) \
        lc rgb '#C8CDD2' title (!waits ? '' : has_queue ? 'other waiting' : 'waiting, for a CPU or else'), \
     csv every ::row_first::row_last using (column(0)):(100): \
        (brief(latency_scale * column('latency_mean_s'))) \
        with labels @place font ',12' textcolor rgb '#333333' notitle
unset output
