#!/usr/bin/env bash
# The set-up refuses what it can not do, says why and ends with the documented status. Nothing is installed or
# fetched here: programs that would are replaced by ones that fail. Arguments: the root of the sources.
set -u
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fake=$scratch/bin
mkdir "$fake"
failed=0

# fake_program NAME BODY: puts a program in front of the real one.
fake_program() {
  printf '#!/bin/sh\n%s\n' "$2" >"$fake/$1"
  chmod +x "$fake/$1"
}

# expect STATUS TEXT SCRIPT ARGUMENT...: the script ends so and says so.
expect() {
  local status=$1 text=$2 got
  shift 2
  got=$(cd "$scratch" && PATH=$fake:$PATH RATBENCH_CACHE=$scratch/cache RATBENCH_LIBTORCH='' CMAKE_PREFIX_PATH='' \
    bash "$root/$1" "${@:2}" 2>&1 </dev/null)
  local actual=$?
  if [[ $actual != "$status" || $got != *"$text"* ]]; then
    printf 'failed: %s: status %d instead of %d, or "%s" not in:\n%s\n' "$*" "$actual" "$status" "$text" "$got"
    failed=1
  fi
}

fake_program apt-get 'echo "apt-get was called" >&2; exit 1'
fake_program sudo 'exit 1'
fake_program curl 'exit 1'

expect 0 "build-only" run.sh --help
expect 0 "--long" test.sh --help
expect 2 "unknown option --bogus" run.sh --bogus
expect 2 "unknown option --bogus" test.sh --bogus
expect 2 "needs a folder" run.sh --libtorch
expect 2 "no such experiment file" run.sh "$scratch/missing.json"
expect 4 "no LibTorch in $scratch/empty" run.sh --no-install --build-only --libtorch "$scratch/empty"

fake_program uname 'if [ "$1" = -s ]; then echo Darwin; else echo arm64; fi'
expect 4 "Linux x86-64 only; this is Darwin arm64" run.sh --build-only
rm "$fake/uname"

# Neither root nor sudo: the names are listed, with the way out, and apt is left alone.
fake_program dpkg-query 'exit 1'
fake_program id 'echo 1000'
expect 4 "nlohmann-json3-dev" run.sh --build-only
expect 4 "--no-install" run.sh --build-only

# As root, a failing apt is told with its own words.
fake_program id 'echo 0'
expect 4 "apt-get was called" run.sh --build-only
rm "$fake/dpkg-query" "$fake/id"

# A LibTorch that is too old.
mkdir -p "$scratch/old/lib" "$scratch/old/include/ATen" "$scratch/old/include/torch/headeronly"
touch "$scratch/old/lib/libtorch_cpu.so" "$scratch/old/include/ATen/ATen.h"
printf '#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 9\n' \
  >"$scratch/old/include/torch/headeronly/version.h"
expect 4 "is 2.9; 2.11 or newer is needed" run.sh --no-install --build-only --libtorch "$scratch/old"

# A download that does not come: an error, and nothing that looks like a finished LibTorch.
fake_program python3 'echo "no network" >&2; exit 1'
expect 4 "no network" run.sh --no-install --build-only
if compgen -G "$scratch/cache/libtorch-*" >/dev/null || compgen -G "$scratch/cache/.unpack.*" >/dev/null; then
  printf 'failed: the aborted download left something behind\n'
  failed=1
fi

# MiniLM can not be had: the set-up says so and goes on, and nothing looks like a finished model.
got=$(PATH=$fake:$PATH RATBENCH_CACHE=$scratch/cache bash -c "set -euo pipefail
source '$root/setup/common.sh'
source '$root/setup/minilm.sh'
ratbench_log=$scratch/setup.log
fetch_minilm || echo 'went on'" 2>&1 </dev/null)
if [[ $got != *"going on without MiniLM"*"went on"* ]] || compgen -G "$scratch/cache/minilm-*" >/dev/null ||
  compgen -G "$scratch/cache/.unpack.*" >/dev/null; then
  printf 'failed: a set-up without MiniLM: %s\n' "$got"
  failed=1
fi

exit "$failed"
