# What the expert charts have in common. The workload's rows of the CSV file are row_first to
# row_last, counted from 0.
set grid ytics lt 1 lc rgb pale
set lmargin at screen from_left(left)
set rmargin at screen from_right(right)
set tmargin at screen from_top(top)
set bmargin at screen from_bottom(bottom)
set key at screen 0.5, screen from_bottom(12) center bottom horizontal Left reverse samplen 3 \
    spacing 1.1 width 0 maxrows 2 font key_font
panel = height - top - bottom
set xrange [x_low:x_high]
set xlabel 'items at once (logarithmic)' offset 0, 0.3
set samples 400
