# A plan: the curve here with the measured levels, and the range of the curve there. The strip is the
# range of the limit there.
set yrange [0:rate_top]
set format y rate_format(rate_top)
set ytics rate_step
set ylabel 'throughput (items/s)' offset 0.3, 0
set object 900 rectangle from limit_low, graph 0 to limit_high, graph 1 behind \
    fillcolor rgb amber fillstyle transparent solid 0.22 noborder
set label 901 limit_text at sqrt(limit_low * limit_high), graph 0.95 center font ',14' \
    textcolor rgb '#7A5200'
plot $there using (column('x')):(column('low')):(column('high')) \
        with filledcurves lc rgb orange fillstyle transparent solid 0.2 noborder title 'there: 90 %', \
     $there using (column('x')):(column('y')) with lines lw 2 lc rgb orange \
        title 'there: median', \
     $here using (column('x')):(column('low')):(column('high')) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.2 noborder notitle, \
     $here using (column('x')):(column('y')) with lines lw 1.5 lc rgb blue \
        title 'here: model', \
     $measured using (column('x')):(column('y')) with points pt 7 ps 0.8 lc rgb blue \
        title 'here: measured'
unset output
