#include "source/memory_record_producer.h"

#include <cassert>
#include <utility>

namespace hermod {

MemoryRecordProducer::MemoryRecordProducer(uv_loop_t* loop, const Clock& clock,
                                           MemoryTopics& topics)
    : clock_(clock), topics_(topics), immediate_(loop, [this] { answer_all(); }) {}

MemoryRecordProducer::~MemoryRecordProducer() {
  assert(answers_.empty());
  assert(!closed_);
}

Result<void> MemoryRecordProducer::send(uint32_t topic, std::string key, std::string value,
                                        Done done) {
  if (closing_) return Error{ErrorCode::kServiceUnavailable, "the in-memory topics are closed"};
  const auto position =
      topics_.append(topic, {clock_.wall_ms(), std::move(key), std::move(value), {}});
  if (!position) return position.error();
  answers_.push_back(
      {std::move(done),
       {topics_.names()[topic], position.value().partition, position.value().offset}});
  immediate_.ask();
  return {};
}

void MemoryRecordProducer::answer_all() {
  const Closed closed = std::exchange(closed_, nullptr);
  for (const Answer& answer : std::exchange(answers_, {})) answer.done(answer.position);
  if (closed) closed();
}

void MemoryRecordProducer::close(Closed closed) {
  assert(!closing_);
  closing_ = true;
  closed_ = std::move(closed);
  immediate_.ask();
}

}  // namespace hermod
