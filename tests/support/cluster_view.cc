#include "support/cluster_view.h"

#include <algorithm>
#include <sstream>

namespace hermod::test {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, separator);) parts.push_back(part);
  return parts;
}

// "127.0.0.1:7000@17000" or, with a name, "127.0.0.1:7000@17000,name".
uint16_t port_of(const std::string& address) {
  const std::string pair = address.substr(0, address.find('@'));
  return static_cast<uint16_t>(std::stoi(pair.substr(pair.rfind(':') + 1)));
}

// "id address flags master ping pong epoch link slot slot ...", where "[93-<-id]" is a slot that is
// being moved.
ClusterNode parse_line(const std::string& line) {
  const std::vector<std::string> words = split(line, ' ');
  ClusterNode node;
  node.id = words.at(0);
  node.port = port_of(words.at(1));
  node.flags = split(words.at(2), ',');
  if (words.at(3) != "-") node.master_id = words[3];
  node.epoch = std::stoull(words.at(6));
  node.linked = words.at(7) == "connected";
  for (size_t i = 8; i < words.size(); ++i) {
    if (words[i].starts_with('[')) continue;
    const std::vector<std::string> range = split(words[i], '-');
    node.slots.emplace_back(std::stoi(range.front()), std::stoi(range.back()));
  }
  return node;
}

}  // namespace

bool ClusterNode::is(std::string_view flag) const {
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

bool ClusterNode::healthy() const {
  return linked && !is("fail") && !is("fail?") && !is("handshake");
}

bool ClusterNode::serves(uint16_t slot) const {
  return std::any_of(slots.begin(), slots.end(), [slot](const auto& range) {
    return range.first <= slot && slot <= range.second;
  });
}

ClusterView parse_cluster_nodes(const std::string& text) {
  ClusterView view;
  for (const std::string& line : split(text, '\n')) {
    if (std::count(line.begin(), line.end(), ' ') >= 7) view.push_back(parse_line(line));
  }
  return view;
}

const ClusterNode* find_node(const ClusterView& view, uint16_t port) {
  for (const ClusterNode& node : view) {
    if (node.port == port) return &node;
  }
  return nullptr;
}

std::string shape_of(const ClusterView& view, const std::vector<uint16_t>& ports) {
  std::string shape;
  for (const uint16_t port : ports) {
    const ClusterNode* const node = find_node(view, port);
    if (node == nullptr || !node->healthy()) return "incomplete";
    shape +=
        std::to_string(port) + (node->is("master") ? " master" : " replica of " + node->master_id);
    for (const auto& [first, last] : node->slots) {
      shape += ' ' + std::to_string(first) + '-' + std::to_string(last);
    }
    shape += '\n';
  }
  return shape;
}

}  // namespace hermod::test
