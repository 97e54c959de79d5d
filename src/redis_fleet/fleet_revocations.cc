#include "redis_fleet/fleet_revocations.h"

#include <utility>
#include <vector>

#include "base/parse.h"
#include "redis/reply.h"
#include "redis_fleet/fleet_scripts.h"

namespace hermod {
namespace {

constexpr uint64_t kIdsAtOnce = 5000;

std::optional<int64_t> until_ms_of(std::optional<std::string_view> seconds) {
  const auto until_s = seconds ? parse_number<int64_t>(*seconds) : std::nullopt;
  if (!until_s || *until_s > INT64_MAX / 1000) return std::nullopt;
  return *until_s * 1000;
}

}  // namespace

FleetRevocations::FleetRevocations(std::string key, Command command, Found found, Log& log)
    : key_(std::move(key)), command_(std::move(command)), found_(std::move(found)), log_(log) {}

void FleetRevocations::revoke(std::string_view id, uint32_t keep_s, FleetTransport::Revoked done) {
  RedisCommand made = command_(6, [this, done = std::move(done)](const redisReply* reply) {
    const auto until_ms = reply != nullptr ? until_ms_of(reply_text(*reply)) : std::nullopt;
    if (reply != nullptr && !until_ms) on_refused(reply_error(*reply));
    done(until_ms);
  });
  made.add("EVAL").add(kFleetRevokeScript).add_number(1).add(key_).add(id).add_number(keep_s);
}

void FleetRevocations::on_refused(const std::string& error) {
  log_.write_limited("fleet revocations", LogLevel::kWarning,
                     "Redis refuses the list of revoked tokens", {{"error", error}});
}

void FleetRevocations::read() {
  failed_ = false;
  scan("0", ++reading_);
}

void FleetRevocations::scan(const std::string& cursor, uint64_t reading) {
  command_(5,
           [this, reading](const redisReply* reply) {
             if (reply != nullptr && reading == reading_) on_piece(*reply, reading);
           })
      .add("ZSCAN")
      .add(key_)
      .add(cursor)
      .add("COUNT")
      .add_number(kIdsAtOnce);
}

// ZSCAN returns everything that is in the set during the whole scan; what is added meanwhile
// arrives as a message.
void FleetRevocations::on_piece(const redisReply& reply, uint64_t reading) {
  const auto cursor = reply_text_at(reply, 0);
  const redisReply* const list = reply_at(reply, 1);
  failed_ = !cursor || list == nullptr;
  if (failed_) return on_refused(reply_error(reply));
  std::vector<RevokedToken> tokens;
  for (size_t i = 0; i + 1 < reply_size(*list); i += 2) {
    const auto id = reply_text_at(*list, i);
    const auto until_ms = until_ms_of(reply_text_at(*list, i + 1));
    if (id && until_ms) tokens.push_back({std::string(*id), *until_ms});
  }
  const std::string next(*cursor);
  if (!tokens.empty()) found_(tokens);
  if (next != "0") scan(next, reading);
}

}  // namespace hermod
