// The module's entry: the class Router and the names of its options.
#include <node_api.h>

#include "environment.h"
#include "hermod/setting.h"
#include "json.h"
#include "methods.h"
#include "values.h"

NAPI_MODULE_INIT() {
  using namespace hermod::node;
  Environment::attach(env);
  napi_set_named_property(env, exports, "Router", define_router_class(env));
  napi_set_named_property(env, exports, "optionNames",
                          to_js(env, to_json(hermod::setting_names())));
  return exports;
}
