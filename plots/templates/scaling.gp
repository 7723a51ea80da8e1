# Throughput beside what it would be if every item ran as fast as alone, and beside the model: lines
# are computed, points with their intervals are measured. The pale band is where the sweep holds the
# curve to be.
set logscale y
set yrange [rate_low:rate_high]
eval rate_ticks
set format y rate_format(rate_high)
set ylabel fitting('throughput (items/s, logarithmic)', 'items/s (log.)', panel) offset 0.3, 0
# gnuplot fills wrong areas if a corner lies outside of the panel.
inside(x) = x < rate_low ? rate_low : x > rate_high ? rate_high : x
plot for [i = 1:bands] $band using (column('level')):(inside(column('low'))):(inside(column('high'))) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.18 border lc rgb blue title 'curve (95 %)', \
     ideal_per_s * x with lines lw 1.5 dt 2 lc rgb grey title ideal_text, \
     for [i = 1:bounds] (ideal_per_s * x < bound_per_s ? NaN : bound_per_s) \
        with lines lw 1.5 dt 3 lc rgb green title 'CPUs full', \
     for [i = 1:models] $model using (column('level')):(inside(column('low'))):(inside(column('high'))) \
        with filledcurves lc rgb orange fillstyle transparent solid 0.15 notitle, \
     for [i = 1:models] $model using (column('level')):(column('model')) \
        with lines lw 2 lc rgb orange title model_text, \
     for [i = 1:(models || bands ? 0 : 1)] csv every ::row_first::row_last \
        using (column('level')):(column('throughput_per_s')) \
        with lines lw 1 lc rgb blue notitle, \
     csv every ::row_first::row_last using (column('level')):(column('throughput_per_s')): \
        (column('throughput_ci_low_per_s')):(column('throughput_ci_high_per_s')) \
        with yerrorbars lw 1.5 pt 7 ps 0.7 lc rgb blue title 'measured'
unset output
