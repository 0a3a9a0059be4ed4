# Draws cost_front.svg, cost_front.pdf and cost_front.png from cost_front.dat: gnuplot cost_front.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set xrange [0.8900:2.2100]
set yrange [64.2500:80.7500]
set xlabel "training time relative to clean (indicative)\nwhiskers: 95 % t interval (seeds and test rows)"
set xtics 0.4 format "%g×"
set ylabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set rmargin at screen 0.61
set style textbox opaque noborder margins 0.3,0.2
set label "1" at 1.5517,71.0000 center front boxed
set label "2" at 2.0517,72.0000 center front boxed
set label "3" at 1.6517,75.0000 center front boxed
set label "4" at 2.1517,74.0000 center front boxed
set label "5" at 1.0517,70.0000 center front boxed
set label "1" at screen 0.648, screen 0.7800 right
set label "attack random, p_rat 0.5" at screen 0.66, screen 0.7800 left
set label "2" at screen 0.648, screen 0.7200 right
set label "attack random, p_rat 1" at screen 0.66, screen 0.7200 left
set label "3" at screen 0.648, screen 0.6600 right
set label "attack fgm, p_rat 0.5" at screen 0.66, screen 0.6600 left
set label "4" at screen 0.648, screen 0.6000 right
set label "attack fgm, p_rat 1" at screen 0.66, screen 0.6000 left
set label "5" at screen 0.648, screen 0.5400 right
set label "attack none" at screen 0.66, screen 0.5400 left
set terminal svg size 643,378 font "sans-serif,13" background rgb "white" noenhanced
set output "cost_front.svg"
plot "cost_front.dat" index 4 using 1:2 with lines lc rgb "#0072B2" lw 2 notitle, \
     "cost_front.dat" index 0 using 1:4:2:3:5:6 with xyerrorbars pt 7 ps 1 lw 1.3 lc rgb "#0072B2" title "on the front", \
     "cost_front.dat" index 1 using 1:4:2:3:5:6 with xyerrorbars pt 6 ps 1 lw 1.3 lc rgb "#93330B" title "dominated", \
     "cost_front.dat" index 2 using 1:4:2:3:5:6 with xyerrorbars pt 9 ps 1 lw 1.3 lc rgb "#0072B2" title "control, on the front", \
     "cost_front.dat" index 3 using 1:4:2:3:5:6 with xyerrorbars pt 8 ps 1 lw 1.3 lc rgb "#93330B" title "control, dominated"
set terminal pdfcairo size 17.0cm,10.0cm font "Sans,10" fontscale 0.9 noenhanced
set output "cost_front.pdf"
replot
set terminal pngcairo size 964,567 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "cost_front.png"
replot
unset output
