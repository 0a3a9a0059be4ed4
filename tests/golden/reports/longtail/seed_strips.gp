# Draws seed_strips.svg, seed_strips.pdf and seed_strips.png from seed_strips.dat: gnuplot seed_strips.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set yrange [3.6:-0.6]
set ytics ("loss ce, p_rat 0" 0, \
  "loss ce, p_rat 1" 1, \
  "loss ldam, p_rat 0" 2, \
  "loss ldam, p_rat 1" 3) scale 0
set offsets graph 0.03, graph 0.03, 0, 0
unset grid
set grid xtics lc rgb "#CCCCCC" lw 0.7
set xtics 5
set xlabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set terminal svg size 567,295 font "sans-serif,13" background rgb "white" noenhanced
set output "seed_strips.svg"
plot "seed_strips.dat" index 0 using 1:2 with points pt 7 ps 0.55 lc rgb "#0072B2" title "one seed", \
     "seed_strips.dat" index 1 using 1:4:2:3 with xerrorbars pt 13 ps 0.9 lw 1.8 lc rgb "black" title "mean, 95 % t interval", \
     "seed_strips.dat" index 2 using 1:2 with points pt 8 ps 1.2 lw 1.5 lc rgb "#93330B" title "paper"
set terminal pdfcairo size 15.0cm,7.8cm font "Sans,10" fontscale 0.9 noenhanced
set output "seed_strips.pdf"
replot
set terminal pngcairo size 850,442 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "seed_strips.png"
replot
unset output
