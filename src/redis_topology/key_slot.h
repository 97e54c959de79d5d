#pragma once
// The hash slot of a key: Redis Cluster assigns each slot to one master.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr uint16_t kSlotCount = 16'384;

// As CLUSTER KEYSLOT. Only the hash tag counts if the key has one: the text between the first `{`
// and the next `}`, unless it is empty.
uint16_t key_slot(std::string_view key);

// A hash tag in this slot, "hermod-check-" and a number, always the same for a slot. It is not the
// id of a real user. A search of about 16,000 steps. Precondition: slot < kSlotCount.
std::string tag_of_slot(uint16_t slot);

}  // namespace hermod
