#include "cli/terminal.h"

#include <ostream>

namespace hermod::cli {

int fail(Terminal& terminal, const Error& error) {
  terminal.err << "hermod: " << error.message << std::endl;
  switch (error.code) {
    case ErrorCode::kConfiguration:
    case ErrorCode::kValidation:
    case ErrorCode::kParsing:
      return kUsage;
    default:
      return kFailed;
  }
}

}  // namespace hermod::cli
