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
panel = height - 68 - 84 - key_px
set ytics 0, percent_step(100 * panel / 112.), 100 format '%.0f %%'
set grid ytics lt 1 lc rgb pale
set ylabel fitting('throughput, of the best', 'of best', panel) offset 0.2, 0
set xlabel 'items at once (logarithmic)'
set key at screen 0.5, screen from_bottom(14) center bottom horizontal Left reverse \
    maxcols key_columns samplen 4 spacing 1.1 font key_font
set label 1001 note_text at screen 0.5, screen from_top(54) center font ',13' textcolor rgb grey
# gnuplot looks at the plot of an empty loop, too.
nth(list, k) = k > words(list) ? 1 : int(word(list, k))
plot for [i = 1:|label_text|] csv every ::row_first[i]::row_last[i] \
        using (column('level')):(100 * column('throughput_per_s') / best_per_s[i]) \
        with linespoints lw 2.5 dt i pt point[(i - 1) % 8 + 1] ps 0.6 lc rgb color[(i - 1) % 8 + 1] \
        title label_text[i], \
     for [k = 1:words(marked)] for [edge = 0:1] '+' \
        using (use_level[nth(marked, k)]):(use_percent[nth(marked, k)]) every ::::0 with points \
        pt point[(nth(marked, k) - 1) % 8 + 1] ps (edge ? 2 : 2.5) \
        lc rgb (edge ? color[(nth(marked, k) - 1) % 8 + 1] : '#FFFFFF') notitle, \
     for [k = 1:words(ringed)] '+' \
        using (proven_level[nth(ringed, k)]):(proven_percent[nth(ringed, k)]) every ::::0 \
        with points pt 6 ps 2.2 lw 2 lc rgb '#333333' title (k == 1 ? 'coarser, but proven' : '')
unset output
