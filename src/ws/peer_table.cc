#include "ws/peer_table.h"

#include <cassert>
#include <utility>

namespace hermod {

size_t PeerTable::slot_of(const WsPeer& peer) {
  return static_cast<size_t>(peer.descriptor());
}

WsPeer& PeerTable::add(std::unique_ptr<WsPeer> peer) {
  const size_t slot = slot_of(*peer);
  if (slot >= positions_.size()) positions_.resize(slot + 1, kNone);
  assert(positions_[slot] == kNone);
  positions_[slot] = static_cast<uint32_t>(peers_.size());
  peers_.push_back(std::move(peer));
  return *peers_.back();
}

void PeerTable::remove(const WsPeer& peer) {
  const uint32_t position = std::exchange(positions_[slot_of(peer)], kNone);
  assert(position < peers_.size());
  assert(peers_[position].get() == &peer);
  std::unique_ptr<WsPeer> removed = std::move(peers_.back());
  if (removed.get() != &peer) {
    positions_[slot_of(*removed)] = position;
    std::swap(peers_[position], removed);
  }
  peers_.pop_back();
}

WsPeer* PeerTable::find(int fd) const {
  const auto slot = static_cast<size_t>(fd);
  const uint32_t position = slot < positions_.size() ? positions_[slot] : kNone;
  return position != kNone ? peers_[position].get() : nullptr;
}

}  // namespace hermod
