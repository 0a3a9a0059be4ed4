# shellcheck shell=bash
# Installs the missing packages of the distribution. Sourced after common.sh.

# missing_packages NAME...: those of the names that are not installed.
missing_packages() {
  local installed
  # dpkg-query ends with 1 when it does not know a name.
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  installed=$(sed -n 's/^installed //p' <<<"$installed")
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# as_root COMMAND...: runs it as root, or fails when this user cannot become root.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

can_be_root() {
  [[ $(id -u) == 0 ]] && return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null && return 0
  [[ -t 0 ]] && sudo -v # asks for the password before the output goes to the log
}

# install_packages LIST...: installs what the package lists name and is missing; does nothing on a second call.
install_packages() {
  local -a names missing
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "$kExitEnvironment" "no apt here: install what setup/packages.txt names and use --no-install."
  mapfile -t names < <(package_names "$@")
  mapfile -t missing < <(missing_packages "${names[@]}")
  [[ ${#missing[@]} == 0 ]] && return 0
  if ! can_be_root; then
    printf 'error: these packages are missing and this user can not install them (no root, no sudo):\n' >&2
    printf '  %s\n' "${missing[@]}" >&2
    printf 'Ask for "apt-get install %s",\nor pass --no-install and name where they are in CMAKE_PREFIX_PATH.\n' \
      "${missing[*]}" >&2
    exit "$kExitEnvironment"
  fi
  say "installing ${#missing[@]} packages"
  logged "apt-get update" as_root apt-get -o DPkg::Lock::Timeout=300 update || exit "$kExitEnvironment"
  logged "apt-get install" as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
    install -y --no-install-recommends "${missing[@]}" || exit "$kExitEnvironment"
}
