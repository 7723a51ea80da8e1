# All workloads as a share of their best on one axis. A workload's rows of the CSV file are row_first
# to row_last, counted from 0.
array color[8] = [blue, orange, green, purple, '#000000', amber, '#56B4E9', '#999999']
array point[8] = [7, 5, 9, 13, 11, 4, 6, 8]

set lmargin at screen from_left(left)
set rmargin at screen from_right(right)
set tmargin at screen from_top(68)
set bmargin at screen from_bottom(84 + key_px)
set xrange [x_low:x_high]
set yrange [0:112]
set ytics 0, 25, 100 format '%.0f %%'
set grid ytics lt 1 lc rgb pale
set ylabel 'throughput, of the best' offset 1, 0
set xlabel 'items at once (logarithmic)'
set key at screen 0.5, screen from_bottom(14) center bottom horizontal Left reverse \
    maxcols key_columns samplen 4 spacing 1.1
marked(i) = use_percent[i] < 0 ? NaN : use_percent[i]
plot for [i = 1:|label_text|] csv every ::row_first[i]::row_last[i] \
        using (column('level')):(100 * column('throughput_per_s') / best_per_s[i]) \
        with linespoints lw 2.5 dt i pt point[(i - 1) % 8 + 1] ps 0.6 lc rgb color[(i - 1) % 8 + 1] \
        title label_text[i], \
     for [i = 1:|label_text|] for [edge = 0:1] '+' \
        using (use_level[i]):(marked(i)) every ::::0 with points \
        pt point[(i - 1) % 8 + 1] ps (edge ? 2 : 2.5) \
        lc rgb (edge ? color[(i - 1) % 8 + 1] : '#FFFFFF') notitle
unset output
