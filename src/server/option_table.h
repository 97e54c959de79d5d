#pragma once
// Every setting once (protocol section 6): its name, kind, bounds and words. Flags, environment,
// file and documentation all derive from this table.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hermod/options.h"

namespace hermod {

// Extra librdkafka properties, both into Options::kafka_config.
enum class KafkaConfigField { kList, kFile };

using OptionField = std::variant<std::string Options::*, uint16_t Options::*, uint32_t Options::*,
                                 uint64_t Options::*, bool Options::*,
                                 std::vector<std::string> Options::*, KafkaConfigField>;

struct OptionRow {
  enum class Exposure {
    kOpen,
    kUrl,     // may hold a password: refused as a flag then, and never shown
    kSecret,  // has no flag, since a process list shows those, and is never shown
  };
  enum class Empty { kUnset, kValue };    // what an empty text means
  enum class Case { kKept, kUpper };      // a text taken in any case is stored in upper case
  enum class AliasKind { kEqual, kOld };  // an old name is accepted with a warning

  std::string_view name;  // of the environment variable
  OptionField field;
  std::string_view takes;      // completes "takes …"
  std::string_view describes;  // one sentence for the documentation

  struct Details {
    bool (*check)(std::string_view) = nullptr;  // of a text, or of each item of a list
    uint64_t min = 1;                           // of a number
    uint64_t max = std::numeric_limits<uint32_t>::max();
    std::string_view default_text = {};  // where the value in Options does not say it itself
    std::string_view alias = {};         // a second name
    Exposure exposure = Exposure::kOpen;
    Empty empty = Empty::kUnset;
    Case letters = Case::kKept;
    AliasKind alias_kind = AliasKind::kEqual;
  } details = {};
};

std::span<const OptionRow> option_table();

// The row of a variable's name or alias; nullptr for any other.
const OptionRow* find_option(std::string_view name);

std::string flag_of(std::string_view name);      // "--websocket-port"
std::string file_key_of(std::string_view name);  // "websocket_port"

}  // namespace hermod
