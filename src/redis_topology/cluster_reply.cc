#include "redis_topology/cluster_reply.h"

#include <algorithm>

#include "base/parse.h"
#include "redis/reply.h"
#include "redis_topology/key_slot.h"
#include "redis_topology/node_address.h"

namespace hermod {
namespace {

constexpr size_t kNodesMax = 2048;  // Redis recommends at most 1,000
constexpr size_t kIdBytes = 40;

Error malformed(std::string_view command) {
  return {ErrorCode::kConnection, "an unexpected reply to CLUSTER " + std::string(command)};
}

bool is_id(std::string_view text) {
  return text.size() == kIdBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<uint16_t> slot_number(std::string_view text) {
  const auto number = parse_number<uint16_t>(text);
  return number && *number < kSlotCount ? number : std::nullopt;
}

std::optional<uint16_t> slot_at(const redisReply& range, size_t index) {
  const redisReply* element = reply_at(range, index);
  const auto number = element != nullptr ? reply_integer(*element) : std::nullopt;
  if (!number || *number < 0 || *number >= kSlotCount) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

// [host, port, id, ...]; the host is nil, empty or "?" under some settings of the cluster.
std::optional<ClusterPeer> peer_of(const redisReply& entry, const RedisEndpoint& asked) {
  const redisReply* host = reply_at(entry, 0);
  const redisReply* port = reply_at(entry, 1);
  const auto id = reply_text_at(entry, 2);
  if (host == nullptr || port == nullptr || !id || !is_id(*id)) return std::nullopt;
  const auto text = reply_is_nil(*host) ? std::string_view() : reply_text(*host);
  const auto number = reply_integer(*port);
  if (!text || !number) return std::nullopt;
  const auto endpoint = node_endpoint(*text, *number, asked);
  if (!endpoint) return std::nullopt;
  return ClusterPeer{std::string(*id), *endpoint};
}

std::optional<SlotRange> range_of(const redisReply& entry, const RedisEndpoint& asked) {
  const auto first = slot_at(entry, 0);
  const auto last = slot_at(entry, 1);
  if (!first || !last || *first > *last || reply_size(entry) < 3) return std::nullopt;
  SlotRange range{*first, *last, {}, {}};
  for (size_t i = 2; i < reply_size(entry); ++i) {
    auto peer = peer_of(*reply_at(entry, i), asked);
    if (!peer) return std::nullopt;
    if (i == 2)
      range.master = std::move(*peer);
    else
      range.replicas.push_back(std::move(*peer));
  }
  return range;
}

// "[93->-ID]" or "[93-<-ID]".
std::optional<OpenSlot> open_slot(std::string_view word) {
  if (!word.starts_with('[') || !word.ends_with(']')) return std::nullopt;
  word = word.substr(1, word.size() - 2);
  const size_t arrow = word.find('-');
  if (arrow == std::string_view::npos || word.size() < arrow + 3) return std::nullopt;
  const auto slot = slot_number(word.substr(0, arrow));
  const std::string_view sign = word.substr(arrow, 3);
  const std::string_view other = word.substr(arrow + 3);
  if (!slot || !is_id(other) || (sign != "->-" && sign != "-<-")) return std::nullopt;
  using Direction = OpenSlot::Direction;
  return OpenSlot{*slot, sign == "->-" ? Direction::kMigrating : Direction::kImporting,
                  std::string(other)};
}

// The text before the next `separator`, which is removed from `rest`, too.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

void read_flags(std::string_view flags, ClusterNode& node) {
  while (!flags.empty()) {
    const std::string_view flag = next_part(flags, ',');
    if (flag == "myself") node.myself = true;
    if (flag == "master") node.master = true;
    if (flag == "fail") node.failed = true;
    if (flag == "handshake" || flag == "noaddr") node.joining = true;
  }
}

// ID ADDRESS FLAGS MASTER PING PONG EPOCH LINK SLOT...
std::optional<ClusterNode> node_of(std::string_view line, const RedisEndpoint& asked) {
  ClusterNode node;
  node.id = next_part(line, ' ');
  const std::string_view address = next_part(line, ' ');
  read_flags(next_part(line, ' '), node);
  const std::string_view master = next_part(line, ' ');
  next_part(line, ' ');
  next_part(line, ' ');
  const auto epoch = parse_number<uint64_t>(next_part(line, ' '));
  next_part(line, ' ');
  if (!is_id(node.id) || !epoch || (master != "-" && !is_id(master))) return std::nullopt;
  node.epoch = *epoch;
  if (master != "-") node.master_id = master;
  if (!node.joining) {
    const auto endpoint = parse_node_address(address.substr(0, address.find('@')), asked);
    if (!endpoint) return std::nullopt;
    node.endpoint = *endpoint;
  }
  while (!line.empty()) {
    const std::string_view word = next_part(line, ' ');
    if (auto open = open_slot(word)) node.open_slots.push_back(std::move(*open));
  }
  return node;
}

// The value in a line "name:value".
std::optional<std::string_view> field_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = next_part(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (next_part(line, ':') == name) return line;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<SlotRange>> read_cluster_slots(const redisReply& reply,
                                                  const RedisEndpoint& asked) {
  if (reply_is_error(reply)) return Error{ErrorCode::kConnection, reply_error(reply)};
  std::vector<SlotRange> ranges;
  if (reply_size(reply) > kSlotCount) return malformed("SLOTS");
  for (size_t i = 0; i < reply_size(reply); ++i) {
    auto range = range_of(*reply_at(reply, i), asked);
    if (!range) return malformed("SLOTS");
    ranges.push_back(std::move(*range));
  }
  return ranges;
}

Result<std::vector<ClusterNode>> read_cluster_nodes(std::string_view text,
                                                    const RedisEndpoint& asked) {
  std::vector<ClusterNode> nodes;
  while (!text.empty()) {
    std::string_view line = next_part(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto node = node_of(line, asked);
    if (!node || nodes.size() == kNodesMax) return malformed("NODES");
    nodes.push_back(std::move(*node));
  }
  if (nodes.empty()) return malformed("NODES");
  return nodes;
}

Result<ClusterInfo> read_cluster_info(std::string_view text) {
  const auto state = field_of(text, "cluster_state");
  const auto epoch = field_of(text, "cluster_current_epoch");
  const auto number = epoch ? parse_number<uint64_t>(*epoch) : std::nullopt;
  if (!state || !number || state->size() > kIdBytes) return malformed("INFO");
  return ClusterInfo{error_words(*state), *number};
}

std::optional<Redirection> read_redirection(std::string_view error, const RedisEndpoint& asked) {
  const std::string_view kind = next_part(error, ' ');
  if (kind != "MOVED" && kind != "ASK") return std::nullopt;
  const auto slot = slot_number(next_part(error, ' '));
  const auto endpoint = parse_node_address(error, asked);
  if (!slot || !endpoint) return std::nullopt;
  return Redirection{kind == "MOVED" ? Redirection::Kind::kMoved : Redirection::Kind::kAsk, *slot,
                     *endpoint};
}

}  // namespace hermod
