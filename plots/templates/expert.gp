# What the expert charts have in common. What stands above this line is this chart's own; the
# workload's rows of the CSV file are row_first to row_last, counted from 0. To draw it again:
# gnuplot NAME.gp beside that file.
set terminal svg size 960,540 dynamic noenhanced font 'Helvetica,Arial,sans-serif,14' \
    background rgb 'white'
set output name.'.svg'
set encoding utf8
set datafile separator comma
set datafile columnheaders

# Okabe and Ito's colours, told apart by the colour-blind; dashes, points and greys do it in print.
blue = '#0072B2'
orange = '#D55E00'
green = '#009E73'
purple = '#CC79A7'
grey = '#666666'

set border lc rgb '#888888'
set tics textcolor rgb '#333333' nomirror out
set grid ytics lt 1 lc rgb '#E6E6E6'
set lmargin at screen 0.105
set rmargin at screen 0.965
set tmargin at screen 0.88
set bmargin at screen 0.215
set label 1000 title_text at screen 0.5, 0.945 center font ',19'
set key at screen 0.5, 0.02 center bottom horizontal Left reverse samplen 4 spacing 1.1 maxrows 1
set logscale x 2
set xrange [x_low:x_high]
set format x '%.0f'
set xlabel 'items at once (logarithmic)' offset 0, 0.3
set samples 400
