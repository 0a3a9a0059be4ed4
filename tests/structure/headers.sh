#!/usr/bin/env bash
# Compiles every header alone: bash headers.sh COMPILER ROOT LIBTORCH [FOLDER...]. Prints the headers that fail.
set -u
compiler=$1 root=$2 libtorch=$3
cd "$root" || exit 1
check() {
  printf '#include "%s"\n' "$2" |
    "$1" -std=c++20 -fsyntax-only -Wall -Wextra -I . -isystem "$3/include" \
      -isystem "$3/include/torch/csrc/api/include" -x c++ - || { printf 'failed: %s\n' "$2" && false; }
}
export -f check
git ls-files 'src/*.hpp' 'harness/*.hpp' 'reports/*.hpp' | grep . |
  xargs -P "$(nproc)" -I{} bash -c 'check "$@"' _ "$compiler" {} "$libtorch"
