#include "given_options.h"

#include "hermod/setting.h"

namespace hermod::node {
namespace {

Options embedded_options() {
  Options options;
  options.websocket_host = "127.0.0.1";
  options.websocket_port = 0;
  options.log_level = "WARNING";
  options.releasable = true;
  return options;
}

}  // namespace

Result<Options> given_options(const Arguments& arguments) {
  Options options = embedded_options();
  const std::vector<std::string> names = arguments.texts(0);
  for (uint32_t i = 0; i < names.size(); ++i) {
    napi_value value = nullptr;
    bool is_list = false;
    if (napi_get_element(arguments.env(), arguments.value(1), i, &value) != napi_ok ||
        napi_is_array(arguments.env(), value, &is_list) != napi_ok) {
      return Error{ErrorCode::kConfiguration, names[i] + " has no value"};
    }
    Setting setting{names[i], {}, {}};
    if (is_list) {
      setting.items = texts_of(arguments.env(), value);
    } else {
      setting.text = text_of(arguments.env(), value);
    }
    if (auto applied = apply_setting(setting, options); !applied) return applied.error();
  }
  options.memory_source = options.kafka_bootstrap_servers.empty();
  return options;
}

}  // namespace hermod::node
