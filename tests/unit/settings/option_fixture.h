#pragma once
// Loads options from flags, an environment and a file that the test provides.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "settings/option_loader.h"
#include "support/scratch_dir.h"

namespace hermod::test {

class OptionTest : public ::testing::Test {
 protected:
  using Texts = std::map<std::string, std::string>;

  Result<Options> load(const Texts& environment, const Texts& flags = {},
                       std::string_view file = {}) {
    OptionSources sources;
    sources.flags = flags;
    sources.environment.value =
        [&environment](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      if (found == environment.end()) return std::nullopt;
      return found->second;
    };
    sources.environment.names = [&environment] {
      std::vector<std::string> names;
      for (const auto& [name, text] : environment) names.push_back(name);
      return names;
    };
    if (!file.empty()) sources.config_file = dir_.write("hermod.toml", file);
    return load_options(sources);
  }

  Options loaded(const Texts& environment, const Texts& flags = {}, std::string_view file = {}) {
    const auto options = load(environment, flags, file);
    EXPECT_TRUE(options.ok()) << (options.ok() ? "" : options.error().message);
    return options.ok() ? options.value() : Options();
  }

  // The error message; empty if the options are valid.
  std::string refusal(const Texts& environment, const Texts& flags = {},
                      std::string_view file = {}) {
    const auto options = load(environment, flags, file);
    return options.ok() ? "" : options.error().message;
  }

  ScratchDir dir_;
};

}  // namespace hermod::test
