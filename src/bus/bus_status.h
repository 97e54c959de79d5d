#pragma once

#include <cstdint>
#include <string>

namespace hermod {

// A snapshot for health pages and metrics.
struct BusStatus {
  bool up = false;
  std::string reason;   // why it is down; while up: what does not work (publishing), or empty
  std::string warning;  // a risk although it is up (eviction), or empty
  std::string url;      // credentials shown as ***:***
  uint64_t publications_waiting = 0;
  uint64_t publications_in_flight = 0;
  uint64_t subscriptions = 0;
  uint64_t reconnects = 0;
  uint64_t memory_losses = 0;
  uint64_t external_dropped = 0;  // messages that are not UTF-8
  int64_t round_trip_us = -1;     // of the last canary command; -1: unknown
  int64_t canary_age_ms = -1;     // since a canary was last received; -1: none yet
};

}  // namespace hermod
