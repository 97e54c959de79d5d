#pragma once
// The native class Router, which index.js wraps.

#include <node_api.h>

namespace hermod::node {

// Returns the class; null, with a JavaScript exception pending, if Node refuses.
napi_value define_router_class(napi_env env);

}  // namespace hermod::node
