#include "observe/audit_log.h"

#include <cassert>

namespace hermod {

AuditLog::~AuditLog() {
  ask_for_flush_ = nullptr;
  set_on(false);
}

void AuditLog::set_on(bool on) {
  if (on_ && !on) {
    flush();
    for (const auto& [key, refused] : refused_) others_ += refused.count;
    write_others();
    refused_.clear();
    connections_.clear();
  }
  on_ = on;
}

void AuditLog::record(const AuditEvent& event) {
  assert(on());
  switch (event.kind) {
    case AuditEvent::Kind::kConnect:
      return on_connect(event);
    case AuditEvent::Kind::kEnd:
      return on_end(event);
    case AuditEvent::Kind::kRefusal:
      return on_refusal(event);
    case AuditEvent::Kind::kRefresh: {
      const auto found = connections_.find(event.connection);
      const Connected connected = found != connections_.end() ? found->second : Connected();
      return log_.info("audit.refresh", {{"user", event.user},
                                         {"address", connected.address},
                                         {"kid", event.kid},
                                         {"correlation_id", connected.correlation_id},
                                         {"connection", event.connection}});
    }
    case AuditEvent::Kind::kAdmin:
      return log_.info("audit.admin", {{"reason", event.reason},
                                       {"user", event.user},
                                       {"jti", event.jti},
                                       {"address", event.address},
                                       {"origin", event.origin},
                                       {"correlation_id", event.correlation_id},
                                       {"code", event.code}});
    case AuditEvent::Kind::kReload:
      return log_.info("audit.reload", {{"reason", event.reason}});
  }
}

void AuditLog::on_connect(const AuditEvent& event) {
  connections_[event.connection] = {std::string(event.user), std::string(event.address),
                                    std::string(event.correlation_id)};
  log_.info("audit.connect", {{"user", event.user},
                              {"address", event.address},
                              {"origin", event.origin},
                              {"kid", event.kid},
                              {"correlation_id", event.correlation_id},
                              {"connection", event.connection}});
}

void AuditLog::on_end(const AuditEvent& event) {
  const auto found = connections_.extract(event.connection);
  const Connected connected = found ? found.mapped() : Connected();
  log_.info("audit.end", {{"user", connected.user},
                          {"address", connected.address},
                          {"correlation_id", connected.correlation_id},
                          {"code", event.code},
                          {"duration_ms", event.duration_ms},
                          {"connection", event.connection}});
}

// The first refusal of an address for a reason is written at once, if the limit permits. Its entry
// stays until the next flush and counts the others.
void AuditLog::on_refusal(AuditEvent event) {
  const auto connected = connections_.find(event.connection);
  if (connected != connections_.end()) {
    event.address = connected->second.address;
    event.correlation_id = connected->second.correlation_id;
  }
  if (!asked_) {
    asked_ = true;
    if (ask_for_flush_) ask_for_flush_();
  }
  RefusedKey key{event.address, event.reason};
  auto found = refused_.find(key);
  const bool is_first = found == refused_.end();
  if (is_first) {
    if (refused_.size() >= kRefusedMax) {
      ++others_;
      return;
    }
    found = refused_.emplace(std::move(key), Refused()).first;
  }
  found->second = {found->second.count + 1,           std::string(event.user),
                   std::string(event.origin),         std::string(event.kid),
                   std::string(event.correlation_id), event.code};
  if (!is_first || !take_line()) return;
  write_refusal(found->first, found->second);
  found->second.count = 0;
}

bool AuditLog::take_line() {
  const int64_t now_ms = clock_.steady_ms();
  if (now_ms - window_start_ms_ >= kWindowMs) {
    window_start_ms_ = now_ms;
    lines_ = 0;
  }
  if (lines_ >= kLinesPerWindow) return false;
  ++lines_;
  return true;
}

void AuditLog::flush() {
  asked_ = false;
  for (auto entry = refused_.begin(); entry != refused_.end();) {
    if (entry->second.count > 0) {
      if (!take_line()) break;
      write_refusal(entry->first, entry->second);
    }
    entry = refused_.erase(entry);
  }
  if (others_ > 0 && take_line()) write_others();
  asked_ = !refused_.empty() || others_ > 0;
  if (asked_ && ask_for_flush_) ask_for_flush_();
}

void AuditLog::write_refusal(const RefusedKey& key, const Refused& refused) {
  log_.info("audit.refusal", {{"reason", key.second},
                              {"address", key.first},
                              {"count", refused.count},
                              {"code", refused.code},
                              {"user", refused.user},
                              {"origin", refused.origin},
                              {"kid", refused.kid},
                              {"correlation_id", refused.correlation_id}});
}

// These refusals have different addresses and reasons.
void AuditLog::write_others() {
  if (others_ == 0) return;
  log_.info("audit.refusal", {{"reason", "several"}, {"address", ""}, {"count", others_}});
  others_ = 0;
}

}  // namespace hermod
