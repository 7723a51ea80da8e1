# All workloads as a share of their best on one axis. What stands above this line is this chart's
# own; a workload's rows of the CSV file are row_first to row_last, counted from 0. To draw it again: gnuplot NAME.gp beside the CSV file.
set terminal svg size 960,600 dynamic noenhanced font 'Helvetica,Arial,sans-serif,14' \
    background rgb 'white'
set output name.'.svg'
set encoding utf8
set datafile separator comma
set datafile columnheaders

# Okabe and Ito's colours, told apart by the colour-blind; dashes and points do the same in print.
array color[8] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#000000', '#E69F00', '#56B4E9', '#999999']
array point[8] = [7, 5, 9, 13, 11, 4, 6, 8]

set border lc rgb '#888888'
set tics textcolor rgb '#333333' nomirror out
set lmargin at screen 0.085
set rmargin at screen 0.965
set tmargin at screen 0.885
set bmargin at screen 0.235
set logscale x 2
set xrange [x_low:x_high]
set yrange [0:112]
set format x '%.0f'
set ytics 0, 25, 100 format '%.0f %%'
set grid ytics lt 1 lc rgb '#E6E6E6'
set ylabel 'throughput, of the best' offset 0.5, 0
set xlabel 'items at once (logarithmic)'
set key at screen 0.5, 0.03 center bottom horizontal Left reverse maxcols 4 samplen 4 spacing 1.1
set label 1000 title_text at screen 0.5, 0.95 center font ',19'
plot for [i = 1:|label_text|] csv every ::row_first[i]::row_last[i] \
        using (column('level')):(100 * column('throughput_per_s') / best_per_s[i]) \
        with linespoints lw 2.5 dt i pt point[(i - 1) % 8 + 1] ps 0.6 lc rgb color[(i - 1) % 8 + 1] \
        title label_text[i], \
     for [i = 1:|label_text|] for [edge = 0:1] '+' \
        using (use_level[i]):(use_percent[i]) every ::::0 with points \
        pt point[(i - 1) % 8 + 1] ps (edge ? 2 : 2.5) \
        lc rgb (edge ? color[(i - 1) % 8 + 1] : '#FFFFFF') notitle
unset output
