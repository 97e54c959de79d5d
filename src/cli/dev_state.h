#pragma once
// The development state file (protocol section 7): where a `hermod serve` with embedded parts
// writes how to reach it, so that token, publish and listen work in a second terminal with nothing
// configured. It holds a key and the console's secret, though only ever generated ones, so nobody
// else may read it or put one there: owner, mode and kind of the directory and the file are checked
// at each use.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

struct DevState {
  std::string url;             // "http://127.0.0.1:8080"; empty: not told
  std::string bootstrap;       // of the embedded broker; empty where Kafka is configured
  std::string key;             // the generated one; empty where a key is configured
  std::string console_secret;  // what opens the console; empty where a key is configured
  int64_t pid = 0;             // of the writer, and when it started: a pid alone is used again
  uint64_t started = 0;
};

// Fills pid and start time of this process.
DevState own_dev_state();

class DevStateFile {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // $XDG_RUNTIME_DIR/hermod/dev.json, else /tmp/hermod-UID/dev.json.
  explicit DevStateFile(const Environment& environment);
  explicit DevStateFile(std::string directory) : directory_(std::move(directory)) {}

  std::string path() const;

  // Makes the directory where it is missing; replaces what was there as a whole.
  Result<void> write(const DevState& state) const;

  // Empty where there is no file. Errors: what is there cannot be trusted, or its writer is gone.
  Result<std::optional<DevState>> read() const;

  // Takes the file away if `state` wrote it, and says nothing else.
  void remove(const DevState& state) const;

 private:
  std::string directory_;
};

// The state, where `options` may use it: never in production.
Result<std::optional<DevState>> read_dev_state(const Options& options,
                                               const DevStateFile::Environment& environment);

}  // namespace hermod::cli
