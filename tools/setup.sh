# What tools/quickstart, tools/test and .ci/run share; source it. Leaves the working directory at the repository's root.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
venv=$root/.venv
system_python=/usr/bin/python3

packages=(g++ cmake ninja-build ccache libtbb-dev libeigen3-dev libboost-dev libyaml-cpp-dev libsleef-dev libhwy-dev libssl-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev librandom123-dev python3-dev python3-venv iproute2)

# What was compiled in one clone serves another: paths below the root do not count.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1

started=$SECONDS
step() { printf '\033[1m==>\033[0m %s \033[2m(%d s)\033[0m\n' "$*" $((SECONDS - started)); }
if [[ ! -t 1 ]]; then
  step() { printf '==> %s (%d s)\n' "$*" $((SECONDS - started)); }
fi
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Installs those of the named Debian packages that are missing.
install_packages() {
  local missing=() name
  command -v dpkg-query >/dev/null || fail "this needs Debian's packages (or their like): $*"
  for name in "$@"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) != installed ]]; then
      missing+=("$name")
    fi
  done
  if [[ ${#missing[@]} == 0 ]]; then
    step "Debian packages: all there"
    return
  fi
  step "Debian packages: installing ${missing[*]}"
  local as_root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || fail "not root and no sudo; as root run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# Makes .venv hold what python/requirements.lock says.
make_venv() {
  local wanted
  wanted=$(printf '%s\n' "$root" | cat - python/requirements.lock | sha256sum)
  if [[ -x $venv/bin/python && $(cat "$venv/.waterbed-lock" 2>/dev/null) == "$wanted" ]]; then
    step "Python environment .venv: up to date"
    return
  fi
  step "Python environment .venv: installing the pinned packages"
  # Made anew, so that nothing of an older lock or another place is left.
  "$system_python" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r python/requirements.lock
  "$venv/bin/python" -m pip check >/dev/null || fail "python/requirements.lock: versions do not go together"
  printf '%s\n' "$wanted" >"$venv/.waterbed-lock"
}

# Configures a preset; from scratch if its folder was made for another place.
configure() {
  local preset=$1 folder=$2 fresh=()
  if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    fresh=(--fresh)
  fi
  step "Configuring $folder (preset $preset)"
  mkdir -p "$folder"
  if ! cmake "${fresh[@]}" --preset "$preset" >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    fail "configuring preset $preset"
  fi
}

# Builds targets of a preset on every processor.
build() {
  local preset=$1
  shift
  step "Building $* (preset $preset)"
  cmake --build --preset "$preset" --parallel "$(nproc)" --target "$@"
}

# Installs the Python package with the extension that build/ holds, if either has changed.
install_package() {
  local core stamp=$venv/.waterbed-installed
  core=$(find build/python -maxdepth 1 -name '_core.*.so' | head -n 1)
  [[ -n $core ]] || fail "build/python holds no _core extension"
  if [[ -f $stamp && -z $(find python/waterbed scenarios/contracts scenarios/data/us pyproject.toml CMakeLists.txt README.md "$core" -newer "$stamp" -not -name '*.pyc' -print -quit) ]]; then
    step "Python package: up to date in .venv"
    return
  fi
  step "Python package: installing into .venv"
  # The stamp is as old as what is installed: a change made meanwhile counts as newer.
  touch "$stamp.next"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --force-reinstall --config-settings=cmake.define.WATERBED_PREBUILT_CORE="$root/$core" .
  mv "$stamp.next" "$stamp"
}

# Everything up to a working .venv/bin/waterbed; extra CMake targets may be named.
set_up() {
  install_packages "${packages[@]}"
  make_venv
  configure release build
  build release _core "$@"
  install_package
}
