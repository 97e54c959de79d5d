#include "settings/kafka_config_text.h"

#include <algorithm>
#include <cassert>

#include "base/escape.h"
#include "base/file.h"
#include "base/parse.h"
#include "base/text.h"
#include "kafka/kafka_config.h"

namespace hermod {
namespace {

constexpr size_t kLineBytesMax = size_t{64} * 1024;
constexpr std::string_view kBlanks = " \t\r";  // a file or a variable may have CRLF line ends

Error wrong(std::string_view origin, const std::string& what) {
  return {ErrorCode::kConfiguration, std::string(origin) + ' ' + what};
}

// The part after a secret may be the rest of it, separated by a comma, so nothing of it is shown.
Error wrong_after(const std::string& secret, std::string_view origin) {
  return wrong(origin, "is refused: a part after " + secret +
                           " is not a property that can be set. It is not shown, because it may "
                           "belong to that secret: a comma in a value is written \\,");
}

// `secret`: the key of the secret that precedes the property in a list; empty if there is none.
Result<void> add_property(std::string_view origin, std::string_view text, const std::string& secret,
                          KafkaConfig& config) {
  const size_t equals = text.find('=');
  const std::string key(trim_blanks(text.substr(0, std::min(equals, text.size())), kBlanks));
  if (equals == std::string_view::npos || key.empty()) {
    if (!secret.empty()) return wrong_after(secret, origin);
    return wrong(origin, "must contain key=value, but one of its parts has no key or no =");
  }
  const auto same = [&key](const auto& property) { return property.first == key; };
  if (std::any_of(config.begin(), config.end(), same)) {
    return wrong(origin, "contains the property " + escaped(key) + ", which is already set");
  }
  const std::string value(trim_blanks(text.substr(equals + 1), kBlanks));
  if (const Result<void> allowed = check_kafka_property(key, value); !allowed) {
    if (!secret.empty() && !is_refused_kafka_property(key)) return wrong_after(secret, origin);
    return wrong(origin, "is refused: " + allowed.error().message);
  }
  config.emplace_back(key, value);
  return {};
}

}  // namespace

Result<void> add_kafka_config_list(std::string_view origin, std::string_view text,
                                   KafkaConfig& config) {
  std::string part;
  std::string secret;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i + 1 < text.size() && text[i] == '\\' && text[i + 1] == ',') {
      part += text[++i];
      continue;
    }
    if (i < text.size() && text[i] != ',') {
      part += text[i];
      continue;
    }
    if (Result<void> added = add_property(origin, part, secret, config); !added) return added;
    assert(!config.empty());
    if (is_secret_property(config.back().first)) secret = config.back().first;
    part.clear();
  }
  return {};
}

Result<void> add_kafka_config_file(std::string_view origin, const std::string& path,
                                   KafkaConfig& config) {
  const Result<std::string> text = read_file(path);
  if (!text) {
    return wrong(origin, "names the file " + escaped(path) + ", which " + text.error().message);
  }
  std::string_view rest = text.value();
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim_blanks(rest.substr(0, end), kBlanks);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.size() > kLineBytesMax) {
      return wrong(origin, "names the file " + escaped(path) + ", which has a line of more than " +
                               std::to_string(kLineBytesMax) + " bytes");
    }
    if (line.empty() || line.starts_with('#')) continue;
    if (Result<void> added = add_property(origin, line, {}, config); !added) return added;
  }
  return {};
}

bool is_secret_property(std::string_view key) {
  return key.find("password") != std::string_view::npos ||
         key.find("secret") != std::string_view::npos || key == "sasl.jaas.config" ||
         key == "sasl.oauthbearer.config" || key == "ssl.key.pem";
}

}  // namespace hermod
