#pragma once
// The table of all settings (protocol section 6): name, type, bounds, default and description.
// Flags, environment variables, keys of the file and the documentation all derive from it.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hermod/options.h"

namespace hermod {

// The two sources of additional librdkafka properties; both add to Options::kafka_config.
enum class KafkaConfigField { kList, kFile };

using OptionField = std::variant<std::string Options::*, uint16_t Options::*, uint32_t Options::*,
                                 uint64_t Options::*, bool Options::*,
                                 std::vector<std::string> Options::*, KafkaConfigField>;

struct OptionRow {
  enum class Exposure {
    kOpen,
    kUrl,     // may contain a password: then refused as a flag; never shown
    kSecret,  // has no flag, because a process list shows flags; never shown
  };
  enum class Empty { kUnset, kValue };      // what an empty value means
  enum class Case { kKept, kUpper };        // accepted in any case, stored in upper case
  enum class AliasKind { kEqual, kOld };    // kOld: accepted with a warning
  enum class Change { kRestart, kReload };  // when a changed value takes effect

  std::string_view name;  // of the environment variable
  OptionField field;
  std::string_view accepted;     // the accepted values; completes "must be …"
  std::string_view description;  // one sentence for the documentation

  struct Details {
    bool (*check)(std::string_view) = nullptr;  // of a string, or of each item of a list
    uint64_t min = 1;                           // of a number
    uint64_t max = std::numeric_limits<uint32_t>::max();
    std::string_view default_text = {};  // shown instead of the value in Options
    std::string_view alias = {};         // a second name
    Exposure exposure = Exposure::kOpen;
    Empty empty = Empty::kUnset;
    Case letter_case = Case::kKept;
    AliasKind alias_kind = AliasKind::kEqual;
    Change change = Change::kRestart;
  } details = {};
};

std::span<const OptionRow> option_table();

// The row with this variable name or alias; nullptr if there is none.
const OptionRow* find_option(std::string_view name);

}  // namespace hermod
