#include "redis_fleet/fleet_report.h"

#include <map>

#include "base/parse.h"
#include "redis/reply.h"

namespace hermod {
namespace {

// `times` has ids and times in turn, `reports` ids and reports.
std::vector<FleetMember> members_of(const std::vector<std::string>& times,
                                    const std::vector<std::string>& reports) {
  std::map<std::string, std::string> found;
  for (size_t i = 0; i + 1 < reports.size(); i += 2) found[reports[i]] = reports[i + 1];
  std::vector<FleetMember> members;
  for (size_t i = 0; i + 1 < times.size(); i += 2) {
    members.push_back({times[i], found[times[i]], parse_number<int64_t>(times[i + 1]).value_or(0)});
  }
  return members;
}

}  // namespace

std::vector<std::string> reply_texts(const redisReply& list) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < reply_size(list); ++i) {
    if (const auto text = reply_text_at(list, i)) texts.emplace_back(*text);
  }
  return texts;
}

std::optional<FleetReport> read_fleet_report(const redisReply& reply) {
  if (reply_size(reply) != 5) return std::nullopt;
  const auto now_ms = parse_number<int64_t>(reply_text_at(reply, 0).value_or(""));
  if (!now_ms) return std::nullopt;
  return FleetReport{
      .now_ms = *now_ms,
      .added = reply_integer(*reply_at(reply, 1)) == 1,
      .dead = reply_texts(*reply_at(reply, 2)),
      .members = members_of(reply_texts(*reply_at(reply, 3)), reply_texts(*reply_at(reply, 4)))};
}

std::vector<bool> read_reachable(const redisReply& reply, size_t count) {
  std::vector<bool> reachable(count, true);
  for (size_t i = 0; i < count && reply_size(reply) == 2 * count; ++i) {
    reachable[i] = reply_integer(*reply_at(reply, 2 * i + 1)).value_or(1) > 0;
  }
  return reachable;
}

}  // namespace hermod
