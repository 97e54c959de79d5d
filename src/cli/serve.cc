#include "cli/serve.h"

namespace hermod::cli {

int run_serve(const Options& /*options*/, Terminal& terminal) {
  return fail(terminal, {ErrorCode::kInitialization, "serve is not part of this build"});
}

}  // namespace hermod::cli
