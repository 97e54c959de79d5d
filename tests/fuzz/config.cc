// Fuzzes the settings. Input: NAME=value lines for the environment, a line "---", the configuration
// file. An error must be one sentence without the secret. The secret is the JWT key; it is also
// inserted as the password before values of REDIS_URL and KAFKA_CONFIG that start after one.
#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <string>

#include "fuzz/fuzz.h"
#include "settings/option_loader.h"
#include "settings/option_rules.h"

namespace hermod::fuzz {
namespace {

constexpr const char* kSecret = "correct-horse-battery-staple-0123456789";

// A file in memory that has a path.
class File {
 public:
  File() : fd_(memfd_create("config", 0)) {}

  std::string hold(std::string_view text) {
    check(ftruncate(fd_, 0) == 0, "the file is truncated");
    check(pwrite(fd_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
          "the file is written");
    return "/proc/self/fd/" + std::to_string(fd_);
  }

 private:
  int fd_;
};

void check_refusal(const std::string& sentence) {
  check(!sentence.empty() && sentence.find('\n') == std::string::npos, "an error is one line");
  check(sentence.find(kSecret) == std::string::npos, "an error contains no secret");
}

std::string with_secret(std::string_view name, std::string_view value) {
  std::string whole;
  if (name == "REDIS_URL" && value.starts_with('@')) whole = std::string("redis://u:") + kSecret;
  if (name == "KAFKA_CONFIG" && value.starts_with(','))
    whole = std::string("sasl.password=") + kSecret;
  return whole.append(value);
}

void run(Input input) {
  static File file;
  // The fuzzer learns the secret from comparisons; an error may show it where the input has it.
  if (input.rest().find(kSecret) != std::string_view::npos) return;
  std::map<std::string, std::string> environment = {{"JWT_SECRET_KEY", kSecret}};
  while (!input.empty()) {
    const std::string_view line = input.until('\n');
    if (line == "---") break;
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      const std::string_view name = line.substr(0, equals);
      environment.emplace(name, with_secret(name, line.substr(equals + 1)));
    }
  }
  OptionSources sources;
  sources.environment.value = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  };
  if (!input.empty()) sources.config_file = file.hold(input.rest());
  const Result<Options> options = load_options(sources);
  if (!options.ok()) return check_refusal(options.error().message);
  check(!options.value().service_name.empty(), "an empty setting has its default");
  const Result<void> judged = check_options(options.value());
  if (!judged.ok()) check_refusal(judged.error().message);
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
