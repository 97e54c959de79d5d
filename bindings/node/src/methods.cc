// Each method finds the router of its object, converts the arguments and makes one call. A method
// of a closed router throws.
#include "methods.h"

#include <cstdint>
#include <limits>
#include <memory>

#include "environment.h"
#include "given_options.h"
#include "json.h"
#include "router.h"
#include "values.h"

namespace hermod::node {
namespace {

using Held = std::shared_ptr<Router>;

// The shared pointer that the method's object owns; null if the object is not a router.
Held* held_by(const Arguments& arguments) {
  void* data = nullptr;
  const napi_status status = napi_unwrap(arguments.env(), arguments.self(), &data);
  return status == napi_ok ? static_cast<Held*>(data) : nullptr;
}

// The router of the method's object; null, with a JavaScript exception pending, if it is closed.
Router* open_router(const Arguments& arguments) {
  const Held* held = held_by(arguments);
  if (held != nullptr && (*held)->server() != nullptr) return held->get();
  throw_error(arguments.env(), {ErrorCode::kServiceUnavailable, "the router is closed"});
  return nullptr;
}

// Adapts `body` to a native method.
template <napi_value (*body)(Router&, const Arguments&)>
napi_value method(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  Router* router = open_router(arguments);
  return router == nullptr ? nullptr : body(*router, arguments);
}

napi_value construct(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  Environment* environment = Environment::of(env);
  if (environment == nullptr) return nullptr;
  auto held = std::make_unique<Held>(std::make_shared<Router>(*environment, arguments.value(0)));
  if (!(*held)->usable()) return nullptr;
  const napi_status wrapped = napi_wrap(
      env, arguments.self(), held.get(),
      [](napi_env, void* data, void*) { delete static_cast<Held*>(data); }, nullptr, nullptr);
  if (!done(env, wrapped, "attach the router to its object")) return nullptr;
  static_cast<void>(held.release());
  return arguments.self();
}

// Starts the router, which listens when this returns. Returns the parsed list of topics.
napi_value start(napi_env env, napi_callback_info info) noexcept {
  const Arguments arguments(env, info);
  const Held* held = held_by(arguments);
  if (held == nullptr) {
    return throw_error(env, {ErrorCode::kValidation, "start() must be called on a Router"});
  }
  auto options = given_options(arguments);
  if (!options) return throw_error(env, options.error());
  const Result<void> started = (*held)->start(options.value());
  if (!started) return throw_error(env, started.error());
  return to_js(env, to_json(options.value().kafka_topics));
}

napi_value publish(Router& router, const Arguments& arguments) {
  const auto topic = arguments.integer(1, {"topic", 0, router.topics() - 1});
  if (!topic) return throw_error(arguments.env(), topic.error());
  router.publish(arguments.number(0), static_cast<size_t>(topic.value()), arguments.text(2),
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
  const auto code = arguments.integer(1, {"code", 1000, 4999});
  if (!code) return throw_error(arguments.env(), code.error());
  const size_t count = router.harness()->disconnect(
      arguments.text(0), static_cast<uint16_t>(code.value()), arguments.text(2));
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

napi_value admin_origin(Router& router, const Arguments& arguments) {
  return to_js(arguments.env(), router.server()->admin_url());
}

napi_value ready(Router& router, const Arguments& arguments) {
  napi_value value = nullptr;
  const napi_status status = napi_get_boolean(arguments.env(), router.harness()->ready(), &value);
  return done(arguments.env(), status, "create the result of ready()") ? value : nullptr;
}

napi_value token(Router& router, const Arguments& arguments) {
  const auto lifetime_s =
      arguments.integer(1, {"expiresIn", 0, std::numeric_limits<uint32_t>::max()});
  if (!lifetime_s) return throw_error(arguments.env(), lifetime_s.error());
  const auto minted = router.harness()->token(
      arguments.text(0), static_cast<uint32_t>(lifetime_s.value()), arguments.text(2));
  if (!minted) return throw_error(arguments.env(), minted.error());
  return to_js(arguments.env(), minted.value());
}

napi_value set_bus(Router& router, const Arguments& arguments) {
  const std::string word = arguments.text(0);
  const Harness::Bus state = word == "away"   ? Harness::Bus::kDown
                             : word == "back" ? Harness::Bus::kUp
                                              : Harness::Bus::kMemoryLost;
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
  const auto ms = arguments.integer(0, {"advance", 0, Router::kAdvanceMsMax});
  if (!ms) return throw_error(arguments.env(), ms.error());
  if (const auto moved = router.advance_clock(ms.value()); !moved) {
    return throw_error(arguments.env(), moved.error());
  }
  return undefined(arguments.env());
}

napi_value listen_to(Router& router, const Arguments& arguments) {
  if (arguments.text(0) == "log") {
    router.report_logs();
  } else {
    router.harness()->report_deliveries();
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
      describe("adminOrigin", method<admin_origin>),
      describe("ready", method<ready>),
      describe("token", method<token>),
      describe("setBus", method<set_bus>),
      describe("setClient", method<set_client>),
      describe("advanceClock", method<advance_clock>),
      describe("listenTo", method<listen_to>),
      describe("ref", method<ref>),
  };
  napi_value made = nullptr;
  const napi_status status = napi_define_class(env, "Router", NAPI_AUTO_LENGTH, construct, nullptr,
                                               std::size(methods), methods, &made);
  return done(env, status, "define the class Router") ? made : nullptr;
}

}  // namespace hermod::node
