# The curve near its best, on a linear axis: the pale band is where the sweep holds it to be, points
# with their intervals are measured, and a strip at the bottom shows where the windows went.
top_high = curve_top + 0.03 * rate_best
set yrange [curve_low:top_high]
set format y rate_format(rate_best)
set ylabel fitting('throughput (items/s)', 'items/s', panel) offset 0.3, 0
strip = 0.05 * rate_best
bar(windows) = curve_low + 0.9 * strip * windows / windows_max
plot csv every ::row_first::row_last using (column('level')):(bar(column('windows'))) \
        with impulses lw 5 lc rgb grey title sprintf('windows (most: %d)', windows_max), \
     for [i = 1:bands] $band_near using (column('level')):(column('low')):(column('high')) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.18 border lc rgb blue \
        title 'curve (95 %)', \
     for [i = 1:models] $model using (column('level')):(column('model')) \
        with lines lw 2 lc rgb orange title model_text, \
     csv every ::row_first::row_last using (column('level')):(column('throughput_per_s')): \
        (column('throughput_ci_low_per_s')):(column('throughput_ci_high_per_s')) \
        with yerrorbars lw 1.5 pt 7 ps 0.7 lc rgb blue title 'measured'
unset output
