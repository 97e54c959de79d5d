#include "cli/kafka_access.h"

#include "cli/dev_state.h"

namespace hermod::cli {

Result<std::string> kafka_brokers(const Options& options, const Terminal& terminal) {
  if (!options.kafka_bootstrap_servers.empty()) return options.kafka_bootstrap_servers;
  const auto state = read_dev_state(options, terminal.environment);
  if (!state) return state.error();
  if (state.value() && !state.value()->bootstrap.empty()) return state.value()->bootstrap;
  return Error{
      ErrorCode::kConfiguration,
      "KAFKA_BOOTSTRAP_SERVERS is needed, because no hermod serve with an embedded broker runs on "
      "this machine"};
}

}  // namespace hermod::cli
