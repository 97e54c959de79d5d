#pragma once
// Port: the state of the process that the pages show. Called at each request. Implemented in
// `server/`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hermod {

struct BackendHealth {
  bool up = false;
  std::string where;  // URL or brokers, credentials masked; "memory" for the in-memory one
  std::string error;  // why it is not up
  std::vector<std::string> missing_topics;  // subscribed topics that do not exist (Kafka)
  std::string warning = {};                 // a risk although it is up (Redis)
};

class HealthView {
 public:
  virtual std::string service() const = 0;
  virtual std::string environment() const = 0;
  virtual int64_t uptime_ms() const = 0;
  virtual BackendHealth redis() const = 0;
  virtual BackendHealth kafka() const = 0;
  virtual bool ready() const = 0;
  // Why the process is not ready; while it is ready, conditions that need an operator.
  virtual std::vector<std::string> reasons() const = 0;
  // Conditions that an operator should know and that do not change readiness.
  virtual std::vector<std::string> warnings() const = 0;
  virtual size_t connections() const = 0;  // WebSockets, including those in their handshake
  virtual size_t connections_per_user_max() const = 0;
  virtual std::optional<std::string> metrics() const = 0;  // Prometheus text; nullopt: disabled

 protected:
  ~HealthView() = default;
};

}  // namespace hermod
