# Draws learning_curves.svg, learning_curves.pdf and learning_curves.png from learning_curves.dat: gnuplot learning_curves.gp
set encoding utf8
set border 3 lw 1
set tics nomirror out
set grid ytics lc rgb "#CCCCCC" lw 0.7
unset key
set xrange [0.4:3.6]
set xtics 1
set boxwidth 0.8
set style fill solid 1.0 noborder
set terminal svg size 643,680 font "sans-serif,13" background rgb "white" noenhanced
set output "learning_curves.svg"
set multiplot
set label "mean over seeds ± sd (band); thin: without attack; bars: share of attacked batches" at screen 0.5, screen 0.9750 center
set label "dots: batches of one run, orange attacked, blue not" at screen 0.5, screen 0.9472 center
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 5 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 6 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 0 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 0 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
plot "learning_curves.dat" index 0 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 7 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 8 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 1 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 1 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 1 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 9 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 10 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 2 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 2 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 2 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 11 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 12 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 3 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 3 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 3 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.2861
set tmargin at screen 0.4250
set title "attack none" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 13 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 14 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.1361
set tmargin at screen 0.2750
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.0806
set tmargin at screen 0.1111
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 4 using 1:8 with boxes lc rgb "#333333" notitle
unset multiplot
set terminal pdfcairo size 17.0cm,18.0cm font "Sans,10" fontscale 0.9 noenhanced
set output "learning_curves.pdf"
set multiplot
set label "mean over seeds ± sd (band); thin: without attack; bars: share of attacked batches" at screen 0.5, screen 0.9750 center
set label "dots: batches of one run, orange attacked, blue not" at screen 0.5, screen 0.9472 center
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 5 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 6 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 0 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 0 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
plot "learning_curves.dat" index 0 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 7 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 8 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 1 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 1 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 1 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 9 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 10 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 2 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 2 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 2 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 11 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 12 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 3 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 3 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 3 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.2861
set tmargin at screen 0.4250
set title "attack none" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 13 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 14 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.1361
set tmargin at screen 0.2750
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.0806
set tmargin at screen 0.1111
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 4 using 1:8 with boxes lc rgb "#333333" notitle
unset multiplot
set terminal pngcairo size 964,1020 font "Sans,15" linewidth 2 pointscale 2 noenhanced
set output "learning_curves.png"
set multiplot
set label "mean over seeds ± sd (band); thin: without attack; bars: share of attacked batches" at screen 0.5, screen 0.9750 center
set label "dots: batches of one run, orange attacked, blue not" at screen 0.5, screen 0.9472 center
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 5 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 6 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 0 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 0 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 0 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
plot "learning_curves.dat" index 0 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack random,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 7 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 8 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 1 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 1 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 1 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.3441
set rmargin at screen 0.5382
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 1 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 0.5" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 9 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 10 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 2 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 2 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 2 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.5588
set rmargin at screen 0.7529
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 2 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.7083
set tmargin at screen 0.8472
set title "attack fgm,\np_rat 1" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 11 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 12 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 3 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5583
set tmargin at screen 0.6972
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y ""
unset ylabel
plot "learning_curves.dat" index 3 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#444444" lw 0.9 notitle, "learning_curves.dat" index 3 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.7735
set rmargin at screen 0.9676
set bmargin at screen 0.5028
set tmargin at screen 0.5333
unset ylabel
set yrange [0:100]
set ytics ("" 0, "" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 3 using 1:8 with boxes lc rgb "#333333" notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.2861
set tmargin at screen 0.4250
set title "attack none" offset 0,-0.5
set xtics format ""
unset xlabel
unset logscale y
set yrange [0:1.545]
set ytics 0.4
set format y "%g"
set ylabel "training\nloss" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($3<0?0:$3):4 with filledcurves lc rgb "#000000" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 13 using 1:2 with points pt 7 ps 0.17 lc rgb "#56B4E9" notitle, "learning_curves.dat" index 14 using 1:2 with points pt 7 ps 0.17 lc rgb "#D55E00" notitle, "learning_curves.dat" index 4 using 1:2 with lines lc rgb "#000000" lw 2.2 notitle
unset title
unset label
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.1361
set tmargin at screen 0.2750
unset logscale y
set yrange [59.586:83.099]
set ytics 10
set format y "%g"
set ylabel "validation\nmacro-F1 (%)" offset -0.8,0
plot "learning_curves.dat" index 4 using 1:($6<59.586?59.586:$6):7 with filledcurves lc rgb "#0072B2" fillstyle transparent solid 0.25 noborder notitle, "learning_curves.dat" index 4 using 1:5 with lines lc rgb "#0072B2" lw 2.2 notitle
set lmargin at screen 0.1294
set rmargin at screen 0.3235
set bmargin at screen 0.0806
set tmargin at screen 0.1111
unset ylabel
set yrange [0:100]
set ytics ("0 %%" 0, "100 %%" 100)
set xtics format "%g"
set xlabel "epoch" offset 0,0.5
plot "learning_curves.dat" index 4 using 1:8 with boxes lc rgb "#333333" notitle
unset multiplot
unset output
