#include "kafka/embedded_kafka.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "kafka/broker_waker.h"
#include "kafka/kafka_config.h"
#include "kafka/kafka_owned.h"

namespace hermod {
namespace {

constexpr int kBrokers = 1;
constexpr int kAllBrokers = -1;
constexpr int16_t kProduceRequest = 0;  // API key of the Kafka protocol

bool listens_on(int fd, uint16_t port) {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  int listening = 0;
  socklen_t flag_length = sizeof listening;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &flag_length) == 0 &&
         listening != 0 && getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 &&
         address.sin_family == AF_INET && ntohs(address.sin_port) == port;
}

// Sets TCP_NODELAY on the broker's listening socket, which accepted sockets inherit. The mock
// cluster leaves Nagle's algorithm on: of two responses in a row, the second waits 40 ms for the
// acknowledgement of the first, and so does the first record of a new process. librdkafka does not
// expose the socket, so it is found among the open file descriptors.
void send_answers_at_once(uint16_t port) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const int fd = std::atoi(entry.path().filename().c_str());
    const int on = 1;
    if (listens_on(fd, port)) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
}

}  // namespace

Result<std::unique_ptr<EmbeddedKafka>> EmbeddedKafka::start(const EmbeddedKafkaOptions& options) {
  std::unique_ptr<EmbeddedKafka> embedded(new EmbeddedKafka());
  embedded->partitions_ = options.partitions;
  char why[256] = "";
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  kafka::silence(conf);  // it would log that no broker is configured
  embedded->handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
  if (embedded->handle_ == nullptr) {
    rd_kafka_conf_destroy(conf);
    return Error{ErrorCode::kInitialization, std::string("embedded Kafka: ") + why};
  }
  embedded->cluster_ = rd_kafka_mock_cluster_new(embedded->handle_, kBrokers);
  if (embedded->cluster_ == nullptr) {
    return Error{ErrorCode::kInitialization, "embedded Kafka: cannot listen on a loopback port"};
  }
  send_answers_at_once(embedded->port());
  const BrokerWaker waker(embedded->port());
  for (const std::string& topic : options.topics) {
    if (auto created = embedded->create_topic(topic, options.partitions); !created) {
      return created.error();
    }
  }
  return embedded;
}

EmbeddedKafka::~EmbeddedKafka() {
  destroy();
}

void EmbeddedKafka::destroy() {
  if (cluster_ != nullptr) rd_kafka_mock_cluster_destroy(cluster_);
  if (handle_ != nullptr) rd_kafka_destroy(handle_);
  cluster_ = nullptr;
  handle_ = nullptr;
}

void EmbeddedKafka::close(uv_loop_t* loop, Closed closed) {
  destruction_.run(
      loop, [this] { destroy(); }, std::move(closed));
}

uint16_t EmbeddedKafka::port() const {
  const std::string where = bootstrap();
  return static_cast<uint16_t>(std::atoi(where.c_str() + where.rfind(':') + 1));
}

std::string EmbeddedKafka::bootstrap() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

Result<void> EmbeddedKafka::create_topic(const std::string& name, int32_t partitions) {
  const rd_kafka_resp_err_t code =
      rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, kBrokers);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return Error{ErrorCode::kInitialization,
               "embedded Kafka: topic " + name + ": " + rd_kafka_err2str(code)};
}

void EmbeddedKafka::set_reachable(Reachable reachable) {
  if (reachable == Reachable::kYes) {
    rd_kafka_mock_broker_set_up(cluster_, kAllBrokers);
  } else {
    rd_kafka_mock_broker_set_down(cluster_, kAllBrokers);
  }
}

void EmbeddedKafka::refuse_size(int count) {
  for (int i = 0; i < count; ++i) {
    rd_kafka_mock_push_request_errors(cluster_, kProduceRequest, 1,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  }
}

}  // namespace hermod
