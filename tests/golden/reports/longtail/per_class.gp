# Draws per_class.svg, per_class.pdf and per_class.png from per_class.dat: gnuplot per_class.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set xrange [0:100]
set yrange [6.55:-0.55]
set ytics ("Addiction\n51 test rows" 0, \
  "Diabetes\n41 test rows" 1, \
  "Child Health\n11 test rows" 2, \
  "Dentistry\n† 9 test rows" 3, \
  "Dental Diseases\n† 9 test rows" 4, \
  "Vascular Surgery\n† 2 test rows" 5, \
  "Biochemistry\n† 1 test row" 6) scale 0
unset grid
set grid xtics lc rgb "#CCCCCC" lw 0.7
set xlabel "recall on the test split (%)\nwhiskers: 95 % t interval (seeds only)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set terminal svg size 643,577 font "sans-serif,13" background rgb "white" noenhanced
set output "per_class.svg"
plot "per_class.dat" index 0 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#0072B2" fillstyle solid 1.0 border lc rgb "black" title "loss ce, p_rat 0", \
     "per_class.dat" index 1 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#0072B2" fillstyle transparent solid 0.35 border lc rgb "black" notitle, \
     for [b=0:1] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 3 lc rgb "white" notitle, \
     for [b=0:1] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 1.2 lc rgb "#333333" notitle, \
     "per_class.dat" index 2 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#EFA21A" fillstyle solid 1.0 border lc rgb "black" title "loss ce, p_rat 1", \
     "per_class.dat" index 3 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#EFA21A" fillstyle transparent solid 0.35 border lc rgb "black" notitle, \
     for [b=2:3] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 3 lc rgb "white" notitle, \
     for [b=2:3] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 1.2 lc rgb "#333333" notitle, \
     "per_class.dat" index 4 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#2A1260" fillstyle solid 1.0 border lc rgb "black" title "loss ldam, p_rat 0", \
     "per_class.dat" index 5 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#2A1260" fillstyle transparent solid 0.35 border lc rgb "black" notitle, \
     for [b=4:5] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 3 lc rgb "white" notitle, \
     for [b=4:5] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 1.2 lc rgb "#333333" notitle, \
     "per_class.dat" index 6 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#2BA584" fillstyle solid 1.0 border lc rgb "black" title "loss ldam, p_rat 1", \
     "per_class.dat" index 7 using ($3/2):1:(0):3:($1-$2):($1+$2) with boxxyerror lc rgb "black" lw 0.5 fillcolor rgb "#2BA584" fillstyle transparent solid 0.35 border lc rgb "black" notitle, \
     for [b=6:7] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 3 lc rgb "white" notitle, \
     for [b=6:7] "per_class.dat" index b using 3:1:4:5 with xerrorbars pt 0 ps 0 lw 1.2 lc rgb "#333333" notitle
set terminal pdfcairo size 17.0cm,15.3cm font "Sans,10" fontscale 0.9 noenhanced
set output "per_class.pdf"
replot
set terminal pngcairo size 964,865 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "per_class.png"
replot
unset output
