# shellcheck shell=bash disable=SC2034 # scripts that source this file use the package lists
# Shared by script/server and script/test: packages, Kafka's jars, builds. Source it with the repository as the
# working directory. Each step reports what it does, and does nothing if nothing is missing.

export LC_ALL=C.UTF-8
export PATH="${PATH:-/usr/bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"

cache=${HERMOD_CACHE:-${HOME:-/var/tmp}/.cache/hermod}
kafka_jars=$cache/kafka

packages_build=(
  ca-certificates
  g++
  libboost-dev
  libcli11-dev
  libcurl4-openssl-dev
  libhiredis-dev
  libjwt-dev
  librdkafka-dev
  libsimdjson-dev
  libspdlog-dev
  libssl-dev
  libtomlplusplus-dev
  libuv1-dev
  libwebsockets-dev
  libxxhash-dev
  meson
  ninja-build
  nlohmann-json3-dev
  pkgconf
  prometheus-cpp-dev
)
packages_unit=(libgmock-dev libgtest-dev)
packages_servers=(default-jre-headless kcat maven openssl redis-sentinel redis-server)
packages_clients=(libopenapi-client-perl libyaml-libyaml-perl nodejs node-ws python3 python3-jsonschema python3-redis python3-websockets python3-yaml)
packages_browser=(chromium)
packages_lint=(python3)
packages_package=(debhelper debootstrap dpkg-dev git lintian man-db python3)
packages_bench=(libbenchmark-dev libgtest-dev python3 python3-redis valgrind)
# Compiles the files of a module as one, which takes a fifth of the time. Builds for development do not, so that a change
# recompiles one file, and that each file is compiled alone somewhere.
unity_options=(-Dunity=on)
release_options=(--buildtype=release -Db_lto=true -Dtests=disabled "${unity_options[@]}")

say() { printf '==> %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root or sudo: run this as root, or first run: $*"
  fi
}

# True if the Debian package is installed.
installed() {
  [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]
}

# Prevents packages from starting their servers, because the tests start their own.
apt_install() {
  local policy=/usr/sbin/policy-rc.d made=no status=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    made=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet \
    --no-install-recommends -o Dpkg::Use-Pty=0 "$@" </dev/null >&2 || status=$?
  if [ "$made" = yes ]; then as_root rm -f "$policy"; fi
  return "$status"
}

ensure_packages() {
  local missing=() package
  for package in "$@"; do
    installed "$package" || missing+=("$package")
  done
  if [ ${#missing[@]} = 0 ]; then return; fi
  command -v apt-get >/dev/null || fail "these Debian packages are missing: ${missing[*]}"
  say "packages: installing ${missing[*]}"
  as_root apt-get update --quiet --quiet </dev/null >&2 || fail 'apt-get update failed'
  apt_install "${missing[@]}" || fail "apt-get could not install: ${missing[*]}"
}

# Installs Apache Kafka for the tests' own broker: jars from Maven Central, listed by script/kafka/pom.xml.
ensure_kafka() {
  if cmp -s script/kafka/pom.xml "$kafka_jars/pom.xml"; then return; fi
  say "Kafka: fetching its jars into $kafka_jars"
  mkdir -p "$cache"
  local fresh
  fresh=$(mktemp -d "$cache/kafka.XXXXXX")
  mvn --batch-mode --quiet --file script/kafka/pom.xml -DoutputDirectory="$fresh" \
    process-resources </dev/null >&2 || { rm -rf "$fresh" && fail 'Maven could not fetch Kafka'; }
  cp script/kafka/pom.xml "$fresh/pom.xml"
  chmod 755 "$fresh"
  rm -rf "$kafka_jars"
  mv "$fresh" "$kafka_jars"
}

# ensure_configured FOLDER [meson options]
ensure_configured() {
  local folder=$1 compiler=${CXX:-g++}
  shift
  if [ -f "$folder/build.ninja" ]; then return; fi
  if command -v ccache >/dev/null && [[ $compiler != *ccache* ]]; then compiler="ccache $compiler"; fi
  say "configuring $folder"
  CXX=$compiler meson setup "$folder" "$@" </dev/null >&2 || fail "meson could not configure $folder"
}

# ensure_build FOLDER [meson options]: configures the folder and brings it up to date.
ensure_build() {
  ensure_configured "$@"
  say "building $1"
  ninja -C "$1" --quiet </dev/null >&2 || fail "$1 does not build"
}

# ensure_release_build [meson options]: the build that users run and that benchmarks measure, in the folder build.
ensure_release_build() {
  ensure_configured build "${release_options[@]}"
  if [ $# != 0 ]; then meson configure build "$@" </dev/null >&2; fi
  ensure_build build
}
