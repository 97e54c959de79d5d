#pragma once
// The limit of a user's connections over all processes, for the connections of this process that
// wait to be admitted (core/user_leases.h).
//
// - A newcomer waits: the user's connections are pinged, here and in the other processes. The bus
//   is asked again every 300 ms, until the newcomer is refused (4000) 2.5 s after its upgrade.
// - A connection that has not answered within quota_answer_ms is closed, the one that was silent
//   for the longest time first, and at most one for each newcomer.
//
// Owned by WsServer.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text_hash.h"
#include "core/quota_listener.h"
#include "core/quota_probe.h"
#include "uv/timer.h"

namespace hermod {

class WsPeer;
struct WsShared;

class LeaseQuota final : public QuotaListener {
 public:
  LeaseQuota(uv_loop_t* loop, WsShared& shared);
  ~LeaseQuota();
  LeaseQuota(const LeaseQuota&) = delete;
  LeaseQuota& operator=(const LeaseQuota&) = delete;

  // Null (the default): the other processes are not asked.
  void set_probe(QuotaProbe* probe) { probe_ = probe; }

  void on_over_quota(std::string_view user) override;

  // Pings the user's connections in this process, and closes up to `needed` silent ones.
  void probe(std::string_view user, size_t needed);

  void tick();  // the work of the timer

 private:
  struct Probe {
    std::string user;
    size_t needed = 0;
    int64_t asked_ms = 0;  // steady
  };
  struct Waiting {
    size_t probed_for = 0;  // newcomers
    int64_t asked_ms = 0;   // steady: the last request to the bus, or its answer
  };

  size_t newcomers_of(std::string_view user) const;
  bool may_make_room(std::string_view user) const;
  void refuse(std::string_view user, int64_t since_max_ms);
  void close_silent(const Probe& probe);
  void arm();

  WsShared& shared_;
  QuotaProbe* probe_ = nullptr;
  std::unordered_map<std::string, Waiting, TextHash, std::equal_to<>> waiting_;
  std::deque<Probe> probes_;  // oldest first
  uv::Timer timer_;
};

}  // namespace hermod
