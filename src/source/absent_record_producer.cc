#include "source/absent_record_producer.h"

#include <utility>

namespace hermod {

AbsentRecordProducer::AbsentRecordProducer(uv_loop_t* loop)
    : immediate_(loop, [this] { std::exchange(closed_, nullptr)(); }) {}

Result<void> AbsentRecordProducer::send(uint32_t, std::string, std::string, Done) {
  return Error{ErrorCode::kServiceUnavailable,
               "this process has no Kafka: KAFKA_CONSUME is false, and KAFKA_BOOTSTRAP_SERVERS is "
               "not set"};
}

void AbsentRecordProducer::close(Closed closed) {
  closed_ = std::move(closed);
  immediate_.ask();
}

}  // namespace hermod
