# shellcheck shell=bash
# Messages, the log and the platform check that every script of the set-up shares. Sourced, never run.

ratbench_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ratbench_cache=${RATBENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ratbench}
ratbench_log=$ratbench_root/build/setup.log
readonly kExitUsage=2 kExitEnvironment=4

# say TEXT: one line of progress.
say() { printf '==> %s\n' "$*" >&2; }

# fail STATUS TEXT...: the error, then the end of the script.
fail() {
  local status=$1
  shift
  printf 'error: %s\n' "$*" >&2
  exit "$status"
}

# logged WHAT COMMAND...: runs quietly; everything goes to the log, whose tail is shown when the command fails.
logged() {
  local what=$1 first
  shift
  mkdir -p "$(dirname "$ratbench_log")"
  touch "$ratbench_log"
  first=$(($(wc -l <"$ratbench_log") + 1))
  printf '\n[%s] %s: %s\n' "$(date -u +%H:%M:%S)" "$what" "$*" >>"$ratbench_log"
  "$@" >>"$ratbench_log" 2>&1 </dev/null && return 0
  local status=$?
  tail -n +"$first" "$ratbench_log" | grep -v '^\[[0-9]*/[0-9]*\] Building' | tail -n 40 >&2
  printf 'error: %s failed (status %d); the whole log is in %s\n' "$what" "$status" "$ratbench_log" >&2
  return "$status"
}

require_platform() {
  local system machine
  system=$(uname -s) machine=$(uname -m)
  [[ $system == Linux && $machine == x86_64 ]] ||
    fail "$kExitEnvironment" "ratbench runs on Linux x86-64 only; this is $system $machine."
}

# package_names FILE...: the names in package lists, without comments.
package_names() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# clean: removes the build folder and what the set-up downloaded; other files in the cache folder stay.
clean() {
  say "removing $ratbench_root/build and $ratbench_cache"
  rm -rf "$ratbench_root/build" "$ratbench_cache"/libtorch-* "$ratbench_cache"/minilm-* "$ratbench_cache"/.unpack.*
  rm -f "$ratbench_cache/.lock"
  rmdir "$ratbench_cache" 2>/dev/null || true
}
