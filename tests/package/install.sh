#!/usr/bin/env bash
# Tests the package in a minimal Debian 12: install, run, boot with a real systemd, upgrade, remove, purge. Needs root.
#
#   tests/package/install.sh PACKAGE.deb
#
# Needs debootstrap. The root file system is built once a day and kept under HERMOD_CACHE; all other files are temporary.
set -euo pipefail
package=$(readlink -f "$1")
cache=${HERMOD_CACHE:-${HOME:-/var/tmp}/.cache/hermod}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
export LC_ALL=C.UTF-8
scratch=$(mktemp -d)
root=$scratch/root
init=

finish() {
  local status=$?
  if [ "$status" != 0 ] && [ -n "$init" ]; then
    in_boot systemctl status --no-pager hermod.service >&2 || true
    in_boot journalctl -u hermod --no-pager -n 20 >&2 || true
  fi
  if [ -n "$init" ]; then kill -KILL "$init" 2>/dev/null || true; fi
  rm -rf --one-file-system "$scratch"
  exit "$status"
}
trap finish EXIT

step() { printf '==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
# expect WHAT COMMAND...: fails if the command fails.
expect() { local what=$1; shift; "$@" || fail "failed: $what"; }
clean=(/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)
inside() { chroot "$root" "${clean[@]}" "$@"; }
# eventually WHAT COMMAND...: repeats the command until it succeeds, for at most 30 s.
eventually() {
  local what=$1 end=$((SECONDS + 30)); shift
  until "$@" 2>/dev/null; do
    [ "$SECONDS" -lt "$end" ] || fail "not within 30 s: $what"
    read -r -t 0.2 <> <(:) || true
  done
}

make_root() {
  local kept=$cache/debian12.tar
  if [ -z "$(find "$kept" -mtime -1 2>/dev/null)" ]; then
    step 'debootstrap'
    mkdir -p "$cache"
    debootstrap --variant=minbase bookworm "$root" "$mirror" >&2
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io" # it is temporary, so fsync is unnecessary
    cp /etc/apt/apt.conf.d/99* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    inside apt-get install --yes -qq --no-install-recommends systemd >&2
    rm "$root/usr/sbin/policy-rc.d"
    tar -C "$root" -cf "$kept.new" .
    mv "$kept.new" "$kept"
  else
    mkdir "$root"
    tar -C "$root" -xf "$kept"
  fi
}

install_package() {
  step 'install with apt'
  cp "$package" "$root/hermod.deb"
  inside apt-get update -qq >&2
  inside apt-get install --yes -qq --no-install-recommends ./hermod.deb >&2
  expect 'the user exists' inside id hermod
  expect 'only root and hermod may read the settings' \
    test "$(inside stat -c '%U:%G %a' /etc/hermod/hermod.toml)" = 'root:hermod 640'
  expect 'it finds all its libraries' inside hermod --version
  expect 'it is hardened' "$(dirname "$0")/hardening.py" "$root/usr/bin/hermod"
  expect 'the shipped settings are valid' inside hermod check --offline --config /etc/hermod/hermod.toml
}

# systemd-analyze must report no problem and an exposure below 2.0.
judge_units() {
  step 'systemd-analyze: verify, security'
  local complaints
  complaints=$(inside systemd-analyze verify --man=no /lib/systemd/system/hermod{,@}.service \
    /lib/systemd/system/hermod{,@}.socket 2>&1) ||
    fail "systemd-analyze verify: $complaints"
  [ -z "$complaints" ] || fail "systemd-analyze verify: $complaints"
  inside systemd-analyze security --no-pager --offline=true --threshold=20 hermod.service >"$scratch/exposure" 2>&1 ||
    fail "the exposure is too high: $(tail -n 1 "$scratch/exposure")"
  step "$(tail -n 1 "$scratch/exposure")"
  inside systemd-analyze security --no-pager --offline=true --threshold=20 hermod@1.service >"$scratch/exposure" 2>&1 ||
    fail "the exposure of hermod@ is too high: $(tail -n 1 "$scratch/exposure")"
}

# Starts hermod without settings, with embedded components. This needs the libuv plugin of libwebsockets.
run_embedded() {
  step 'run with embedded components'
  chroot "$root" "${clean[@]}" hermod serve --websocket-port 0 >"$scratch/out" 2>"$scratch/err" &
  local pid=$!
  eventually 'the ready line' grep -q '^hermod ready on' "$scratch/out"
  kill -TERM "$pid"
  expect 'the exit status is 0' wait "$pid"
}

# Builds a package with a higher version, for the upgrade.
make_newer() {
  local tree=$scratch/newer
  dpkg-deb -R "$package" "$tree"
  sed -i 's/^Version: .*/&+1/' "$tree/DEBIAN/control"
  dpkg-deb -b "$tree" "$root/newer.deb" >&2
}

boot() {
  step 'boot systemd'
  local unit
  ln -sf multi-user.target "$root/etc/systemd/system/default.target"
  for unit in getty.target console-getty.service systemd-udevd.service systemd-modules-load.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  cat >"$scratch/boot" <<'BOOT'
set -e
root=$1
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys" -o ro
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount --rbind /dev "$root/dev"
# pivot_root, because the kernel does not allow user namespaces in a chroot.
cd "$root"
mkdir -p before
pivot_root . before
umount -l before
exec /usr/bin/env -i container=namespace /lib/systemd/systemd --system
BOOT
  unshare --mount --pid --fork --uts --ipc --net --cgroup --kill-child bash "$scratch/boot" "$root" \
    >"$scratch/systemd.log" 2>&1 </dev/null &
  init=$!
  eventually 'systemd has started' booted
  eventually 'the boot is complete' in_boot systemctl is-active --quiet multi-user.target
}

booted() { systemd_pid=$(cat "/proc/$init/task/$init/children") && [ -n "${systemd_pid// /}" ] && in_boot true; }
# Runs a command in the namespaces of the booted system.
in_boot() {
  nsenter -t "${systemd_pid// /}" -m -p -n -u -i -C "${clean[@]}" "$@"
}
# page PATH: prints the HTTP status of a path of the booted service.
page() {
  in_boot bash -c "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET $1 HTTP/1.0\r\n\r\n' >&3 && read -r -t 30 _ status _ <&3 && echo \$status"
}

run_service() {
  step 'a service without settings reports an error and is not restarted'
  in_boot systemctl start hermod.service && fail 'it started without brokers'
  expect 'status 2 causes no restart' test "$(in_boot systemctl show -P ExecMainStatus hermod.service)" = 2
  expect 'the log names the missing setting' grep -q 'REDIS_URL is needed' <(in_boot journalctl -u hermod --no-pager)

  step 'configure and enable the service and its socket'
  printf 'a-key-for-tests-that-is-long-enough-0123456789' >"$root/etc/hermod/key"
  inside chown root:hermod /etc/hermod/key
  inside chmod 640 /etc/hermod/key
  cat >>"$root/etc/hermod/hermod.toml" <<'TOML'
kafka_bootstrap_servers = "127.0.0.1:9"
redis_url = "redis://127.0.0.1:9"
drain_seconds = 2
jwt_secret_key_file = "/etc/hermod/key"
TOML
  in_boot systemctl reset-failed hermod.service
  in_boot systemctl enable --now hermod.socket hermod.service >&2
  expect 'the socket listens on 127.0.0.1' test \
    "$(in_boot systemctl show -P Listen hermod.socket)" = '127.0.0.1:8080 (Stream)'
  expect 'it is active' in_boot systemctl is-active --quiet hermod.service
  expect 'it serves' test "$(page /healthz/live)" = 200
  expect 'it reports its status to systemd' grep -q '^serving 0 connections' <(in_boot systemctl show -P StatusText hermod.service)
  expect 'it runs as its own user' test "$(in_boot systemctl show -P User hermod.service)" = hermod
  in_boot systemctl reload hermod.service
  expect 'it is active after a reload' in_boot systemctl is-active --quiet hermod.service
}

restart_under_load() {
  step 'a restart refuses no request'
  local failed=$scratch/refused asked=0 restarting
  in_boot systemctl restart hermod.service &
  restarting=$!
  while kill -0 "$restarting" 2>/dev/null; do
    asked=$((asked + 1))
    [ "$(page /healthz/live || true)" = 200 ] || echo refused >>"$failed"
  done
  wait "$restarting"
  [ ! -e "$failed" ] || fail "$(wc -l <"$failed") of $asked requests failed during a restart"
  step "$asked requests during the restart, all answered"
}

# Two processes share the port with the sockets of hermod@.socket.
run_instances() {
  step 'several processes: hermod@1 and hermod@2'
  in_boot systemctl stop hermod.service hermod.socket
  in_boot systemctl enable --now hermod@{1,2}.socket hermod@{1,2}.service >&2
  local number
  for number in 1 2; do
    expect "process $number is active" in_boot systemctl is-active --quiet "hermod@$number.service"
    expect "process $number has its own name in the group" \
      grep -q "KAFKA_GROUP_INSTANCE_ID=hermod-.*-$number" <(in_boot systemctl show -P Environment "hermod@$number.service")
  done
  expect 'they serve' test "$(page /healthz/live)" = 200
  in_boot systemctl disable --now hermod@{1,2}.socket hermod@{1,2}.service >&2
  in_boot systemctl start hermod.socket hermod.service
}

upgrade() {
  step 'upgrade: the service restarts, and the settings are kept'
  local before
  before=$(in_boot systemctl show -P MainPID hermod.service)
  in_boot dpkg -i /newer.deb >&2
  expect 'the settings are kept' grep -q '^drain_seconds = 2' "$root/etc/hermod/hermod.toml"
  expect 'it is active' in_boot systemctl is-active --quiet hermod.service
  expect 'it was restarted' test "$(in_boot systemctl show -P MainPID hermod.service)" != "$before"
  expect 'it serves' test "$(page /healthz/live)" = 200
}

remove() {
  step 'remove, then purge'
  in_boot dpkg -r hermod >&2
  in_boot systemctl is-active --quiet hermod.service && fail 'it still runs'
  expect 'the program is removed' test ! -e "$root/usr/bin/hermod"
  expect 'the settings are kept' test -e "$root/etc/hermod/hermod.toml"
  rm "$root/etc/hermod/key"
  in_boot dpkg --purge hermod >&2
  expect 'no file remains' test -z "$(find "$root/etc" "$root/usr" "$root/lib/systemd" -name 'hermod*' -not -path '*/systemd/*')"
}

[ "$(id -u)" = 0 ] || fail 'this needs root, for debootstrap and chroot'
make_root
install_package
judge_units
run_embedded
make_newer
boot
run_service
restart_under_load
run_instances
upgrade
remove
step 'all steps passed'
