#pragma once
// The development state file (protocol section 7). A `hermod serve` with embedded components writes
// its addresses and its generated key there, so that token, publish and listen work in a second
// terminal without configuration. No other user may read or replace the file, because it contains a
// key and the secret of the console (only ever generated ones). Owner, mode and type of the
// directory and the file are therefore checked at each use.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hermod/options.h"
#include "hermod/result.h"

namespace hermod::cli {

struct DevState {
  std::string url;             // "http://127.0.0.1:8080"; empty: unknown
  std::string bootstrap;       // the embedded broker; empty if Kafka is configured
  std::string key;             // the generated key; empty if a key is configured
  std::string console_secret;  // the secret of the console; empty if a key is configured
  int64_t pid = 0;             // of the writer; with its start time, because pids are reused
  uint64_t started = 0;
};

// Returns a state with the pid and the start time of this process.
DevState own_dev_state();

class DevStateFile {
 public:
  using Environment = std::function<std::optional<std::string>(const std::string& name)>;

  // $XDG_RUNTIME_DIR/hermod/dev.json, otherwise /tmp/hermod-UID/dev.json.
  explicit DevStateFile(const Environment& environment);
  explicit DevStateFile(std::string directory) : directory_(std::move(directory)) {}

  std::string path() const;

  // Creates the directory if it is missing, and replaces the file atomically.
  Result<void> write(const DevState& state) const;

  // Returns nothing if there is no file. Error: an untrusted file, or one whose writer has exited.
  Result<std::optional<DevState>> read() const;

  // Removes the file if the process of `state` wrote it. Ignores errors.
  void remove(const DevState& state) const;

 private:
  std::string directory_;
};

// Reads the state file; returns nothing in production.
Result<std::optional<DevState>> read_dev_state(const Options& options,
                                               const DevStateFile::Environment& environment);

}  // namespace hermod::cli
