# shellcheck shell=bash
# Finds or fetches LibTorch and leaves its folder in $libtorch_dir. Sourced after common.sh.

readonly kLibtorchVersion=2.15.0 kLibtorchOldest=2.11
readonly kUnpackedLayout=1 # raise it when unpack_wheels unpacks something else
# The wheels are chosen for this platform whatever Python runs pip: nothing in them is imported.
readonly kWheelPlatforms="manylinux_2_28_x86_64 manylinux_2_27_x86_64 manylinux_2_25_x86_64 manylinux_2_18_x86_64
manylinux2014_x86_64 manylinux_2_17_x86_64 manylinux2010_x86_64 manylinux_2_12_x86_64 manylinux1_x86_64
manylinux_2_5_x86_64"

# libtorch_version DIR: "major.minor" from the headers.
libtorch_version() {
  local header
  for header in "$1/include/torch/headeronly/version.h" "$1/include/torch/csrc/api/include/torch/version.h"; do
    [[ -f $header ]] || continue
    awk '/define TORCH_VERSION_MAJOR/ {major = $3} /define TORCH_VERSION_MINOR/ {minor = $3}
         END {if (major != "") print major "." minor}' "$header"
  done | head -n 1
}

# accept_libtorch DIR VARIANT: checks a LibTorch that was there before.
accept_libtorch() {
  local dir=$1 variant=$2 version needed=libtorch_cpu.so
  [[ $variant == cuda ]] && needed=libtorch_cuda.so
  [[ -f $dir/include/ATen/ATen.h && -f $dir/lib/$needed ]] ||
    fail "$kExitEnvironment" "no LibTorch in $dir: include/ATen/ATen.h and lib/$needed are expected there."
  version=$(libtorch_version "$dir")
  [[ -n $version && $(printf '%s\n%s\n' "$kLibtorchOldest" "$version" | sort -V | head -n 1) == "$kLibtorchOldest" ]] ||
    fail "$kExitEnvironment" "the LibTorch in $dir is ${version:-of an unknown version}; $kLibtorchOldest or newer is needed."
  libtorch_dir=$dir
}

libtorch_of_python() {
  python3 -c 'import importlib.util, os
spec = importlib.util.find_spec("torch")
print(os.path.dirname(spec.origin) if spec else "")' 2>/dev/null || true
}

# libtorch_of_prefix_path: the first folder of CMAKE_PREFIX_PATH that holds LibTorch.
libtorch_of_prefix_path() {
  local dir
  local -a dirs
  IFS=':;' read -ra dirs <<<"${CMAKE_PREFIX_PATH:-}"
  for dir in "${dirs[@]}"; do
    [[ -f $dir/include/ATen/ATen.h ]] && printf '%s\n' "$dir" && return 0
  done
  return 0
}

# unpack_wheels VARIANT FROM TO: the parts of the wheels that building and running need.
unpack_wheels() {
  local variant=$1 from=$2 to=$3 wheel
  local -a parts=('torch/include/*' 'torch/version.py' 'torch/lib/libtorch_cpu.so' 'torch/lib/libc10.so'
    'torch/lib/libgomp.so.1' 'torch/lib/libgfortran.so.5' '*.dist-info/*')
  [[ $variant == cuda ]] && parts+=('torch/lib/libtorch_cuda.so' 'torch/lib/libtorch_cuda_linalg.so'
    'torch/lib/libc10_cuda.so' 'torch/lib/libcaffe2_nvrtc.so' 'torch/lib/libtorch_nvshmem.so')
  unzip -q -o "$from"/torch-*.whl "${parts[@]}" -d "$to"
  for wheel in "$from"/nvidia_*.whl; do
    unzip -q -o "$wheel" -x '*.a' '*.py' '*/libnvperf_*' -d "$to"
  done
}

# fetch_wheels DIR LIST...: downloads the pinned wheels; pip refuses a file whose hash differs.
fetch_wheels() {
  local dir=$1 platform
  local -a options=(--no-deps --only-binary=:all: --require-hashes --no-cache-dir --progress-bar off
    --disable-pip-version-check --implementation cp --python-version 3.12 --abi cp312 --abi none --dest "$dir")
  local list
  for list in "${@:2}"; do options+=(-r "$list"); done
  for platform in $kWheelPlatforms; do options+=(--platform "$platform"); done
  TMPDIR=$dir logged "the download of LibTorch" python3 -m pip download "${options[@]}"
}

# fetch_libtorch VARIANT: the pinned LibTorch in the cache folder, downloaded once. The folder appears under its
# name only when it is complete, so an interrupted set-up leaves nothing that looks finished.
fetch_libtorch() {
  local variant=$1 home stamp pins scratch unresolved
  local -a lists=("$ratbench_root/setup/libtorch-cpu.txt")
  home=$ratbench_cache/libtorch-$kLibtorchVersion
  [[ $variant == cuda ]] && home+=-cuda lists+=("$ratbench_root/setup/libtorch-cuda.txt")
  pins=$({ printf 'layout %s\n' "$kUnpackedLayout"; cat "${lists[@]}"; } | sha256sum | cut -d' ' -f1)
  stamp=$home/ratbench.stamp
  libtorch_dir=$home/torch
  [[ -f $stamp && $(<"$stamp") == "$pins" ]] && return 0

  mkdir -p "$ratbench_cache" || fail "$kExitEnvironment" "can not write to $ratbench_cache; set RATBENCH_CACHE."
  exec 9>"$ratbench_cache/.lock"
  flock 9 # another set-up may be fetching the same files
  [[ -f $stamp && $(<"$stamp") == "$pins" ]] && return 0
  scratch=$(mktemp -d "$ratbench_cache/.unpack.XXXXXX")
  trap "rm -rf '$scratch'" EXIT # an interrupted set-up leaves nothing behind
  say "fetching LibTorch $kLibtorchVersion for $variant ($([[ $variant == cuda ]] && echo 2.6 || echo 0.55) GB) into $ratbench_cache"
  mkdir "$scratch/wheels" "$scratch/home"
  fetch_wheels "$scratch/wheels" "${lists[@]}" || exit "$kExitEnvironment"
  logged "unpacking LibTorch" unpack_wheels "$variant" "$scratch/wheels" "$scratch/home" || exit "$kExitEnvironment"
  unresolved=$(ldd "$scratch/home/torch/lib/libtorch_cpu.so" | grep 'not found' || true)
  [[ -z $unresolved ]] || fail "$kExitEnvironment" "LibTorch does not load on this system: $unresolved"
  printf '%s\n' "$pins" >"$scratch/home/ratbench.stamp"
  if [[ -e $home ]]; then mv "$home" "$scratch/old"; fi
  mv "$scratch/home" "$home"
  rm -rf "$scratch"
  trap - EXIT
  exec 9>&-
}

# provide_libtorch VARIANT WHERE NO_INSTALL: sets libtorch_dir. WHERE is a folder, "python" or empty.
provide_libtorch() {
  local variant=$1 where=$2 no_install=$3 found=
  case $where in
    python)
      found=$(libtorch_of_python)
      [[ -n $found ]] || fail "$kExitEnvironment" "--libtorch python: the active python3 has no torch."
      ;;
    '') [[ $no_install == yes ]] && found=$(libtorch_of_prefix_path) ;;
    *) found=$where ;;
  esac
  if [[ -n $found ]]; then
    accept_libtorch "$found" "$variant"
  else
    fetch_libtorch "$variant"
  fi
}
