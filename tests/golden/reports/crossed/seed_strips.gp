# Draws seed_strips.svg, seed_strips.pdf and seed_strips.png from seed_strips.dat: gnuplot seed_strips.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set yrange [15.6:-0.6]
set ytics ("epsilon 0.05, p_rat 0.3" 0, \
  "epsilon 0.05, p_rat 0.5" 1, \
  "epsilon 0.05, p_rat 0.7" 2, \
  "epsilon 0.05, p_rat 1" 3, \
  "epsilon 0.1, p_rat 0.3" 4, \
  "epsilon 0.1, p_rat 0.5" 5, \
  "epsilon 0.1, p_rat 0.7" 6, \
  "epsilon 0.1, p_rat 1" 7, \
  "epsilon 0.2, p_rat 0.3" 8, \
  "epsilon 0.2, p_rat 0.5" 9, \
  "epsilon 0.2, p_rat 0.7" 10, \
  "epsilon 0.2, p_rat 1" 11, \
  "epsilon 0.3, p_rat 0.3" 12, \
  "epsilon 0.3, p_rat 0.5" 13, \
  "epsilon 0.3, p_rat 0.7" 14, \
  "epsilon 0.3, p_rat 1" 15) scale 0
set offsets graph 0.03, graph 0.03, 0, 0
unset grid
set grid xtics lc rgb "#CCCCCC" lw 0.7
set xtics 5
set xlabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set terminal svg size 567,862 font "sans-serif,13" background rgb "white" noenhanced
set output "seed_strips.svg"
plot "seed_strips.dat" index 0 using 1:2 with points pt 7 ps 0.55 lc rgb "#0072B2" title "one seed", \
     "seed_strips.dat" index 1 using 1:4:2:3 with xerrorbars pt 13 ps 0.9 lw 1.8 lc rgb "black" title "mean, 95 % t interval", \
     "seed_strips.dat" index 2 using 1:2 with points pt 8 ps 1.2 lw 1.5 lc rgb "#93330B" title "paper"
set terminal pdfcairo size 15.0cm,22.8cm font "Sans,10" fontscale 0.9 noenhanced
set output "seed_strips.pdf"
replot
set terminal pngcairo size 850,1293 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "seed_strips.png"
replot
unset output
