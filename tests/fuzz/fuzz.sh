#!/usr/bin/env bash
# Runs every fuzzer of a build for a while: bash tests/fuzz/fuzz.sh BUILD_FOLDER SECONDS [INPUTS]. Prints a line for
# each and ends with status 1 if one of them found something or there is none; the input then lies in tests/fuzz/found/.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$1 seconds=$2 inputs=${3:--1}

# seed_folders NAME: folders with first inputs of one fuzzer.
seed_folders() {
  local name folder
  [[ -d $here/found/$1 ]] && printf '%s\n' "$here/found/$1"
  while read -r name folder; do
    [[ $name == "$1" ]] || continue
    case $folder in
      fixtures/*) [[ -n ${RATBENCH_FIXTURES:-} ]] && printf '%s\n' "$RATBENCH_FIXTURES/${folder#fixtures/}" ;;
      *) printf '%s\n' "$root/$folder" ;;
    esac
  done <"$here/seeds.txt"
}

# fuzz PROGRAM: runs one fuzzer and prints its line.
fuzz() {
  local program=$1 name log verdict=passed
  name=$(basename "$program")
  log=$build/fuzz/$name.log
  mapfile -t seeds < <(seed_folders "$name")
  mkdir -p "$build/fuzz/corpus/$name" "$here/found/$name"
  "$program" -max_total_time="$seconds" -runs="$inputs" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="$here/found/$name/" "$build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1 || verdict=failed
  [[ $verdict == passed ]] || tail -n 40 "$log" >&2
  rmdir --ignore-fail-on-non-empty "$here/found/$name"
  printf '%s %s: %s inputs, %s\n' "$verdict" "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)"
  [[ $verdict == passed ]]
}

# A fuzzer keeps one core busy: as many at once as there are cores.
failed=0 running=0
programs=("$build"/fuzz/*_fuzz)
for program in "${programs[@]}"; do
  [[ -x $program ]] || continue
  if [[ $running -ge $(nproc) ]]; then
    wait -n || failed=$((failed + 1))
    running=$((running - 1))
  fi
  fuzz "$program" &
  running=$((running + 1))
done
for ((; running > 0; running--)); do wait -n || failed=$((failed + 1)); done
rmdir --ignore-fail-on-non-empty "$here/found" 2>/dev/null
[[ -x ${programs[0]} ]] || printf 'failed: no fuzzer in %s\n' "$build/fuzz"
[[ -x ${programs[0]} && $failed == 0 ]]
