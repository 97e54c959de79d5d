#pragma once
// The audit log: writes one line for each event to the log, with the level INFO and the name of the
// event, such as audit.connect. Repeated refusals of one address for one reason become one line
// with their count, and at most kLinesPerWindow lines about refusals are written in each
// kWindowMs. Owned by the composition in server/, which calls flush() a window after it was asked.
//
// Memory while it is on: about 200 bytes for each connection, and at most kRefusedMax entries of
// refused addresses. Off, it keeps nothing.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/audit.h"
#include "base/clock.h"
#include "hermod/log.h"

namespace hermod {

class AuditLog final : public Audit {
 public:
  static constexpr int64_t kWindowMs = 1'000;
  static constexpr size_t kLinesPerWindow = 10;
  static constexpr size_t kRefusedMax = 1'024;

  // `ask_for_flush` is called when there are refusals for a later flush(). The log and the clock
  // outlive the audit log.
  AuditLog(Log& log, const Clock& clock, std::function<void()> ask_for_flush)
      : log_(log), clock_(clock), ask_for_flush_(std::move(ask_for_flush)) {}
  ~AuditLog();  // writes what is collapsed
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // While it was off, it learnt nothing of the connections: their ends have no address.
  void set_on(bool on);

  void record(const AuditEvent& event) override;

  // Writes the collapsed refusals, as far as the limit permits, and asks again for the rest.
  void flush();

 private:
  struct Connected {
    std::string user;
    std::string address;
    std::string correlation_id;
  };
  // The last one of the refusals that the entry stands for.
  struct Refused {
    uint64_t count = 0;  // that are not written yet
    std::string user;
    std::string origin;
    std::string kid;
    std::string correlation_id;
    uint16_t code = 0;
  };
  using RefusedKey = std::pair<std::string, std::string>;  // address, reason

  void on_connect(const AuditEvent& event);
  void on_end(const AuditEvent& event);
  void on_refusal(AuditEvent event);
  bool take_line();
  void write_refusal(const RefusedKey& key, const Refused& refused);
  void write_others();

  Log& log_;
  const Clock& clock_;
  std::function<void()> ask_for_flush_;
  std::unordered_map<uint64_t, Connected> connections_;
  std::map<RefusedKey, Refused> refused_;
  uint64_t others_ = 0;  // refusals that found no room in refused_
  size_t lines_ = 0;     // about refusals, in the current window
  int64_t window_start_ms_ = 0;
  bool asked_ = false;
};

}  // namespace hermod
