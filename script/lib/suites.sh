# shellcheck shell=bash disable=SC2154 # the package lists come from setup.sh
# The suites of script/test. suite_NAME runs one and counts its passed and failed tests.

export HERMOD_CACHE=$cache
export PYTHONDONTWRITEBYTECODE=1
debian_python=/usr/bin/python3 # the interpreter that finds Debian's Python packages

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0
failed=0

note() {
  passed=$((passed + $1))
  failed=$((failed + $2))
}

# check COMMAND...: one test, which passes if the command succeeds.
check() {
  if "$@" </dev/null >&2; then note 1 0; else
    say "failed: ${*:1:3}"
    note 0 1
  fi
}

close_results() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] || exit 1
  [ "$passed" != 0 ] || exit 1
}

# Tests use a separate build, or one that an earlier suite has made.
test_build=build-test
ensure_test_build() {
  ensure_packages "${packages_build[@]}" "${packages_unit[@]}"
  ensure_build "$test_build" --buildtype=debug -Dtests=enabled "${strict[@]}"
}

# Warnings are errors in CI.
strict=()
if [ -n "${CI:-}" ]; then strict=(-Dwerror=true); fi
asan_options=(--buildtype=debug '-Db_sanitize=address,undefined' -Db_lundef=false -Dtests=enabled "${strict[@]}")

# gtest FOLDER SUITE: runs one GoogleTest program. A crash, which leaves no report, counts as one failure.
gtest() {
  local report=$results/$2.xml counts
  rm -f "$report"
  timeout 900 "$1/tests/$2_tests" --gtest_brief=1 --gtest_output="xml:$report" </dev/null >&2 || true
  counts=$(python3 script/lib/gtest_counts.py "$report") || counts='0 1'
  say "$2: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# Installs the servers that tests start.
ensure_servers() {
  ensure_packages "${packages_servers[@]}" "${packages_clients[@]}"
  ensure_kafka
}

suite_lint() {
  ensure_packages "${packages_lint[@]}"
  local one
  for one in tests/lint/*.py; do
    case $one in
      */tree.py) ;;
      */self_test.py) check python3 "$one" ;;
      *) check python3 "$one" . ;;
    esac
  done
}

suite_unit() {
  ensure_test_build
  gtest "$test_build" unit
}

suite_contract() {
  ensure_servers
  ensure_test_build
  gtest "$test_build" contract
}

suite_integration() {
  ensure_servers
  ensure_test_build
  gtest "$test_build" integration
}

suite_e2e() {
  ensure_servers
  ensure_packages "${packages_browser[@]}"
  ensure_test_build
  e2e "$test_build"
}

# e2e FOLDER: tests the built program from outside, with third-party clients.
e2e() {
  local counts
  HERMOD_BINARY=$PWD/$1/hermod "$debian_python" tests/e2e/run.py --counts "$results/e2e" \
    ${TEST_FILTER:+-k "$TEST_FILTER"} </dev/null >&2 || true
  counts=$(cat "$results/e2e" 2>/dev/null) || counts='0 1'
  say "e2e: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# The short set; script/chaos runs all faults.
suite_chaos() {
  ensure_servers
  ensure_test_build
  chaos "$test_build"
}

# chaos FOLDER [ARGUMENT...]: tests the built program while its brokers and network fail.
chaos() {
  local counts
  HERMOD_BINARY=$PWD/$1/hermod "$debian_python" tests/chaos/run.py --counts "$results/chaos" \
    ${TEST_FILTER:+-k "$TEST_FILTER"} "${@:2}" </dev/null >&2 || true
  counts=$(cat "$results/chaos" 2>/dev/null) || counts='0 1'
  say "chaos: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

suite_asan() {
  ensure_servers
  ensure_packages "${packages_build[@]}" "${packages_unit[@]}"
  ensure_build build-asan "${asan_options[@]}"
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
  local one
  for one in unit contract integration; do gtest build-asan "$one"; done
}

# The build of script/server, and the first run that README.md describes.
suite_release() {
  ensure_servers
  ensure_packages "${packages_build[@]}"
  ensure_build build --buildtype=release -Dtests=disabled "${strict[@]}"
  check "$debian_python" tests/package/hardening.py build/hermod
  TEST_FILTER=FirstRun e2e build
}

suite_coverage() {
  ensure_servers
  ensure_packages "${packages_browser[@]}"
  ensure_packages "${packages_build[@]}" "${packages_unit[@]}" gcovr
  ensure_build build-coverage --buildtype=debug -Db_coverage=true -Dtests=enabled "${strict[@]}"
  find build-coverage -name '*.gcda' -delete
  local one
  for one in unit contract integration; do gtest build-coverage "$one"; done
  e2e build-coverage
  gcovr --root . --filter src/ --object-directory build-coverage --exclude-throw-branches \
    --txt build-coverage/coverage.txt --print-summary build-coverage </dev/null >"$results/coverage"
  test_build=build-coverage
  say "coverage of src/: $(grep '^lines' "$results/coverage"); by file: build-coverage/coverage.txt"
}

suite_format() {
  ensure_packages clang-format
  local files
  mapfile -t files < <(find src include tests bindings/node/src \( -name '*.cc' -o -name '*.h' \) | sort)
  check clang-format --dry-run -Werror "${files[@]}"
}

# Each file is one test; one per processor runs at a time.
suite_tidy() {
  ensure_packages "${packages_build[@]}" "${packages_unit[@]}" clang-tidy
  ensure_configured build-asan "${asan_options[@]}"
  local files counts
  mapfile -t files < <(find src -name '*.cc' | sort)
  counts=$(printf '%s\n' "${files[@]}" | xargs -P "$(nproc)" -I{} script/lib/tidy {} build-asan |
    sort | uniq -c | awk '{ n[$2] = $1 } END { print n["passed"] + 0, n["failed"] + 0 }')
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# A third-party conformance suite against the WebSocket code; its client is installed in a virtual environment.
suite_conformance() {
  ensure_packages python3-venv
  ensure_test_build
  ninja -C "$test_build" --quiet tests/conformance/ws_echo </dev/null >&2 || fail 'the echo program does not build'
  local counts
  timeout 300 "$debian_python" tests/conformance/run_autobahn.py "$test_build/tests/conformance/ws_echo" \
    --counts "$results/conformance" </dev/null >&2 || true
  counts=$(cat "$results/conformance" 2>/dev/null) || counts='0 1'
  say "conformance: ${counts% *} as expected, ${counts#* } not"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# The addon, built by npm in the build folder of suite_release.
suite_node() {
  ensure_servers
  ensure_packages "${packages_build[@]}"
  command -v npm >/dev/null || ensure_packages npm
  bindings/node/find_headers.js >/dev/null 2>&1 || ensure_packages libnode-dev
  ensure_build build --buildtype=release -Dtests=disabled "${strict[@]}"
  local counts
  rm -f "$results/node"
  rm -f bindings/node/build/hermod.node
  check env HERMOD_BUILD_DIR=build npm --prefix bindings/node ci --no-audit --no-fund
  check "$debian_python" tests/package/hardening.py bindings/node/build/hermod.node
  timeout 600 node bindings/node/test/run.js --counts "$results/node" </dev/null >&2 || true
  counts=$(cat "$results/node" 2>/dev/null) || counts='0 1'
  say "node: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

fuzz_targets=(config frames record replies request token)

# libFuzzer is part of clang's runtime, whose package name contains clang's version.
ensure_fuzz_build() {
  ensure_packages "${packages_build[@]}" clang
  local version
  version=$(clang --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
  ensure_packages "libclang-rt-$version-dev"
  CXX=clang++ ensure_configured build-fuzz --buildtype=debugoptimized -Dfuzz=enabled -Dtests=disabled \
    '-Db_sanitize=address,undefined' -Db_lundef=false
  say 'building build-fuzz'
  ninja -C build-fuzz --quiet "${fuzz_targets[@]/#/tests/fuzz/fuzz_}" </dev/null >&2 || fail 'build-fuzz does not build'
}

# fuzz TARGET SECONDS: runs one target and reports the number of inputs.
fuzz() {
  local own=build-fuzz/corpus/$1 log=build-fuzz/$1.log status=0
  mkdir -p "$own" build-fuzz/found
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "build-fuzz/tests/fuzz/fuzz_$1" -max_total_time="$2" \
    -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 -artifact_prefix="build-fuzz/found/$1-" \
    "$own" "tests/fuzz/corpus/$1" >"$log" 2>&1 || status=$?
  if [ "$status" != 0 ]; then tail -n 40 "$log"; fi
  say "fuzz $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
  return "$status"
}

# A short run of each target, over its seeds and similar inputs.
suite_fuzz() {
  ensure_fuzz_build
  local target
  for target in "${fuzz_targets[@]}"; do check fuzz "$target" 10; done
}

# The unit tests of the benchmark tools, and the limits of the instruction counts per record, message and
# client. script/bench measures times.
suite_bench() {
  ensure_packages "${packages_build[@]}" "${packages_bench[@]}"
  ensure_build build-bench "${bench_options[@]}" "${strict[@]}"
  check build-bench/bench/bench_tests --gtest_brief=1
  check python3 bench/instructions.py build-bench/bench/micro_once
}

# Dashboards and alerts, proxies in front of hermod, traces against their published schema.
suite_operators() {
  ensure_servers
  ensure_packages haproxy nginx-light openssl prometheus python3-venv
  ensure_test_build
  check "$debian_python" tests/package/observability.py "$test_build/hermod"
  check "$debian_python" tests/package/proxies.py "$test_build/hermod"
  check "$debian_python" tests/package/trace_schema.py "$test_build"
}

# The package in a minimal Debian: built, installed, upgraded, removed. Needs root.
suite_package() {
  ensure_packages debootstrap
  check script/package
  check tests/package/install.sh build-package/hermod_*.deb
}
