# Throughput beside what it would be if every item ran as fast as alone, and beside the model that
# was fitted, with its 95 % band.
set logscale y
set yrange [rate_low:rate_high]
eval rate_ticks
set format y (rate_high < 20 ? '%.3g' : rate_high < 1e5 ? '%.0f' : '%.0s%c')
set ylabel 'throughput (items/s, logarithmic)' offset 0.3, 0
cost(n) = 1 + sigma * (n - 1) + kappa * n * (n - 1)
model(n) = has_model ? lambda * n / cost(n) : NaN
d0(n) = n / cost(n)
d1(n) = -model(n) * (n - 1) / cost(n)
d2(n) = -model(n) * n * (n - 1) / cost(n)
variance(n) = d0(n)**2 * cov00 + d1(n)**2 * cov11 + d2(n)**2 * cov22 \
    + 2 * (d0(n) * d1(n) * cov01 + d0(n) * d2(n) * cov02 + d1(n) * d2(n) * cov12)
band(n) = student * sqrt(variance(n) > 0 ? variance(n) : 0)
lower(n) = model(n) - band(n) > rate_low ? model(n) - band(n) : rate_low
# In the corner that no curve reaches: the key holds no more than three.
set label 1002 has_model ? '-.-  '.model_text : '' at graph 0.012, 0.94 left textcolor rgb orange
plot '+' using 1:(lower($1)):(model($1) + band($1)) with filledcurves lc rgb orange \
        fillstyle transparent solid 0.15 notitle, \
     model(x) with lines lw 1.5 dt 4 lc rgb orange notitle, \
     ideal_per_s * x with lines lw 1.5 dt 2 lc rgb grey title ideal_text, \
     csv every ::row_first::row_last using (column('level')): \
        (column('throughput_ci_low_per_s')):(column('throughput_ci_high_per_s')) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.25 title 'confidence interval', \
     csv every ::row_first::row_last using (column('level')):(column('throughput_per_s')) \
        with linespoints lw 2.5 pt 7 ps 0.6 lc rgb blue title 'measured throughput'
unset output
