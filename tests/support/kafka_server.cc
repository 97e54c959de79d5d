#include "support/kafka_server.h"

#include <fcntl.h>
#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <sstream>
#include <vector>

#include "kafka/kafka_probe.h"
#include "support/free_port.h"

namespace hermod::test {
namespace {

constexpr int kStartSecondsMax = 60;
constexpr int kAdminTimeoutMs = 10'000;

std::string class_path() {
  if (const char* given = std::getenv("HERMOD_KAFKA_CLASSPATH")) return given;
  std::filesystem::path folder;
  if (const char* cache = std::getenv("HERMOD_CACHE")) {
    folder = std::filesystem::path(cache) / "kafka";
  } else if (const char* home = std::getenv("HOME")) {
    folder = std::filesystem::path(home) / ".cache/hermod/kafka";
  }
  std::error_code error;
  if (std::filesystem::is_empty(folder, error) || error) return "";
  return (folder / "*").string();
}

struct FreeHandle {
  void operator()(rd_kafka_t* handle) const noexcept { rd_kafka_destroy(handle); }
};

std::unique_ptr<rd_kafka_t, FreeHandle> admin_client(const std::string& brokers) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", brokers.c_str(), nullptr, 0);
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
  return std::unique_ptr<rd_kafka_t, FreeHandle>(rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0));
}

// The result of an admin request about a single topic.
bool succeeded(rd_kafka_queue_t* queue) {
  rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, kAdminTimeoutMs);
  if (event == nullptr) return false;
  size_t count = 0;
  const rd_kafka_topic_result_t** topics = nullptr;
  if (const auto* created = rd_kafka_event_CreateTopics_result(event)) {
    topics = rd_kafka_CreateTopics_result_topics(created, &count);
  } else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event)) {
    topics = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  }
  const bool good = count == 1 && rd_kafka_topic_result_error(topics[0]) == 0;
  if (!good) std::cerr << "Kafka admin: " << rd_kafka_event_error_string(event) << "\n";
  rd_kafka_event_destroy(event);
  return good;
}

// The ACLs that deny a right. If a resource has any ACL, Kafka denies everything that no ACL
// allows, so the first ACL allows everything.
std::vector<rd_kafka_AclBinding_t*> rules_that_deny(KafkaServer::Right right,
                                                    const std::string& name) {
  const auto type =
      right == KafkaServer::Right::kReadGroup ? RD_KAFKA_RESOURCE_GROUP : RD_KAFKA_RESOURCE_TOPIC;
  const auto denied = right == KafkaServer::Right::kDescribeTopic ? RD_KAFKA_ACL_OPERATION_DESCRIBE
                                                                  : RD_KAFKA_ACL_OPERATION_READ;
  const auto rule = [&](rd_kafka_AclOperation_t operation,
                        rd_kafka_AclPermissionType_t permission) {
    return rd_kafka_AclBinding_new(type, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*",
                                   "*", operation, permission, nullptr, 0);
  };
  return {rule(RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW),
          rule(denied, RD_KAFKA_ACL_PERMISSION_TYPE_DENY)};
}

// Whether the result of an admin request about ACLs has no errors.
bool rules_changed(rd_kafka_queue_t* queue) {
  rd_kafka_event_t* const event = rd_kafka_queue_poll(queue, kAdminTimeoutMs);
  if (event == nullptr) return false;
  bool good = rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR;
  size_t count = 0;
  if (const auto* created = rd_kafka_event_CreateAcls_result(event)) {
    const rd_kafka_acl_result_t** acls = rd_kafka_CreateAcls_result_acls(created, &count);
    for (size_t i = 0; i < count; ++i) good = good && rd_kafka_acl_result_error(acls[i]) == nullptr;
  }
  if (!good) std::cerr << "Kafka admin: " << rd_kafka_event_error_string(event) << "\n";
  rd_kafka_event_destroy(event);
  return good;
}

}  // namespace

std::string KafkaServer::unavailable() {
  if (std::system("java -version >/dev/null 2>&1") != 0) return "no java";
  if (class_path().empty()) return "no Kafka jars: set HERMOD_KAFKA_CLASSPATH";
  return "";
}

KafkaServer::KafkaServer(std::string properties, Acl acl)
    : properties_(std::move(properties)),
      acl_(acl),
      port_(free_port()),
      sasl_port_(free_port()),
      controller_port_(free_port()) {
  write_configuration();
  const pid_t formatter =
      spawn("kafka.tools.StorageTool",
            "format --standalone -t MkU3OEVBNTcwNTJENDM2Qk -c " + configuration_);
  int status = 0;
  waitpid(formatter, &status, 0);
}

KafkaServer::~KafkaServer() {
  kill();
}

void KafkaServer::write_configuration() {
  const std::string port = std::to_string(port_);
  const std::string controller = "127.0.0.1:" + std::to_string(controller_port_);
  std::string text;
  text += "process.roles=broker,controller\nnode.id=1\n";
  text += "controller.quorum.bootstrap.servers=" + controller + "\n";
  const std::string sasl =
      acl_ == Acl::kOn ? ",SASL_PLAINTEXT://127.0.0.1:" + std::to_string(sasl_port_) : "";
  text += "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://" + controller + sasl + "\n";
  text += "advertised.listeners=PLAINTEXT://127.0.0.1:" + port + sasl + "\n";
  if (acl_ == Acl::kOn) {
    text +=
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,"
        "SASL_PLAINTEXT:SASL_PLAINTEXT\n";
    text += "super.users=User:ANONYMOUS\nsasl.enabled.mechanisms=PLAIN\n";
    text +=
        "listener.name.sasl_plaintext.plain.sasl.jaas.config="
        "org.apache.kafka.common.security.plain.PlainLoginModule required "
        "user_hermod=\"secret\";\n";
  }
  text += "controller.listener.names=CONTROLLER\n";
  text += "log.dirs=" + (dir_.path() / "data").string() + "\n";
  text += "offsets.topic.num.partitions=1\noffsets.topic.replication.factor=1\n";
  // A short session, so that the controller soon drops the registration of a killed broker.
  text += "broker.session.timeout.ms=2000\nbroker.heartbeat.interval.ms=500\n";
  text += "group.initial.rebalance.delay.ms=0\nauto.create.topics.enable=false\n";
  text += "transaction.state.log.num.partitions=1\ntransaction.state.log.replication.factor=1\n";
  text += "transaction.state.log.min.isr=1\n";
  text += "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n";
  text += "allow.everyone.if.no.acl.found=";
  text += (acl_ == Acl::kOn ? "false\n" : "true\n") + properties_;
  configuration_ = dir_.write("server.properties", text);
}

pid_t KafkaServer::spawn(const std::string& main_class, const std::string& arguments) {
  std::vector<std::string> words = {
      "java", "-Xmx512m",   "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
      "-cp",  class_path(), main_class};
  std::istringstream more(arguments);
  words.insert(words.end(), std::istream_iterator<std::string>(more), {});
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string log = (dir_.path() / "kafka.log").string();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execvp("java", argv.data());
  _exit(127);
}

void KafkaServer::launch() {
  child_ = spawn("kafka.Kafka", configuration_);
}

bool KafkaServer::start() {
  launch();
  return wait_until_ready();
}

bool KafkaServer::wait_until_ready() {
  for (int second = 0; second < kStartSecondsMax; ++second) {
    int status = 0;
    if (waitpid(child_, &status, WNOHANG) == child_) {
      child_ = -1;
      break;
    }
    if (kafka_probe({.brokers = bootstrap(), .timeout_ms = 1000}, {})) return true;
  }
  std::cerr << "Kafka did not start:\n" << std::ifstream(dir_.path() / "kafka.log").rdbuf();
  return false;
}

void KafkaServer::end(int signal) {
  if (child_ < 0) return;
  ::kill(child_, signal);
  int status = 0;
  waitpid(child_, &status, 0);
  child_ = -1;
}

void KafkaServer::stop() {
  end(SIGTERM);
}

void KafkaServer::kill() {
  end(SIGKILL);
}

void KafkaServer::freeze() {
  ::kill(child_, SIGSTOP);
}

void KafkaServer::thaw() {
  ::kill(child_, SIGCONT);
}

bool KafkaServer::create_topic(const std::string& name, int32_t partitions,
                               const std::string& config) {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  rd_kafka_NewTopic_t* topic = rd_kafka_NewTopic_new(name.c_str(), partitions, 1, nullptr, 0);
  if (const size_t equals = config.find('='); equals != std::string::npos) {
    rd_kafka_NewTopic_set_config(topic, config.substr(0, equals).c_str(),
                                 config.substr(equals + 1).c_str());
  }
  rd_kafka_CreateTopics(client.get(), &topic, 1, nullptr, queue);
  const bool created = succeeded(queue);
  rd_kafka_NewTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  return created;
}

bool KafkaServer::allow(const std::string& resource, const std::string& name,
                        const std::string& operation) {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  rd_kafka_AclOperation_t what = RD_KAFKA_ACL_OPERATION_DESCRIBE;
  if (operation == "read") what = RD_KAFKA_ACL_OPERATION_READ;
  if (operation == "write") what = RD_KAFKA_ACL_OPERATION_WRITE;
  rd_kafka_AclBinding_t* binding = rd_kafka_AclBinding_new(
      resource == "group" ? RD_KAFKA_RESOURCE_GROUP : RD_KAFKA_RESOURCE_TOPIC, name.c_str(),
      RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:hermod", "*", what,
      RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, nullptr, 0);
  rd_kafka_CreateAcls(client.get(), &binding, 1, nullptr, queue);
  const bool allowed = rules_changed(queue);
  rd_kafka_AclBinding_destroy(binding);
  rd_kafka_queue_destroy(queue);
  return allowed;
}

bool KafkaServer::allow_nothing() {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  rd_kafka_AclBindingFilter_t* filter = rd_kafka_AclBindingFilter_new(
      RD_KAFKA_RESOURCE_ANY, nullptr, RD_KAFKA_RESOURCE_PATTERN_ANY, "User:hermod", nullptr,
      RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, nullptr, 0);
  rd_kafka_DeleteAcls(client.get(), &filter, 1, nullptr, queue);
  const bool deleted = rules_changed(queue);
  rd_kafka_AclBinding_destroy(filter);
  rd_kafka_queue_destroy(queue);
  return deleted;
}

bool KafkaServer::delete_topic(const std::string& name) {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
  rd_kafka_DeleteTopics(client.get(), &topic, 1, nullptr, queue);
  const bool deleted = succeeded(queue);
  rd_kafka_DeleteTopic_destroy(topic);
  rd_kafka_queue_destroy(queue);
  return deleted;
}

bool KafkaServer::deny(Right right, const std::string& name) {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  std::vector<rd_kafka_AclBinding_t*> rules = rules_that_deny(right, name);
  rd_kafka_CreateAcls(client.get(), rules.data(), rules.size(), nullptr, queue);
  const bool denied = rules_changed(queue);
  rd_kafka_AclBinding_destroy_array(rules.data(), rules.size());
  rd_kafka_queue_destroy(queue);
  return denied;
}

bool KafkaServer::restore(Right right, const std::string& name) {
  const auto client = admin_client(bootstrap());
  rd_kafka_queue_t* const queue = rd_kafka_queue_new(client.get());
  const auto type = right == Right::kReadGroup ? RD_KAFKA_RESOURCE_GROUP : RD_KAFKA_RESOURCE_TOPIC;
  rd_kafka_AclBindingFilter_t* all = rd_kafka_AclBindingFilter_new(
      type, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, nullptr, nullptr,
      RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, nullptr, 0);
  rd_kafka_DeleteAcls(client.get(), &all, 1, nullptr, queue);
  const bool restored = rules_changed(queue);
  rd_kafka_AclBinding_destroy(all);
  rd_kafka_queue_destroy(queue);
  return restored;
}

}  // namespace hermod::test
