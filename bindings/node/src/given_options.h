#pragma once
// Converts the options of createRouter() to the options of the server.

#include "hermod/options.h"
#include "values.h"

namespace hermod::node {

// The first argument is an array of option names, the second an array of their values: a string, or
// an array of strings for a list. Error: kConfiguration.
Result<Options> given_options(const Arguments& arguments);

}  // namespace hermod::node
