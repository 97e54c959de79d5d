#include "kafka/blocking_client.h"

#include "kafka/kafka_config.h"
#include "kafka/kafka_owned.h"

namespace hermod::kafka {
namespace {

void error_cb(rd_kafka_t*, int code, const char* reason, void* opaque) noexcept {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) *static_cast<std::string*>(opaque) = reason;
}

}  // namespace

Result<rd_kafka_t*> open_blocking_client(Client::Role role, rd_kafka_conf_t* raw_conf,
                                         std::string* last_error) {
  Conf conf(raw_conf);
  silence(conf.get());
  if (last_error != nullptr) {
    rd_kafka_conf_set_error_cb(conf.get(), error_cb);
    rd_kafka_conf_set_opaque(conf.get(), last_error);
  }
  char why[512] = "";
  const auto type = role == Client::Role::kConsumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER;
  rd_kafka_t* const handle = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (handle == nullptr) return Error{ErrorCode::kConfiguration, std::string("Kafka: ") + why};
  static_cast<void>(conf.release());  // rd_kafka_new owns it now
  return handle;
}

}  // namespace hermod::kafka
