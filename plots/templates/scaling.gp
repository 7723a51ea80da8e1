# Throughput beside what it would be if every item ran as fast as alone, and beside the model.
set logscale y
set yrange [rate_low:rate_high]
eval rate_ticks
set format y (rate_high < 20 ? '%.3g' : rate_high < 1e5 ? '%.0f' : '%.0s%c')
set ylabel 'throughput (items/s, logarithmic)' offset 0.3, 0
plot ideal_per_s * x with lines lw 1.5 dt 2 lc rgb grey title ideal_text, \
     for [i = 1:bounds] (ideal_per_s * x < bound_per_s ? NaN : bound_per_s) \
        with lines lw 1.5 dt 3 lc rgb green title 'CPUs full', \
     for [i = 1:models] $model using (column('level')):(column('low')):(column('high')) \
        with filledcurves lc rgb orange fillstyle transparent solid 0.15 notitle, \
     for [i = 1:models] $model using (column('level')):(column('model')) \
        with lines lw 1.8 dt 5 lc rgb orange title model_text, \
     csv every ::row_first::row_last using (column('level')): \
        (column('throughput_ci_low_per_s')):(column('throughput_ci_high_per_s')) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.25 title 'interval', \
     csv every ::row_first::row_last using (column('level')):(column('throughput_per_s')) \
        with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue title 'measured'
unset output
