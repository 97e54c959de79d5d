#pragma once
// The class that the JavaScript side builds on.

#include <node_api.h>

namespace hermod::node {

napi_value define_router_class(napi_env env);

}  // namespace hermod::node
