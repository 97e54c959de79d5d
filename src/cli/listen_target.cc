#include "cli/listen_target.h"

#include <algorithm>
#include <istream>

#include "base/escape.h"
#include "base/file.h"
#include "base/url_host.h"
#include "cli/dev_state.h"
#include "settings/option_rules.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kPath = "/ws/v1/notifications";

// Replaces http by ws in the scheme, and adds the default path to a URL without one.
std::string completed(std::string url) {
  if (url.starts_with("http")) url.replace(0, 4, "ws");
  const size_t scheme = url.find("://");
  const size_t authority = scheme == std::string::npos ? 0 : scheme + 3;
  const size_t path = url.find_first_of("/?", authority);
  if (path == std::string::npos) return url.append(kPath);
  if (path + 1 == url.size() && url[path] == '/') url.replace(path, 1, kPath);
  return url;
}

std::string configured_url(const Options& options) {
  const std::string& host = options.websocket_host;
  const bool any = host.empty() || host == "0.0.0.0" || host == "::";
  const std::string shown = any ? "localhost" : url_host(host);
  return "ws://" + shown + ':' + std::to_string(options.websocket_port);
}

// Whether the settings determine where the service listens; port 0 does not.
bool has_address(const Options& options) {
  static const Options kDefaults;
  if (options.websocket_port == 0) return false;
  return options.websocket_port != kDefaults.websocket_port || !options.websocket_host.empty();
}

// Reads only one line, because standard input may be a pipe that never ends.
Result<std::string> first_line(std::istream& in) {
  std::string line;
  for (int c = in.get(); c != std::istream::traits_type::eof() && c != '\n'; c = in.get()) {
    line += static_cast<char>(c);
    if (line.size() > kFileBytesMax) {
      return Error{ErrorCode::kValidation, "cannot be read: its first line is too long"};
    }
  }
  return line;
}

}  // namespace

Result<std::string> listen_url(const std::string& given, const Options& options,
                               const Terminal& terminal) {
  if (!given.empty()) return completed(given);
  if (!has_address(options)) {
    const auto state = read_dev_state(options, terminal.environment);
    if (!state && !has_key(options)) return state.error();
    if (state && state.value() && !state.value()->url.empty()) return completed(state.value()->url);
  }
  return completed(configured_url(options));
}

Result<std::string> read_token(const std::string& file, const Terminal& terminal) {
  const std::string named = "--token-file " + escaped(file);
  Result<std::string> text = file == "-" ? first_line(terminal.in) : read_file(file);
  if (!text) return Error{ErrorCode::kValidation, named + ' ' + text.error().message};
  std::string token = text.take();
  token.resize(std::min(token.find('\n'), token.size()));
  while (token.ends_with('\r') || token.ends_with(' ')) token.pop_back();
  if (!token.empty()) return token;
  return Error{ErrorCode::kValidation, named + " begins with an empty line"};
}

}  // namespace hermod::cli
