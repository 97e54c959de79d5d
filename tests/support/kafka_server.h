#pragma once
// A real Apache Kafka (KRaft, one node) as a child process on free loopback ports. Its data
// survives stop() and kill(). The jars come from HERMOD_KAFKA_CLASSPATH, otherwise from the kafka
// folder of the cache that script/test fills. The child is killed when the test program ends.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "support/scratch_dir.h"

namespace hermod::test {

class KafkaServer {
 public:
  // Why Kafka cannot run here (no java, no jars); tests then skip. Empty if it can.
  static std::string unavailable();

  // kOn adds a second listener (SASL_PLAINTEXT, PLAIN) for the principal User:hermod with the
  // password "secret", which has no rights until allow(). Clients of the first listener have all
  // rights.
  enum class Acl { kOff, kOn };

  // Formats the storage; does not start the server. `properties` are additional configuration
  // lines, which override the default ones.
  explicit KafkaServer(std::string properties = {}, Acl acl = Acl::kOff);
  ~KafkaServer();  // kills
  KafkaServer(const KafkaServer&) = delete;
  KafkaServer& operator=(const KafkaServer&) = delete;

  // Starts the server and waits until it responds. Returns false, with its log on stderr, if it
  // does not respond within a minute.
  bool start();
  // Starts the server without waiting.
  void launch();
  bool wait_until_ready();

  void stop();    // sends SIGTERM and waits
  void kill();    // sends SIGKILL and waits
  void freeze();  // sends SIGSTOP: connections stay open, but nothing is answered
  void thaw();

  bool create_topic(const std::string& name, int32_t partitions, const std::string& config = {});
  bool delete_topic(const std::string& name);

  // Rights that every client has except between deny() and restore().
  enum class Right { kReadTopic, kDescribeTopic, kReadGroup };
  bool deny(Right right, const std::string& name);
  bool restore(Right right, const std::string& name);

  // Grants a right to User:hermod. `resource` is "topic" or "group", `operation` is "read", "write"
  // or "describe".
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
