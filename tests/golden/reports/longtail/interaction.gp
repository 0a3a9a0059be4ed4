# Draws interaction.svg, interaction.pdf and interaction.png from interaction.dat: gnuplot interaction.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set xrange [-0.35:1.35]
set offsets 0, 0, graph 0.06, graph 0.06
set xtics ("ce" 0, "ldam" 1)
set xlabel "loss\nwhiskers: 95 % t interval (seeds only)"
set ylabel "macro-F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set terminal svg size 491,359 font "sans-serif,13" background rgb "white" noenhanced
set output "interaction.svg"
plot "interaction.dat" index 0 using 1:2 with linespoints lc rgb "#0072B2" dt 1 lw 2 pt 7 ps 0.9 title "p_rat 0", \
     "interaction.dat" index 0 using 1:2:3:4 with yerrorbars lc rgb "#0072B2" lw 1.5 pt 7 ps 0.9 notitle, \
     "interaction.dat" index 2 using 1:2 with linespoints lc rgb "#EFA21A" dt 2 lw 2 pt 5 ps 0.9 title "p_rat 1", \
     "interaction.dat" index 2 using 1:2:3:4 with yerrorbars lc rgb "#EFA21A" lw 1.5 pt 5 ps 0.9 notitle, \
     "interaction.dat" index 3 using 1:2 with points lc rgb "#EFA21A" lw 1.5 pt 4 ps 1.2 title "p_rat 1, paper"
set terminal pdfcairo size 13.0cm,9.5cm font "Sans,10" fontscale 0.9 noenhanced
set output "interaction.pdf"
replot
set terminal pngcairo size 737,539 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "interaction.png"
replot
unset output
