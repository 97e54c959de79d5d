# shellcheck shell=bash disable=SC2154 # the package lists come from setup.sh
# The suites of script/test. suite_NAME runs one and counts its passed and failed tests, and install_NAME
# installs its packages. Its preparation is the work that needs only the processor, such as a build.

export HERMOD_CACHE=$cache
export PYTHONDONTWRITEBYTECODE=1
debian_python=/usr/bin/python3 # the interpreter that finds Debian's Python packages

results=$(mktemp -d)
preparing=
finish() {
  if [ -n "$preparing" ]; then kill -TERM -- "-$preparing" 2>/dev/null || true; fi
  rm -rf "$results"
}
trap finish EXIT
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

declare -A preparations=(
  [unit]=test_build
  [contract]=test_build
  [integration]=test_build
  [e2e]=test_build
  [sanitize]=test_build
  [chaos]=test_build
  [conformance]=test_build
  [operators]=test_build
  [release]=release_build
  [node]=release_build
  [client]=release_build
  [bench]=release_build
  [tidy]=tidy
  [fuzz]=fuzz_build
  [package]=package
)

# Tests wait most of the time. Meanwhile, the preparations of all suites run in their order, at idle priority. Each runs
# once, before the first suite that needs it.
prepare_in_background() {
  set -m
  (
    set +m
    chrt --idle --pid 0 "$BASHPID"
    for suite in "${suites[@]}"; do
      preparation=${preparations[$suite]:-}
      if [ -z "$preparation" ] || [ -e "$results/prepared.$preparation" ]; then continue; fi
      "prepare_$preparation"
      : >"$results/prepared.$preparation"
    done
  ) </dev/null &
  preparing=$!
  set +m
}

# Returns when the suite is prepared.
await_preparation() {
  local marker=$results/prepared.${preparations[$1]:-}
  if [ -z "${preparations[$1]:-}" ]; then return; fi
  until [ -e "$marker" ]; do
    kill -0 "$preparing" 2>/dev/null || [ -e "$marker" ] || fail "suite $1 could not be prepared"
    sleep 0.2
  done
}

# Warnings are errors in CI, which builds everything once.
strict=()
test_build=build-test
test_options=(--buildtype=debug -Dtests=enabled)
if [ -n "${CI:-}" ]; then
  strict=(-Dwerror=true)
  test_options+=("${strict[@]}" "${unity_options[@]}")
fi

# If the suite sanitize is selected, all suites that need a test build use its build.
use_sanitizers() {
  test_build=build-sanitize
  test_options+=('-Db_sanitize=address,undefined' -Db_lundef=false -Db_coverage=true)
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
}

# gtest SUITE: runs one GoogleTest program. A crash, which leaves no report, counts as one failure.
gtest() {
  local report=$results/$1.xml counts
  rm -f "$report"
  timeout 1800 "$test_build/tests/$1_tests" --gtest_brief=1 --gtest_output="xml:$report" </dev/null >&2 || true
  counts=$(python3 script/lib/gtest_counts.py "$report") || counts='0 1'
  say "$1: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# Installs the servers that tests start.
ensure_servers() {
  ensure_packages "${packages_servers[@]}" "${packages_clients[@]}"
  ensure_kafka
}

install_lint() { ensure_packages "${packages_lint[@]}"; }
suite_lint() {
  local one
  for one in tests/lint/*.py; do
    case $one in
      */tree.py) ;;
      */self_test.py) check python3 "$one" ;;
      *) check python3 "$one" . ;;
    esac
  done
}

install_test_build() { ensure_packages "${packages_build[@]}" "${packages_unit[@]}"; }
prepare_test_build() { ensure_build "$test_build" "${test_options[@]}"; }

install_unit() { install_test_build; }
suite_unit() { gtest unit; }

install_contract() { install_test_build && ensure_servers; }
suite_contract() { gtest contract; }

install_integration() { install_test_build && ensure_servers; }
suite_integration() { gtest integration; }

install_e2e() { install_test_build && ensure_servers && ensure_packages "${packages_browser[@]}"; }
suite_e2e() { e2e "$test_build"; }

install_sanitize() { install_e2e && ensure_packages gcovr; }
suite_sanitize() {
  find "$test_build" -name '*.gcda' -delete
  suite_unit
  suite_contract
  suite_integration
  suite_e2e
  gcovr --root . --filter src/ --object-directory "$test_build" --exclude-throw-branches \
    --txt "$test_build/coverage.txt" --print-summary "$test_build" </dev/null >"$results/coverage"
  say "coverage of src/: $(grep '^lines' "$results/coverage"); by file: $test_build/coverage.txt"
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
install_chaos() { install_test_build && ensure_servers; }
suite_chaos() { chaos "$test_build"; }

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

# The build of script/server, the first run that README.md describes, and the limits of memory, which sanitizers raise.
install_release() { ensure_packages "${packages_build[@]}" && ensure_servers; }
prepare_release_build() {
  local with_bench=()
  if [[ " ${suites[*]} " = *' bench '* ]]; then with_bench=(-Dbench=enabled); fi
  ensure_release_build "${strict[@]}" "${with_bench[@]}"
}
suite_release() {
  check "$debian_python" tests/package/hardening.py build/hermod
  TEST_FILTER=FirstRun e2e build
  TEST_FILTER=Crowd e2e build
}

install_format() { ensure_packages clang-format; }
suite_format() {
  local files
  mapfile -t files < <(find src include tests bindings/node/src \( -name '*.cc' -o -name '*.h' \) | sort)
  check clang-format --dry-run -Werror "${files[@]}"
}

# Each file is one test, or each module in a unity build; one per processor runs at a time.
install_tidy() { install_test_build && ensure_packages clang-tidy; }
prepare_tidy() {
  ensure_configured "$test_build" "${test_options[@]}"
  say 'clang-tidy'
  local sources=(src)
  if compgen -G "$test_build/src/*.p/*-unity0.cpp" >/dev/null; then sources=("$test_build"/{src,hermod.p}); fi
  find "${sources[@]}" -name '*-unity*.cpp' -o -path 'src/*.cc' | sort | xargs -P "$(nproc)" -I{} script/lib/tidy {} "$test_build" >"$results/tidy"
}
suite_tidy() { note "$(grep -c passed "$results/tidy")" "$(grep -c failed "$results/tidy")"; }

# A third-party conformance suite against the WebSocket code; its client is installed in a virtual environment.
install_conformance() { install_test_build && ensure_packages python3-venv; }
suite_conformance() {
  local counts
  ninja -C "$test_build" --quiet tests/conformance/ws_echo </dev/null >&2 || fail 'the echo program does not build'
  timeout 300 "$debian_python" tests/conformance/run_autobahn.py "$test_build/tests/conformance/ws_echo" \
    --counts "$results/conformance" </dev/null >&2 || true
  counts=$(cat "$results/conformance" 2>/dev/null) || counts='0 1'
  say "conformance: ${counts% *} as expected, ${counts#* } not"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

# The addon, built by npm in the build folder of suite_release.
install_node() {
  install_release
  command -v npm >/dev/null || ensure_packages npm
  bindings/node/find_headers.js >/dev/null 2>&1 || ensure_packages libnode-dev
}
suite_node() {
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

# The package for front ends.
install_client() {
  install_release
  ensure_packages "${packages_browser[@]}"
  command -v npm >/dev/null || ensure_packages npm
}
suite_client() { client_js build/hermod; }

# client_js [HERMOD]: the tests with a real hermod are skipped without one.
client_js() {
  local counts
  rm -f "$results/client"
  check npm --prefix clients/js ci --no-audit --no-fund
  HERMOD_BINARY=${1:+$PWD/$1} timeout 600 node clients/js/test/run.mjs --counts "$results/client" </dev/null >&2 || true
  counts=$(cat "$results/client" 2>/dev/null) || counts='0 1'
  say "client: ${counts% *} passed, ${counts#* } failed"
  # shellcheck disable=SC2086 # two numbers
  note $counts
}

fuzz_targets=(cluster config frames record replies request token)

# libFuzzer is part of clang's runtime, whose package name contains clang's version.
install_fuzz() {
  ensure_packages "${packages_build[@]}" clang
  local version
  version=$(clang --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
  ensure_packages "libclang-rt-$version-dev"
}
prepare_fuzz_build() {
  CXX=clang++ ensure_configured build-fuzz --buildtype=debug -Doptimization=1 -Dfuzz=enabled -Dtests=disabled \
    "${unity_options[@]}" '-Db_sanitize=address,undefined' -Db_lundef=false
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
  local target
  for target in "${fuzz_targets[@]}"; do check fuzz "$target" 10; done
}

# The unit tests of the benchmark tools, and the limits of the instruction counts per record, message and
# client. script/bench measures times.
install_bench() { ensure_packages "${packages_build[@]}" "${packages_bench[@]}"; }
suite_bench() {
  check build/bench/bench_tests --gtest_brief=1
  check python3 bench/instructions.py build/bench/micro_once
}

# Dashboards and alerts, proxies in front of hermod, traces against their published schema.
install_operators() {
  install_test_build
  ensure_servers
  ensure_packages haproxy nginx-light openssl prometheus python3-venv
}
suite_operators() {
  check "$debian_python" tests/package/observability.py "$test_build/hermod"
  check "$debian_python" tests/package/proxies.py "$test_build/hermod"
  check "$debian_python" tests/package/trace_schema.py "$test_build"
}

# The package in a minimal Debian: built, installed, upgraded, removed. Needs root.
install_package() { ensure_packages "${packages_build[@]}" "${packages_package[@]}"; }
prepare_package() { script/package; }
suite_package() { check tests/package/install.sh build-package/hermod_*.deb; }
