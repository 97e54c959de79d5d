#pragma once
// The options of a router as its constructor was given them.

#include "hermod/options.h"
#include "values.h"

namespace hermod::node {

// Names in the first argument, and the value of each in the second: a text, or an array of texts
// for a list.
Result<Options> given_options(const Arguments& arguments);

}  // namespace hermod::node
