#pragma once
// A real Apache Kafka (KRaft, one node) as a child process on free loopback ports, with data of its
// own that outlives stop() and kill(). The jars come from HERMOD_KAFKA_CLASSPATH, else from the
// kafka folder of the cache that script/ fills. The child dies with the test program.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "support/scratch_dir.h"

namespace hermod::test {

class KafkaServer {
 public:
  // Why there is none to be had (no java, no jars); empty when there is. Tests skip then.
  static std::string unavailable();

  // kOn: a second listener (SASL_PLAINTEXT, PLAIN) for the principal User:hermod with the password
  // "secret", who may do nothing until it is allowed. The first listener may do all.
  enum class Acl { kOff, kOn };

  // Formatted, not started. `properties`: further lines of its configuration, which win over those
  // it has otherwise.
  explicit KafkaServer(std::string properties = {}, Acl acl = Acl::kOff);
  ~KafkaServer();  // kills
  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;

  // Until it answers; false, with its log on stderr, when it does not within a minute.
  bool start();
  // The same without waiting for the answer.
  void launch();
  bool wait_until_ready();

  void stop();    // SIGTERM, and waits
  void kill();    // SIGKILL, and waits
  void freeze();  // SIGSTOP: connections stay, nothing is answered
  void thaw();

  bool create_topic(const std::string& name, int32_t partitions, const std::string& config = {});
  bool delete_topic(const std::string& name);

  // A right that every client has until it is denied, and again after it was restored.
  enum class Right { kReadTopic, kDescribeTopic, kReadGroup };
  bool deny(Right right, const std::string& name);
  bool restore(Right right, const std::string& name);

  // Of User:hermod: what `resource` is ("topic", "group"), its name, and "read", "write",
  // "describe".
  bool allow(const std::string& resource, const std::string& name, const std::string& operation);
  bool allow_nothing();

  std::string sasl_bootstrap() const { return "127.0.0.1:" + std::to_string(sasl_port_); }
  std::string bootstrap() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void write_configuration();
  pid_t spawn(const std::string& main_class, const std::string& arguments);
  void end(int signal);

  ScratchDir dir_;
  std::string properties_;
  std::string configuration_;
  Acl acl_;
  uint16_t port_ = 0;
  uint16_t sasl_port_ = 0;
  uint16_t controller_port_ = 0;
  pid_t child_ = -1;
};

}  // namespace hermod::test
