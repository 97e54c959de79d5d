#pragma once
// CLUSTER NODES, parsed: what one node of a cluster knows about all nodes.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hermod::test {

struct ClusterNode {
  std::string id;
  uint16_t port = 0;
  std::vector<std::string> flags;  // "myself", "master", "slave", "fail?", "fail", "handshake"
  std::string master_id;           // of a replica
  uint64_t epoch = 0;
  bool linked = false;
  std::vector<std::pair<int, int>> slots;  // first and last of each range

  bool is(std::string_view flag) const;
  bool healthy() const;  // has no flag of a failure or of a handshake
  bool serves(uint16_t slot) const;
};

using ClusterView = std::vector<ClusterNode>;

ClusterView parse_cluster_nodes(const std::string& text);
const ClusterNode* find_node(const ClusterView& view, uint16_t port);

// The roles, masters and slots of the nodes with these ports. Two nodes agree if their texts are
// equal.
std::string shape_of(const ClusterView& view, const std::vector<uint16_t>& ports);

}  // namespace hermod::test
