# Draws cost_front.svg, cost_front.pdf and cost_front.png from cost_front.dat: gnuplot cost_front.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
set xrange [0.7100:4.1900]
set yrange [78.9313:92.3687]
set xlabel "training time relative to clean (indicative)\nwhiskers: 95 % t interval (seeds only)"
set xtics 1 format "%g×"
set ylabel "entity F1 on the test split (%)"
set key at screen 0.5, screen 0.985 center top vertical Left reverse noenhanced samplen 2.5 maxrows 2 width 1
set tmargin 3.5
set rmargin at screen 0.61
set style textbox opaque noborder margins 0.3,0.2
set label "1" at 1.1364,88.2000 center front boxed
set label "2" at 1.6364,88.5000 center front boxed
set label "3" at 2.1164,88.7117 center front boxed
set label "4" at 2.5364,88.3000 center front boxed
set label "5" at 4.0364,87.8000 center front boxed
set label "6" at 1.8136,88.0183 center front boxed
set label "7" at 1.1364,83.2000 center front boxed
set label "8" at 1.6364,83.5000 center front boxed
set label "9" at 2.1164,83.7117 center front boxed
set label "10" at 2.5881,83.3000 center front boxed
set label "11" at 4.0881,82.8000 center front boxed
set label "12" at 1.9500,82.7142 center front boxed
set label "1" at screen 0.648, screen 0.8292 right
set label "attack none" at screen 0.66, screen 0.8292 left
set label "2" at screen 0.648, screen 0.7826 right
set label "attack fgm" at screen 0.66, screen 0.7826 left
set label "3" at screen 0.648, screen 0.7360 right
set label "attack fgm, p_rat 1" at screen 0.66, screen 0.7360 left
set label "4" at screen 0.648, screen 0.6894 right
set label "attack pgd" at screen 0.66, screen 0.6894 left
set label "5" at screen 0.648, screen 0.6429 right
set label "attack pgd, p_rat 1" at screen 0.66, screen 0.6429 left
set label "6" at screen 0.648, screen 0.5963 right
set label "attack random, p_rat 1" at screen 0.66, screen 0.5963 left
set label "7" at screen 0.648, screen 0.5497 right
set label "data NCBI-disease-IOB,\nattack none" at screen 0.66, screen 0.5497 left
set label "8" at screen 0.648, screen 0.4658 right
set label "data NCBI-disease-IOB,\nattack fgm" at screen 0.66, screen 0.4658 left
set label "9" at screen 0.648, screen 0.3820 right
set label "data NCBI-disease-IOB,\nattack fgm, p_rat 1" at screen 0.66, screen 0.3820 left
set label "10" at screen 0.648, screen 0.2981 right
set label "data NCBI-disease-IOB,\nattack pgd" at screen 0.66, screen 0.2981 left
set label "11" at screen 0.648, screen 0.2143 right
set label "data NCBI-disease-IOB,\nattack pgd, p_rat 1" at screen 0.66, screen 0.2143 left
set label "12" at screen 0.648, screen 0.1304 right
set label "data NCBI-disease-IOB,\nattack random, p_rat 1" at screen 0.66, screen 0.1304 left
set terminal svg size 643,487 font "sans-serif,13" background rgb "white" noenhanced
set output "cost_front.svg"
plot "cost_front.dat" index 4 using 1:2 with lines lc rgb "#0072B2" lw 2 notitle, \
     "cost_front.dat" index 0 using 1:4:2:3:5:6 with xyerrorbars pt 7 ps 1 lw 1.3 lc rgb "#0072B2" title "on the front", \
     "cost_front.dat" index 1 using 1:4:2:3:5:6 with xyerrorbars pt 6 ps 1 lw 1.3 lc rgb "#93330B" title "dominated", \
     "cost_front.dat" index 3 using 1:4:2:3:5:6 with xyerrorbars pt 8 ps 1 lw 1.3 lc rgb "#93330B" title "control, dominated"
set terminal pdfcairo size 17.0cm,12.9cm font "Sans,10" fontscale 0.9 noenhanced
set output "cost_front.pdf"
replot
set terminal pngcairo size 964,730 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "cost_front.png"
replot
unset output
