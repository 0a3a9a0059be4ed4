#!/usr/bin/env bash
# Installs what is missing, builds ratbench and ratbench-worker, runs an experiment and prints its table.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
source "$ratbench_root/setup/packages.sh"
source "$ratbench_root/setup/libtorch.sh"
source "$ratbench_root/setup/minilm.sh"
source "$ratbench_root/setup/build.sh"

usage() {
  cat <<'TEXT'
bash run.sh [OPTIONS] [EXPERIMENT [ARGUMENTS OF ratbench run...]]

Installs what is missing, builds build/release/ratbench and build/release/ratbench-worker, runs EXPERIMENT
and prints its table and where the report lies. By default that is experiments/demo_minilm.json, or
experiments/demo.json where MiniLM could not be fetched.

  --build-only      stop after the build
  --cuda            build the worker with CUDA (a GPU is not needed for the build)
  --libtorch WHERE  use the LibTorch in a folder, or the one of the active Python (WHERE = python)
  --no-install      leave the distribution's packages alone; CMAKE_PREFIX_PATH says where libraries are
  --clean           remove build/ and the downloaded LibTorch and MiniLM, then end
  --help            this text

Environment: RATBENCH_CACHE (downloads, by default ~/.cache/ratbench), RATBENCH_DATA (corpora, docs/data.md).
TEXT
}

build_only=no variant=cpu no_install=no libtorch=${RATBENCH_LIBTORCH:-}
while [[ $# -gt 0 ]]; do
  case $1 in
    --build-only) build_only=yes ;;
    --cuda) variant=cuda ;;
    --no-install) no_install=yes ;;
    --libtorch)
      [[ $# -ge 2 ]] || fail "$kExitUsage" "--libtorch needs a folder or the word python."
      libtorch=$2
      shift
      ;;
    --clean)
      clean
      exit 0
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) fail "$kExitUsage" "unknown option $1; see bash run.sh --help." ;;
    *) break ;;
  esac
  shift
done
experiment=${1:-}
[[ $# -gt 0 ]] && shift
[[ -z $experiment || -f $experiment ]] || fail "$kExitUsage" "$experiment: no such experiment file."
[[ -z $experiment ]] || experiment=$(realpath "$experiment")

require_platform
[[ $no_install == yes ]] || install_packages "$ratbench_root/setup/packages.txt"
provide_libtorch "$variant" "$libtorch" "$no_install"
default_experiment=$ratbench_root/experiments/demo.json
fetch_minilm && default_experiment=$ratbench_root/experiments/demo_minilm.json
options=("-DRATBENCH_LIBTORCH=$libtorch_dir" "-DRATBENCH_CUDA=$([[ $variant == cuda ]] && echo ON || echo OFF)")
[[ $no_install == yes ]] && options+=(-DRATBENCH_TESTS=OFF) # a cluster may lack GoogleTest
build_preset release "ratbench ratbench-worker" "${options[@]}"
[[ $build_only == yes ]] && exit 0

program=$ratbench_root/build/release/ratbench
# Of the arguments of `ratbench run`, those that `ratbench report` needs to find the same sweep.
shared=()
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
  case ${arguments[i]} in
    --db | --set | --seeds) shared+=("${arguments[i]}" "${arguments[i + 1]:-}") ;;
    --db=* | --set=* | --seeds=*) shared+=("${arguments[i]}") ;;
  esac
done

if [[ -z $experiment ]]; then
  experiment=$default_experiment
  say "no experiment is named: taking $experiment"
fi
cd "$ratbench_root"
say "running $experiment"
status=0
"$program" run "$experiment" "${arguments[@]}" >>"$ratbench_log" || status=$?
# A failed run leaves its cell incomplete; the others are still worth a table.
[[ $status -le 1 ]] || exit "$status"
say "writing the report"
"$program" report "$experiment" "${shared[@]}"
exit "$status"
