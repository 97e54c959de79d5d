# shellcheck shell=bash disable=SC2034 # scripts that source this file use redis_url
# Redis Cluster and Redis Sentinel on loopback, for script/server. Source it after setup.sh. The servers keep their data in
# a temporary directory, which stop_redis_servers deletes.

redis_place=
redis_url=
redis_pids=()

# Also if the script is killed, no server remains: the kernel ends the children.
stop_redis_servers() {
  local pid
  for pid in "${redis_pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  for pid in "${redis_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  redis_pids=()
  if [ -n "$redis_place" ]; then rm -rf "$redis_place"; fi
}

# free_ports COUNT: ports that are free now, all different.
free_ports() {
  python3 - "$1" <<'PYTHON'
import socket
import sys

probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(probe.getsockname()[1] for probe in probes))
PYTHON
}

# await_redis COMMAND PORT: waits until the command succeeds, for at most 20 s.
await_redis() {
  local tries=0
  until "$@"; do
    tries=$((tries + 1))
    if [ "$tries" = 200 ]; then fail "Redis on port $2 is not ready: $1"; fi
    sleep 0.1
  done
}

cluster_agrees() {
  [ "$(redis-cli -p "$1" cluster nodes | grep -c '\bslave\b')" = 3 ] && redis-cli -p "$1" cluster info | grep -q cluster_state:ok
}

sentinel_agrees() {
  redis-cli -p "$1" sentinel ckquorum mymaster | grep -q '^OK 3'
}

# start_redis PROGRAM PORT [LINE...]: the lines of its configuration. It has a session of its own, so that Ctrl-C ends
# hermod first.
start_redis() {
  local program=$1 port=$2 place=$redis_place/$2 tries=0
  shift 2
  mkdir "$place"
  printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $place" "$@" >"$place/redis.conf"
  setsid setpriv --pdeathsig KILL "$program" "$place/redis.conf" </dev/null >"$place/log" 2>&1 &
  redis_pids+=($!)
  until [ "$(redis-cli -p "$port" ping 2>/dev/null)" = PONG ]; do
    tries=$((tries + 1))
    if [ "$tries" = 100 ] || ! kill -0 "${redis_pids[-1]}" 2>/dev/null; then
      cat "$place/log" >&2
      fail "$program does not start"
    fi
    sleep 0.1
  done
}

# Three masters, each with a replica.
start_redis_cluster() {
  local ports port number nodes=()
  redis_place=$(mktemp -d)
  read -ra ports < <(free_ports 12)
  for number in {0..5}; do
    port=${ports[number]}
    start_redis redis-server "$port" 'save ""' 'appendonly yes' 'cluster-enabled yes' "cluster-port ${ports[number + 6]}" \
      'cluster-node-timeout 2000' 'cluster-require-full-coverage no' 'repl-diskless-sync-delay 0'
    nodes+=("127.0.0.1:$port")
  done
  redis-cli --cluster create "${nodes[@]}" --cluster-replicas 1 --cluster-yes >"$redis_place/log" 2>&1 ||
    { cat "$redis_place/log" >&2 && fail 'redis-cli cannot create the cluster'; }
  for port in "${ports[@]:0:6}"; do await_redis cluster_agrees "$port"; done
  redis_url=redis+cluster://$(join_by_comma "${nodes[@]}")
  say "Redis Cluster on ${nodes[*]}; look at it with: redis-cli -p ${ports[0]} cluster nodes"
}

# A master, two replicas and three sentinels.
start_redis_sentinel() {
  local ports port watched=() nodes=()
  redis_place=$(mktemp -d)
  read -ra ports < <(free_ports 6)
  start_redis redis-server "${ports[0]}" 'save ""' 'appendonly yes' 'repl-diskless-sync-delay 0'
  for port in "${ports[@]:1:2}"; do
    start_redis redis-server "$port" 'save ""' 'appendonly yes' "replicaof 127.0.0.1 ${ports[0]}"
  done
  for port in "${ports[@]:0:3}"; do nodes+=("127.0.0.1:$port"); done
  for port in "${ports[@]:3}"; do
    start_redis redis-sentinel "$port" "sentinel monitor mymaster 127.0.0.1 ${ports[0]} 2" \
      'sentinel down-after-milliseconds mymaster 2000' 'sentinel failover-timeout mymaster 5000'
    watched+=("127.0.0.1:$port")
  done
  for port in "${ports[@]:3}"; do await_redis sentinel_agrees "$port"; done
  redis_url=redis+sentinel://$(join_by_comma "${watched[@]}")/mymaster
  say "Redis on ${nodes[*]}, Sentinel on ${watched[*]}; look at it with: redis-cli -p ${ports[3]} sentinel master mymaster"
}

join_by_comma() {
  local IFS=,
  printf '%s' "$*"
}
