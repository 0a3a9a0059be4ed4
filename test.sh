#!/usr/bin/env bash
# Installs what is missing, builds everything and passes all tests; ends with "N passed, N failed, N skipped".
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"
source "$ratbench_root/setup/packages.sh"
source "$ratbench_root/setup/libtorch.sh"
source "$ratbench_root/setup/minilm.sh"
source "$ratbench_root/setup/build.sh"

usage() {
  cat <<'TEXT'
bash test.sh [OPTIONS]

Installs what is missing, builds everything, runs all tests as they are and under sanitizers, fuzzes for a short
while and checks the format. Ends with "N passed, N failed, N skipped"; nonzero if anything failed.

  --long            100 kills instead of 10, ten minutes for each fuzzer, every header compiled alone, 200 planted
                    slow-downs; takes over an hour, on a machine that does nothing else
  --quick           the tests of the release build only
  --cuda            build with CUDA; on a machine with a GPU the tests that need one then run
  --libtorch WHERE  use the LibTorch in a folder, or the one of the active Python (WHERE = python)
  --no-install      leave the distribution's packages alone
  --help            this text

Environment: RATBENCH_DATA (corpora, docs/data.md) and RATBENCH_FIXTURES (reference numbers). Tests that need one of
them are skipped when it is not set; when both are set, a skipped test is a failure.
TEXT
}

long=no quick=no variant=cpu no_install=no libtorch=${RATBENCH_LIBTORCH:-}
while [[ $# -gt 0 ]]; do
  case $1 in
    --long) long=yes ;;
    --quick) quick=yes ;;
    --cuda) variant=cuda ;;
    --no-install) no_install=yes ;;
    --libtorch)
      [[ $# -ge 2 ]] || fail "$kExitUsage" "--libtorch needs a folder or the word python."
      libtorch=$2
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) fail "$kExitUsage" "unknown option $1; see bash test.sh --help." ;;
  esac
  shift
done

results=$ratbench_root/build/test-results
checks_failed=0 checks_passed=0
cd "$ratbench_root" || exit 1

# check NAME COMMAND...: one step outside ctest, counted as one case.
check() {
  local name=$1 start=$SECONDS
  shift
  say "$name"
  if "$@" >&2; then
    checks_passed=$((checks_passed + 1))
    say "$name: passed in $((SECONDS - start)) s"
  else
    printf 'failed: %s\n' "$name" >&2
    checks_failed=$((checks_failed + 1))
  fi
}

# ctest_preset PRESET CTEST_OPTION...: runs the tests of a built preset and keeps every case's outcome.
ctest_preset() {
  local preset=$1 out=$results/$1
  shift
  say "testing (preset $preset)"
  mkdir -p "$out/cases"
  ctest --preset "$preset" "$@" --show-only=json-v1 >"$out/tests.json"
  GTEST_OUTPUT="xml:$out/cases/" ctest --preset "$preset" "$@" --output-junit "$out/ctest.xml" \
    >"$out/ctest.log" 2>&1 </dev/null
  local status=$?
  [[ $status == 0 ]] || grep -v -E '^ *[0-9]+/[0-9]+ Test .* Passed' "$out/ctest.log" | tail -n 200 >&2
  grep 'tests passed' "$out/ctest.log" >&2
  # ctest ends with 8 when a test failed, which the count tells; anything else it could not even run.
  [[ ($status == 0 || $status == 8) && -s $out/ctest.xml ]]
}

# test_preset PRESET CTEST_OPTION...: configures, builds and tests; a failure of the build is a failed case.
test_preset() {
  local preset=$1
  shift
  (build_preset "$preset" "" "${options[@]}") || return 1
  ctest_preset "$preset" "$@"
}

# check_format: every source file is as clang-format 14 leaves it; other versions format differently.
check_format() {
  local version
  version=$(clang-format --version 2>/dev/null | grep -o 'version [0-9]*' | cut -d' ' -f2)
  if [[ $version != 14 ]]; then
    say "format not checked: clang-format 14 is the reference, this is ${version:-missing}"
    return 0
  fi
  git ls-files '*.cpp' '*.hpp' | xargs -r clang-format --dry-run --Werror
}

fuzz() {
  local seconds=20 inputs=-1
  [[ $long == yes ]] && seconds=600 inputs=10000000
  if ! command -v clang++ >/dev/null; then
    say "not fuzzed: clang++ is missing"
    return 0
  fi
  (build_preset fuzz fuzzers) && bash tests/fuzz/fuzz.sh build/fuzz "$seconds" "$inputs"
}

require_platform
[[ $no_install == yes ]] || install_packages setup/packages.txt setup/packages-test.txt
provide_libtorch "$variant" "$libtorch" "$no_install"
fetch_minilm || true # the tests that need it are skipped
options=("-DRATBENCH_LIBTORCH=$libtorch_dir" "-DRATBENCH_CUDA=$([[ $variant == cuda ]] && echo ON || echo OFF)"
  -DRATBENCH_TESTS=ON)
rm -rf "$results"
mkdir -p "$results"
[[ $long == yes ]] && export RATBENCH_LONG=1

# Long tests are of figures and of headers, which sanitizers say nothing about; long or short, those have the rest.
not_in_release=$([[ $long == yes ]] && echo none || echo long)
not_under_sanitizers='^(e2e|timing|structure|long)$'
check "build and tests of preset release" test_preset release -LE "^$not_in_release\$" -j 2
if [[ $quick == no ]]; then
  check "format" check_format
  check "build and tests of preset tsan" test_preset tsan -LE "$not_under_sanitizers" -j 2
  check "build and tests of preset asan-ubsan" test_preset asan-ubsan -LE "$not_under_sanitizers" -j 2
  check "fuzzing" fuzz
fi

skips=()
[[ -n ${RATBENCH_DATA:-} && -n ${RATBENCH_FIXTURES:-} ]] && skips=(--no-skips)
counts=$(python3 setup/count_tests.py "$results" "${skips[@]}") || counts="0 1 0"
read -r passed failed skipped <<<"$counts"
if [[ $passed == 0 ]]; then
  printf 'failed: no test was found\n' >&2
  failed=$((failed + 1))
fi
printf '%d passed, %d failed, %d skipped\n' \
  $((passed + checks_passed)) $((failed + checks_failed)) "$skipped"
[[ $((failed + checks_failed)) == 0 ]]
