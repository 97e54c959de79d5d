// The entry point of the addon: exports the class Router and the names of its options.
#include <node_api.h>

#include "environment.h"
#include "hermod/setting.h"
#include "json.h"
#include "methods.h"
#include "values.h"

NAPI_MODULE_INIT() {
  using namespace hermod::node;
  if (!Environment::attach(env)) return nullptr;
  const napi_value router = define_router_class(env);
  if (router == nullptr) return nullptr;
  const napi_value names = to_js(env, to_json(hermod::setting_names()));
  const bool named =
      done(env, napi_set_named_property(env, exports, "Router", router), "export Router") &&
      done(env, napi_set_named_property(env, exports, "optionNames", names), "export optionNames");
  return named ? exports : nullptr;
}
