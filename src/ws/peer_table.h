#pragma once
// Owns the connections of a server: a list, and an index by file descriptor. Owned by WsServer,
// which adds and removes them; WsDrain and InflowWatch look them up.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "ws/ws_peer.h"

namespace hermod {

class PeerTable {
 public:
  // Precondition: no other peer has its descriptor.
  WsPeer& add(std::unique_ptr<WsPeer> peer);

  // Destroys the peer. The last one of the list replaces it.
  void remove(const WsPeer& peer);

  WsPeer* find(int fd) const;  // null if there is none

  bool empty() const { return peers_.empty(); }
  size_t size() const { return peers_.size(); }
  WsPeer& at(size_t position) const { return *peers_[position]; }
  const std::vector<std::unique_ptr<WsPeer>>& all() const { return peers_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  static size_t slot_of(const WsPeer& peer);

  std::vector<std::unique_ptr<WsPeer>> peers_;
  std::vector<uint32_t> positions_;  // by descriptor: the position in peers_, or kNone
};

}  // namespace hermod
