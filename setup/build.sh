# shellcheck shell=bash
# Configures and builds one preset. Sourced after common.sh.

# build_preset PRESET TARGETS CMAKE_OPTION...: TARGETS is a list in one word, or empty for everything.
build_preset() {
  local preset=$1 targets=$2
  shift 2
  say "building ${targets:-everything} (preset $preset)"
  (cd "$ratbench_root" && logged "cmake --preset $preset" cmake --preset "$preset" "$@") || exit 1
  # shellcheck disable=SC2086
  (cd "$ratbench_root" && logged "the build of $preset" cmake --build --preset "$preset" ${targets:+--target $targets}) ||
    exit 1
}
