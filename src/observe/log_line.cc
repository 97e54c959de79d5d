#include "observe/log_line.h"

#include <algorithm>
#include <cassert>

#include "base/escape.h"

namespace hermod {
namespace {

constexpr size_t kMessageBytesMax = 1024;  // hermod's own messages are much shorter
constexpr size_t kCutMarkBytes = 16;       // space for the field "cut"

// A dead letter's value that is only in the log (dead_letters/dead_letter_log.h) must not be
// truncated. It is written in parts that each fit into a line.
constexpr std::string_view kWholeField = "dead_letter.value";
constexpr size_t kWholeFieldBytesMax = 3072;

// A valid JSON number; "nan" and "inf" are not.
bool is_json_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789+-.e") == std::string_view::npos;
}

// True if a console line shows `text` without quotes.
bool is_plain(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@+*{}[],";
  return !text.empty() && text.size() <= kOutsideTextBytesMax &&
         text.find_first_not_of(kPlain) == std::string_view::npos;
}

void append_quoted(std::string& out, std::string_view text,
                   size_t bytes_max = kOutsideTextBytesMax) {
  out += '"';
  append_escaped(out, text, bytes_max);
  out += '"';
}

}  // namespace

void LogLine::event(std::string_view message) const {
  if (format == LogFormat::kJson) {
    line += R"("event":")";
    append_escaped(line, message, kMessageBytesMax);
    line += '"';
  } else {
    append_escaped(line, message, kMessageBytesMax);
  }
}

void LogLine::field(std::string_view name, std::string_view value, bool number) const {
  const bool json = format == LogFormat::kJson;
  line += json ? "," : " ";
  if (json) {
    append_quoted(line, name);
  } else {
    append_escaped(line, name);
  }
  line += json ? ':' : '=';
  const bool bare = json ? number && is_json_number(value) : is_plain(value);
  if (bare) {
    line += value;
  } else {
    append_quoted(line, value, name == kWholeField ? kWholeFieldBytesMax : kOutsideTextBytesMax);
  }
}

void LogLine::fields(std::initializer_list<LogField> fields) const {
  assert(line.size() < bytes_max);
  for (const LogField& one : fields) {
    if (one.value.empty()) continue;  // an empty field has no information
    const size_t before = line.size();
    field(one.name, one.value, !one.owned.empty());
    if (line.size() + kCutMarkBytes <= bytes_max) continue;
    line.resize(before);
    field("cut", "1", true);
    return;
  }
}

}  // namespace hermod
