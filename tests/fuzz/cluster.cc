// Fuzzes what cluster nodes and sentinels reply. The first byte selects the size of the pieces, the
// text before the first zero byte is CLUSTER NODES and an error, and the rest is the bytes of
// replies. A view that is accepted is merged into a map, twice.
#include <string>

#include "fuzz/fuzz.h"
#include "redis/reply_reader.h"
#include "redis_topology/cluster_view.h"
#include "redis_topology/sentinel_reply.h"

namespace hermod::fuzz {
namespace {

const RedisEndpoint kAsked{"asked.example", 7000};

void check_endpoint(const RedisEndpoint& endpoint) {
  check(endpoint.host.size() <= 255 && endpoint.port != 0, "an address is within its limits");
  check(endpoint.host.find_first_of("\r\n ") == std::string::npos, "a host is one word");
}

void check_map(const SlotMap& map) {
  for (uint16_t slot = 0; slot < kSlotCount; ++slot) {
    const uint16_t owner = map.owner_of(slot);
    check(owner == SlotMap::kNone || map.masters().at(owner).in_use(), "an owner is a master");
  }
}

void merge_view(ClusterAnswer& answer) {
  const auto view = view_of(answer);
  if (!view) return;
  const MergedMap first = merge(SlotMap(), view.value());
  check_map(first.map);
  check(first.slots_ignored == 0, "the first view is believed");
  const MergedMap again = merge(first.map, view.value());
  check(again.map == first.map, "the same view changes nothing");
}

void read_all(const redisReply& reply, ClusterAnswer& answer) {
  if (const auto master = read_sentinel_master(reply)) check_endpoint(master->endpoint);
  if (const auto peers = read_sentinel_peers(reply)) {
    for (const SentinelPeerName& peer : *peers) check_endpoint(peer.endpoint);
  }
  if (const auto replicas = read_sentinel_replicas(reply)) {
    for (const ReplicaNode& replica : *replicas) check_endpoint(replica.endpoint);
  }
  check(read_master_names(reply).find('\n') == std::string::npos, "names are one line");
  check(read_role(reply).size() < 1 << 20, "a view points into the reply");
  auto ranges = read_cluster_slots(reply, kAsked);
  if (!ranges) return;
  answer.ranges = ranges.take();
  merge_view(answer);
}

void read_text(std::string_view text, ClusterAnswer& answer) {
  if (const auto redirection = read_redirection(text, kAsked)) {
    check(redirection->slot < kSlotCount, "a slot is in its range");
    check_endpoint(redirection->endpoint);
  }
  if (auto info = read_cluster_info(text)) {
    check(info.value().state.size() <= 160, "a state is one short line");
  }
  if (auto nodes = read_cluster_nodes(text, kAsked)) answer.nodes = nodes.take();
}

void run(Input input) {
  const size_t step = input.byte() + 1U;
  ClusterAnswer answer;
  answer.info.state = "ok";
  read_text(input.until('\0'), answer);
  ReplyReader reader({.elements_max = 1 << 12, .bytes_max = 1 << 16});
  while (!input.empty() && reader.error().empty()) {
    reader.feed(input.take(step));
    while (const redisReply* reply = reader.next()) read_all(*reply, answer);
  }
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
