// Each method: the router behind the object, the arguments, one call. After the end of the router
// the JavaScript side calls none but the constructor's.
#include "methods.h"

#include <memory>

#include "environment.h"
#include "json.h"
#include "router.h"
#include "values.h"

namespace hermod::node {
namespace {

using Held = std::shared_ptr<Router>;

// The router of a method's object; null, with an error thrown, when it is closed.
Router* open_router(const Arguments& arguments) {
  void* data = nullptr;
  napi_unwrap(arguments.env(), arguments.self(), &data);
  if (data != nullptr && (*static_cast<Held*>(data))->server() != nullptr) {
    return static_cast<Held*>(data)->get();
  }
  throw_error(arguments.env(), {ErrorCode::kServiceUnavailable, "the router is closed"});
  return nullptr;
}

// One method: its body gets the router and the arguments.
template <napi_value (*body)(Router&, const Arguments&)>
napi_value method(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  Router* router = open_router(arguments);
  return router == nullptr ? nullptr : body(*router, arguments);
}

napi_value construct(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  auto held =
      std::make_unique<Held>(std::make_shared<Router>(Environment::of(env), arguments.value(0)));
  napi_wrap(
      env, arguments.self(), held.release(),
      [](napi_env, void* data, void*) { delete static_cast<Held*>(data); }, nullptr, nullptr);
  return arguments.self();
}

Options embedded_options() {
  Options options;
  options.websocket_host = "127.0.0.1";
  options.websocket_port = 0;
  options.log_level = "WARNING";
  options.releasable = true;
  return options;
}

// Names, and the value of each: a text, or an array of texts for a list.
Result<Options> read_options(const Arguments& arguments) {
  Options options = embedded_options();
  const std::vector<std::string> names = arguments.texts(0);
  for (uint32_t i = 0; i < names.size(); ++i) {
    napi_value value = nullptr;
    napi_get_element(arguments.env(), arguments.value(1), i, &value);
    bool is_list = false;
    napi_is_array(arguments.env(), value, &is_list);
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

// Listens when it comes back; returns its topics, as the service has read them.
napi_value start(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  void* data = nullptr;
  napi_unwrap(env, arguments.self(), &data);
  auto options = read_options(arguments);
  if (!options) return throw_error(env, options.error());
  const Result<void> started = (*static_cast<Held*>(data))->start(options.value());
  if (!started) return throw_error(env, started.error());
  return to_js(env, to_json(options.value().kafka_topics));
}

napi_value publish(Router& router, const Arguments& arguments) {
  router.publish(arguments.number(0), static_cast<size_t>(arguments.number(1)), arguments.text(2),
                 arguments.text(3));
  return undefined(arguments.env());
}

napi_value delivered(Router& router, const Arguments& arguments) {
  router.delivered(arguments.number(0));
  return undefined(arguments.env());
}

napi_value undelivered(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), router.harness()->undelivered());
}

napi_value close(Router& router, const Arguments& arguments) {
  router.close(arguments.number(0),
               arguments.truth(1) ? Server::Ending::kDrain : Server::Ending::kNow);
  return undefined(arguments.env());
}

napi_value sent(Router& router, const Arguments& arguments) {
  if (arguments.is_undefined(0)) {
    return to_js(arguments.env(), to_json(router.harness()->sent(std::nullopt)));
  }
  const std::string user = arguments.text(0);
  return to_js(arguments.env(), to_json(router.harness()->sent(user)));
}

napi_value forget_sent(Router& router, const Arguments& arguments) {
  router.harness()->forget_sent();
  return undefined(arguments.env());
}

napi_value connections(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), to_json(router.harness()->connections()));
}

napi_value disconnect(Router& router, const Arguments& arguments) {
  const size_t count = router.harness()->disconnect(
      arguments.text(0), static_cast<uint16_t>(arguments.number(1)), arguments.text(2));
  return to_js(arguments.env(), static_cast<double>(count));
}

napi_value stats(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), to_json(router.server()->stats()));
}

napi_value metrics(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), router.server()->metrics());
}

napi_value origin(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), router.server()->url());
}

napi_value ready(Router& router, const Arguments& arguments) {
  napi_value value = nullptr;
  napi_get_boolean(arguments.env(), router.harness()->ready(), &value);
  return value;
}

napi_value token(Router& router, const Arguments& arguments) {
  const auto minted = router.harness()->token(
      arguments.text(0), static_cast<uint32_t>(arguments.number(1)), arguments.text(2));
  if (!minted) return throw_error(arguments.env(), minted.error());
  return to_js(arguments.env(), minted.value());
}

napi_value set_bus(Router& router, const Arguments& arguments) {
  const std::string word = arguments.text(0);
  const Harness::Bus state = word == "away"   ? Harness::Bus::kAway
                             : word == "back" ? Harness::Bus::kBack
                                              : Harness::Bus::kForgetful;
  if (const auto set = router.harness()->set_bus(state); !set) {
    return throw_error(arguments.env(), set.error());
  }
  return undefined(arguments.env());
}

napi_value set_client(Router& router, const Arguments& arguments) {
  router.harness()->set_client(arguments.text(0), arguments.truth(1) ? Harness::Client::kStalled
                                                                     : Harness::Client::kFlowing);
  return undefined(arguments.env());
}

napi_value advance_clock(Router& router, const Arguments& arguments) {
  router.harness()->advance_clock(static_cast<int64_t>(arguments.number(0)));
  return undefined(arguments.env());
}

napi_value listen_to(Router& router, const Arguments& arguments) {
  if (arguments.text(0) == "log") {
    router.tell_logs();
  } else {
    router.harness()->tell_deliveries();
  }
  return undefined(arguments.env());
}

napi_value ref(Router& router, const Arguments& arguments) {
  if (arguments.truth(0)) {
    router.server()->ref();
  } else {
    router.server()->unref();
  }
  return undefined(arguments.env());
}

constexpr napi_property_descriptor describe(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_default, nullptr};
}

}  // namespace

napi_value define_router_class(napi_env env) {
  const napi_property_descriptor methods[] = {
      describe("start", start),
      describe("publish", method<publish>),
      describe("delivered", method<delivered>),
      describe("undelivered", method<undelivered>),
      describe("close", method<close>),
      describe("sent", method<sent>),
      describe("forgetSent", method<forget_sent>),
      describe("connections", method<connections>),
      describe("disconnect", method<disconnect>),
      describe("stats", method<stats>),
      describe("metrics", method<metrics>),
      describe("origin", method<origin>),
      describe("ready", method<ready>),
      describe("token", method<token>),
      describe("setBus", method<set_bus>),
      describe("setClient", method<set_client>),
      describe("advanceClock", method<advance_clock>),
      describe("listenTo", method<listen_to>),
      describe("ref", method<ref>),
  };
  napi_value made = nullptr;
  napi_define_class(env, "Router", NAPI_AUTO_LENGTH, construct, nullptr, std::size(methods),
                    methods, &made);
  return made;
}

}  // namespace hermod::node
