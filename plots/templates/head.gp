# All above belongs to this chart alone. To draw it again: gnuplot NAME.gp, beside the CSV file.
# Another format: gnuplot -e "format='pdf'" NAME.gp (svg, pdf, png).
if (format eq 'pdf') {
    set terminal pdfcairo size width / 96., height / 96. noenhanced \
        font 'Helvetica,14' fontscale 0.58 linewidth 0.75 background rgb 'white'
} else { if (format eq 'png') {
    set terminal pngcairo size width, height noenhanced font 'Helvetica,14' fontscale 0.75 \
        background rgb 'white'
} else {
    set terminal svg size width, height dynamic noenhanced font 'Helvetica,Arial,sans-serif,14' \
        background rgb 'white'
} }
if (!exists('to_stdout')) { set output name.'.'.format }
set encoding utf8
set datafile separator comma
set datafile columnheaders
# A level without a value is left out: the line goes on to the next one.
set datafile missing NaN

# Okabe and Ito's colours, which the colour-blind can tell apart; dashes and points do so in print.
blue = '#0072B2'
orange = '#D55E00'
green = '#009E73'
purple = '#CC79A7'
amber = '#E69F00'
grey = '#666666'
pale = '#E6E6E6'
# Margins in pixels, so that words keep their room in a picture of any size.
from_left(px) = real(px) / width
from_right(px) = 1 - real(px) / width
from_top(px) = 1 - real(px) / height
from_bottom(px) = real(px) / height
# The label of an axis, or a shorter one if the axis is too short for it; and the step of percent on
# an axis, by the px from 0 to 100 %.
fitting(long, short, px) = 7.6 * strlen(long) < px ? long : short
percent_step(px) = px < 45 ? 100 : px < 90 ? 50 : 25
# Items per second, for an axis that ends at x.
rate_format(x) = x < 20 ? '%.3g' : x < 1e5 ? '%.0f' : x < 1e6 ? '%.0s%c' : '%.1s%c'

key_font = width < 560 ? ',11' : ',14'
set border lc rgb '#888888'
set tics textcolor rgb '#333333' nomirror out
set label 1000 title_text at screen 0.5, screen from_top(32) center font sprintf(',%d', title_size)
set logscale x 2
set format x '%.0f'
