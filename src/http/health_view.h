#pragma once
// What the pages show of the process, asked at each request. Implemented by the composition.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hermod {

struct BackendHealth {
  bool up = false;
  std::string where;  // URL or brokers, credentials masked; "memory" for a twin
  std::string error;  // why it is not up
  std::vector<std::string> missing_topics;  // subscribed to, not there yet (Kafka)
  std::string warning = {};                 // what may do harm although it is up (Redis)
};

class HealthView {
 public:
  virtual std::string service() const = 0;
  virtual std::string environment() const = 0;
  virtual int64_t uptime_ms() const = 0;
  virtual BackendHealth redis() const = 0;
  virtual BackendHealth kafka() const = 0;
  virtual bool ready() const = 0;
  // Why it is not ready; and while it is, what needs an operator all the same.
  virtual std::vector<std::string> reasons() const = 0;
  // What an operator should know of a process that is ready nevertheless.
  virtual std::vector<std::string> warnings() const = 0;
  virtual size_t connections() const = 0;  // WebSockets, those still in their handshake included
  virtual size_t connections_per_user_max() const = 0;
  virtual std::optional<std::string> metrics() const = 0;  // Prometheus text; nullopt: off

 protected:
  ~HealthView() = default;
};

}  // namespace hermod
