# Draws performance_profile.svg, performance_profile.pdf and performance_profile.png from performance_profile.dat: gnuplot performance_profile.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set yrange [0:102]
set ylabel "seeds above (%)"
set xlabel "entity F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set terminal svg size 567,367 font "sans-serif,13" background rgb "white" noenhanced
set output "performance_profile.svg"
plot "performance_profile.dat" index 0 using 1:2 with steps lw 1.8 lc rgb "#0072B2" notitle, \
     "performance_profile.dat" index 0 using 1:2 with points pt 7 ps 0.8 lc rgb "#0072B2" title "attack none", \
     "performance_profile.dat" index 1 using 1:2 with steps lw 1.8 lc rgb "#EFA21A" notitle, \
     "performance_profile.dat" index 1 using 1:2 with points pt 5 ps 0.8 lc rgb "#EFA21A" title "attack fgm"
set terminal pdfcairo size 15.0cm,9.7cm font "Sans,10" fontscale 0.9 noenhanced
set output "performance_profile.pdf"
replot
set terminal pngcairo size 850,550 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "performance_profile.png"
replot
unset output
