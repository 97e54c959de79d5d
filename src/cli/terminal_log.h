#pragma once
// A Log for commands that run briefly: prints warnings and errors to standard error, one line each.

#include <ostream>

#include "base/escape.h"
#include "cli/terminal.h"
#include "hermod/log.h"

namespace hermod::cli {

class TerminalLog final : public Log {
 public:
  explicit TerminalLog(Terminal& terminal) : terminal_(terminal) {}

  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) override {
    if (level < LogLevel::kWarning) return;
    terminal_.err << "hermod: " << message;
    for (const LogField& field : fields) {
      terminal_.err << ", " << field.name << ' ' << escaped(field.value);
    }
    terminal_.err << '\n';
  }

  void write_limited(std::string_view /*key*/, LogLevel level, std::string_view message,
                     std::initializer_list<LogField> fields) override {
    write(level, message, fields);
  }

 private:
  Terminal& terminal_;
};

}  // namespace hermod::cli
