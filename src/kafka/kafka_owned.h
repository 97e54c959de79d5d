#pragma once
// librdkafka's objects with unique ownership. Included only by .cc files of this module.

#include <librdkafka/rdkafka.h>

#include <memory>

namespace hermod::kafka {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

using Handle = std::unique_ptr<rd_kafka_t, Free<rd_kafka_destroy>>;
using Conf = std::unique_ptr<rd_kafka_conf_t, Free<rd_kafka_conf_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Free<rd_kafka_queue_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, Free<rd_kafka_topic_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, Free<rd_kafka_message_destroy>>;
using Headers = std::unique_ptr<rd_kafka_headers_t, Free<rd_kafka_headers_destroy>>;
using Fault = std::unique_ptr<rd_kafka_error_t, Free<rd_kafka_error_destroy>>;
using Partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, Free<rd_kafka_topic_partition_list_destroy>>;

}  // namespace hermod::kafka
