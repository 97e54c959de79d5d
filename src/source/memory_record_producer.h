#pragma once
// The in-memory implementation of RecordProducer. It appends to the topics of a MemoryTopics, which
// accepts a record at once; only the answer waits for the next loop iteration.

#include <vector>

#include "base/clock.h"
#include "source/memory_topics.h"
#include "source/record_producer.h"
#include "uv/immediate.h"

namespace hermod {

class MemoryRecordProducer final : public RecordProducer {
 public:
  // `topics` must outlive the producer.
  MemoryRecordProducer(uv_loop_t* loop, const Clock& clock, MemoryTopics& topics);
  ~MemoryRecordProducer() override;

  // Also returns kServiceUnavailable if the topics are full.
  Result<void> send(uint32_t topic, std::string key, std::string value, Done done) override;
  void close(Closed closed) override;

 private:
  struct Answer {
    Done done;
    RecordPosition position;
  };

  void answer_all();

  const Clock& clock_;
  MemoryTopics& topics_;
  uv::Immediate immediate_;
  std::vector<Answer> answers_;  // of the next loop iteration
  bool closing_ = false;
  Closed closed_;
};

}  // namespace hermod
