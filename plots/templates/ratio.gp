# New against base, level by level, with intervals. The strip holds the changes that are too small
# for a verdict; the dashed line is the curve as a whole.
set yrange [change_low:change_high]
set format y '%+.0f %%'
set ylabel fitting('change of throughput', 'change', panel) offset 0.3, 0
set object 900 rectangle from graph 0, first -strip to graph 1, first strip behind \
    fillcolor rgb pale fillstyle solid 0.7 noborder
set arrow 901 from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#888888' back
set clip two
plot for [i = 1:(same_count > 0)] $same using (column('x')):(column('y')):(column('low')):(column('high')) \
        with yerrorbars lw 2 pt 7 ps 0.9 lc rgb grey \
        title 'no claim', \
     for [i = 1:(slower_count > 0)] $slower using (column('x')):(column('y')):(column('low')):(column('high')) \
        with yerrorbars lw 2 pt 11 ps 1.2 lc rgb orange \
        title 'slower', \
     for [i = 1:(faster_count > 0)] $faster using (column('x')):(column('y')):(column('low')):(column('high')) \
        with yerrorbars lw 2 pt 9 ps 1.2 lc rgb green \
        title 'faster', \
     for [i = 1:whole_known] $whole using (column('x')):(column('y')) with lines lw 1.8 dt 2 lc rgb blue \
        title 'whole curve'
unset output
