# Draws heat_map.svg, heat_map.pdf and heat_map.png from heat_map.dat: gnuplot heat_map.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
unset key
unset grid
set border 0
set tics scale 0
set palette defined (0 "#F7FBFF", 0.5 "#6BAED6", 1 "#08306B")
set cbrange [76.7400:80.9810]
set cblabel "macro-F1 on the test split (%)" offset 1
set cbtics format "%.1f"
set xrange [-0.5:3.5]
set yrange [-0.5:3.5]
set xtics ("0.3" 0, "0.5" 1, "0.7" 2, "1" 3)
set ytics ("0.05" 0, "0.1" 1, "0.2" 2, "0.3" 3)
set xlabel "p_rat\nnumbers: mean ± sd over seeds"
set ylabel "epsilon"
set label "78.8\n± 3.1" at 0,0 center offset 0,0.35 front textcolor rgb "black"
set label "80.8\n± 3.9" at 1,0 center offset 0,0.35 front textcolor rgb "white"
set label "79.6\n± 1.9" at 2,0 center offset 0,0.35 front textcolor rgb "white"
set label "81.0\n± 2.8" at 3,0 center offset 0,0.35 front textcolor rgb "white"
set label "79.3\n± 2.3" at 0,1 center offset 0,0.35 front textcolor rgb "white"
set label "80.6\n± 2.1" at 1,1 center offset 0,0.35 front textcolor rgb "white"
set label "80.1\n± 3.0" at 2,1 center offset 0,0.35 front textcolor rgb "white"
set label "80.3\n± 2.7" at 3,1 center offset 0,0.35 front textcolor rgb "white"
set label "77.0\n± 2.4" at 0,2 center offset 0,0.35 front textcolor rgb "black"
set label "77.6\n± 1.4" at 1,2 center offset 0,0.35 front textcolor rgb "black"
set label "77.4\n± 3.9" at 2,2 center offset 0,0.35 front textcolor rgb "black"
set label "80.0\n± 2.8" at 3,2 center offset 0,0.35 front textcolor rgb "white"
set label "76.7\n± 3.5" at 0,3 center offset 0,0.35 front textcolor rgb "black"
set label "79.4\n± 3.3" at 1,3 center offset 0,0.35 front textcolor rgb "white"
set label "78.7\n± 2.5" at 2,3 center offset 0,0.35 front textcolor rgb "black"
set label "79.3\n± 2.7" at 3,3 center offset 0,0.35 front textcolor rgb "white"
set terminal svg size 457,336 font "sans-serif,13" background rgb "white" noenhanced
set output "heat_map.svg"
plot "heat_map.dat" using 1:2:($1-0.48):($1+0.48):($2-0.48):($2+0.48):3 with boxxyerror fillstyle solid 1.0 noborder fillcolor palette z
set terminal pdfcairo size 12.1cm,8.9cm font "Sans,10" fontscale 0.9 noenhanced
set output "heat_map.pdf"
replot
set terminal pngcairo size 686,505 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "heat_map.png"
replot
unset output
