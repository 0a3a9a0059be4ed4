# Draws claim_forest.svg, claim_forest.pdf and claim_forest.png from claim_forest.dat: gnuplot claim_forest.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set yrange [2.6:-0.6]
set ytics ("both_beats_none *\nmacro-F1: both - none > +2" 0, \
  "synergy *\nmacro-F1: both - abex - rat +\nnone > 0" 1, \
  "rat_as_at\nmacro-F1: rat - at within ±1" 2) scale 0
set rmargin 15
set xrange [-9.4200:12.7200]
unset grid
set grid xtics lc rgb "#CCCCCC" lw 0.7
set xtics 5
set xlabel "points (hundredths of the metric)"
set bars 0.6
set label "supported" at graph 1.02, first 0 left
set label "undecided" at graph 1.02, first 1 left
set label "refuted" at graph 1.02, first 2 left
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 6 width 1
set tmargin 8.5
set terminal svg size 680,350 font "sans-serif,13" background rgb "white" noenhanced
set output "claim_forest.svg"
plot "claim_forest.dat" index 2 using 1:2:3:4 with vectors nohead lw 2 lc rgb "#93330B" title "threshold: the claim asks for beyond it, or between two", \
     "claim_forest.dat" index 1 using 1:2:3:4 with vectors nohead lw 5 lc rgb "#9ECAE1" title "adjusted interval (decides)", \
     "claim_forest.dat" index 0 using 1:2:3:4 with vectors nohead lw 1.6 lc rgb "black" title "95 % interval", \
     "claim_forest.dat" index 3 using 1:2 with points pt 9 ps 1.0 lw 1.8 lc rgb "#0072B2" title "supported", \
     "claim_forest.dat" index 4 using 1:2 with points pt 11 ps 1.0 lw 1.8 lc rgb "#93330B" title "refuted", \
     "claim_forest.dat" index 5 using 1:2 with points pt 7 ps 1.0 lc rgb "white" notitle, \
     "claim_forest.dat" index 5 using 1:2 with points pt 6 ps 1.0 lw 1.8 lc rgb "#000000" title "undecided"
set terminal pdfcairo size 18.0cm,9.2cm font "Sans,10" fontscale 0.9 noenhanced
set output "claim_forest.pdf"
replot
set terminal pngcairo size 1020,524 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "claim_forest.png"
replot
unset output
