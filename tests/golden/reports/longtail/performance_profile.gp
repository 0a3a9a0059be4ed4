# Draws performance_profile.svg, performance_profile.pdf and performance_profile.png from performance_profile.dat: gnuplot performance_profile.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set yrange [0:102]
set ylabel "seeds above (%)"
set xlabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 4 width 1
set tmargin 6.0
set terminal svg size 567,412 font "sans-serif,13" background rgb "white" noenhanced
set output "performance_profile.svg"
plot "performance_profile.dat" index 0 using 1:2 with steps lw 1.8 lc rgb "#0072B2" notitle, \
     "performance_profile.dat" index 0 using 1:2 with points pt 7 ps 0.8 lc rgb "#0072B2" title "loss ce, p_rat 0", \
     "performance_profile.dat" index 1 using 1:2 with steps lw 1.8 lc rgb "#EFA21A" notitle, \
     "performance_profile.dat" index 1 using 1:2 with points pt 5 ps 0.8 lc rgb "#EFA21A" title "loss ce, p_rat 1", \
     "performance_profile.dat" index 2 using 1:2 with steps lw 1.8 lc rgb "#2A1260" notitle, \
     "performance_profile.dat" index 2 using 1:2 with points pt 9 ps 0.8 lc rgb "#2A1260" title "loss ldam, p_rat 0", \
     "performance_profile.dat" index 3 using 1:2 with steps lw 1.8 lc rgb "#2BA584" notitle, \
     "performance_profile.dat" index 3 using 1:2 with points pt 13 ps 0.8 lc rgb "#2BA584" title "loss ldam, p_rat 1"
set terminal pdfcairo size 15.0cm,10.9cm font "Sans,10" fontscale 0.9 noenhanced
set output "performance_profile.pdf"
replot
set terminal pngcairo size 850,618 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "performance_profile.png"
replot
unset output
