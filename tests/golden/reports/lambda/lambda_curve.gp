# Draws lambda_curve.svg, lambda_curve.pdf and lambda_curve.png from lambda_curve.dat: gnuplot lambda_curve.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set xrange [-0.8:20.8]
set offsets 0, 0, graph 0.06, graph 0.06
set xtics ("0" 0, "1" 1, "2" 2, "3" 3, "5" 5, "10" 10, "20" 20)
set xlabel "lambda\nwhiskers and band: 95 % t interval (seeds only)"
set ylabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 1 width 1
set tmargin 2.2
set terminal svg size 567,359 font "sans-serif,13" background rgb "white" noenhanced
set output "lambda_curve.svg"
plot "lambda_curve.dat" index 0 using 1:3:4 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.15 notitle, \
     "lambda_curve.dat" index 0 using 1:2 with linespoints lc rgb "#0072B2" dt 1 lw 2 pt 7 ps 0.8 title "ours", \
     "lambda_curve.dat" index 0 using 1:2:3:4 with yerrorbars lc rgb "#0072B2" lw 1.5 pt 7 ps 0.8 notitle, \
     "lambda_curve.dat" index 1 using 1:2 with points lc rgb "#0072B2" lw 1.5 pt 6 ps 1.2 title "paper"
set terminal pdfcairo size 15.0cm,9.5cm font "Sans,10" fontscale 0.9 noenhanced
set output "lambda_curve.pdf"
replot
set terminal pngcairo size 850,539 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "lambda_curve.png"
replot
unset output
