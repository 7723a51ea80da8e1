# The shares of an item's time, a bar a level; above each its mean latency.
unset logscale x
unset xtics
levels = row_last - row_first + 1
set xrange [-0.6:levels - 0.4]
set yrange [0:118]
set ytics 0, 25, 100 format '%.0f %%'
set ylabel "share of an item's time" offset 1, 0
set xlabel 'items at once' offset 0, 0.3
set format x
if (levels > 24) { set xtics rotate by -90 scale 0 textcolor rgb '#333333' } else { set xtics norotate scale 0 textcolor rgb '#333333' }
# Clocks that are read one after the other may leave a wait a little below 0; or it is not known.
spent(name) = column(name) > 0 ? column(name) : 0
whole(row) = spent('cpu_per_item_s') + spent('runqueue_wait_per_item_s') + spent('other_wait_per_item_s')
part(name) = spent(name) > 0 ? 100 * spent(name) / whole(0) : 0
brief(x) = x > 0 ? sprintf(x < 1000 ? '%.3g' : '%.0f', x) : ''
set style data histograms
set style histogram rowstacked
set style fill solid 1 border lc rgb 'white'
set boxwidth 0.8
set label 'mean, '.latency_unit at graph 0, 1.035 left font ',12' textcolor rgb '#333333'
plot csv every ::row_first::row_last using (part('cpu_per_item_s')):xticlabels(stringcolumn('level')) \
        lc rgb blue title 'computing', \
     csv every ::row_first::row_last using (part('runqueue_wait_per_item_s')) \
        lc rgb amber title (has_queue ? 'waiting for a CPU' : ''), \
     csv every ::row_first::row_last using (part('other_wait_per_item_s')) \
        lc rgb '#C8CDD2' title (has_queue ? 'other waiting' : 'waiting, for a CPU or else'), \
     csv every ::row_first::row_last using (column(0)):(104): \
        (brief(latency_scale * column('latency_mean_s'))) \
        with labels center font ',12' textcolor rgb '#333333' notitle
unset output
