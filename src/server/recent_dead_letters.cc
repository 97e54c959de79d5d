#include "server/recent_dead_letters.h"

#include <cassert>
#include <utility>

#include "base/escape.h"

namespace hermod {

void RecentDeadLetters::on_dead_letter(const DeadRecord& record) {
  assert(record.position.topic < options_.kafka_topics.size());
  ConsoleDeadLetter shown;
  shown.time = iso8601(clock_.wall_ms());
  shown.topic = options_.kafka_topics[record.position.topic];
  shown.partition = record.position.partition;
  shown.offset = record.position.offset;
  shown.reason = record.why.reason;
  shown.field = escaped(record.field);
  shown.bytes = record.value.size();
  if (!options_.production()) {
    shown.user = escaped(record.key);
    shown.value = escaped(record.value);
  }
  kept_.push_front(std::move(shown));
  if (kept_.size() > kKeptMax) kept_.pop_back();
}

}  // namespace hermod
