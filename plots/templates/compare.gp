# Two curves of one work, each with its band, and the two knees.
set yrange [0:rate_top]
set format y rate_format(rate_top)
set ytics rate_step
set ylabel fitting('throughput (items/s)', 'items/s', panel) offset 0.3, 0
plot $base using (column('x')):(column('low')):(column('high')) \
        with filledcurves lc rgb blue fillstyle transparent solid 0.2 noborder notitle, \
     $new using (column('x')):(column('low')):(column('high')) \
        with filledcurves lc rgb orange fillstyle transparent solid 0.2 noborder notitle, \
     $base using (column('x')):(column('y')) with linespoints lw 2.2 pt 7 ps 0.6 lc rgb blue \
        title 'base', \
     $new using (column('x')):(column('y')) with linespoints lw 2.2 dt 2 pt 9 ps 0.7 lc rgb orange \
        title 'new', \
     $knee_base using (column('x')):(column('y')) with points pt 6 ps 2.2 lw 2 lc rgb blue \
        title 'limit of base', \
     $knee_new using (column('x')):(column('y')) with points pt 8 ps 2.2 lw 2 lc rgb orange \
        title 'limit of new'
unset output
