#include "settings/option_value.h"

#include <algorithm>
#include <cassert>
#include <cctype>

#include "base/escape.h"
#include "base/parse.h"
#include "base/text_flaw.h"
#include "settings/kafka_config_text.h"
#include "settings/option_checks.h"
#include "settings/option_list.h"

namespace hermod {
namespace {

constexpr size_t kShownBytesMax = 64;

template <class... Ts>
struct Overload : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

Error refused(const OptionRow& row, std::string_view origin, std::string_view got) {
  std::string message(origin);
  if (row.details.exposure == OptionRow::Exposure::kOpen) {
    message += " is \"" + escaped(got, kShownBytesMax) + "\", but must be ";
  } else {
    message += " must be ";
  }
  message.append(row.accepted);
  if (const std::string_view flaw = text_flaw(got); !flaw.empty()) {
    message.append("; the given value ").append(flaw);
  }
  return {ErrorCode::kConfiguration, std::move(message)};
}

bool fits(const OptionRow& row, std::string_view text) {
  return row.details.check == nullptr || row.details.check(text);
}

bool fits(const OptionRow& row, uint64_t number) {
  assert(row.details.min <= row.details.max);
  return number >= row.details.min && number <= row.details.max;
}

std::string in_case(std::string text, int (*convert)(int)) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [convert](unsigned char c) { return static_cast<char>(convert(c)); });
  return text;
}

std::optional<bool> parse_boolean(const std::string& text) {
  const std::string word = in_case(text, std::tolower);
  if (word == "true" || word == "1" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "0" || word == "no" || word == "off") return false;
  return std::nullopt;
}

// Stores one value in its field of Options; one overload for each type of field.
struct Apply {
  const OptionRow& row;
  const OptionValue& value;
  Options& options;

  Error wrong() const { return refused(row, value.origin, value.text); }

  Result<void> operator()(std::string Options::*field) const {
    const std::string text = row.details.letter_case == OptionRow::Case::kUpper
                                 ? in_case(value.text, std::toupper)
                                 : value.text;
    // An empty string reaches this point only if the row accepts it, so it is not checked.
    if (!text.empty() && !fits(row, text)) return wrong();
    options.*field = text;
    return {};
  }

  template <class Number>
  Result<void> number(Number Options::*field) const {
    const auto parsed = parse_number<uint64_t>(value.text);
    if (!parsed || !fits(row, *parsed)) return wrong();
    options.*field = static_cast<Number>(*parsed);
    return {};
  }
  Result<void> operator()(uint16_t Options::*field) const { return number(field); }
  Result<void> operator()(uint32_t Options::*field) const { return number(field); }
  Result<void> operator()(uint64_t Options::*field) const { return number(field); }

  Result<void> operator()(bool Options::*field) const {
    const std::optional<bool> parsed = parse_boolean(value.text);
    if (!parsed) return wrong();
    options.*field = *parsed;
    return {};
  }

  Result<void> operator()(std::vector<std::string> Options::*field) const {
    std::optional<std::vector<std::string>> items =
        value.items ? value.items : split_list(value.text);
    if (!items) return wrong();
    for (const std::string& item : *items) {
      if (item.empty() || !fits(row, item)) return refused(row, value.origin, item);
      if (std::count(items->begin(), items->end(), item) > 1) {
        return Error{ErrorCode::kConfiguration, value.origin + " contains \"" +
                                                    escaped(item, kShownBytesMax) +
                                                    "\" twice, but must contain each item once"};
      }
    }
    options.*field = *std::move(items);
    return {};
  }

  Result<void> operator()(KafkaConfigField field) const {
    assert(!value.items);  // apply_option() refuses a list
    return field == KafkaConfigField::kFile
               ? add_kafka_config_file(value.origin, value.text, options.kafka_config)
               : add_kafka_config_list(value.origin, value.text, options.kafka_config);
  }
};

}  // namespace

Result<void> apply_option(const OptionRow& row, const OptionValue& value, Options& options) {
  const bool is_list = std::holds_alternative<std::vector<std::string> Options::*>(row.field);
  if (value.items && !is_list) return refused(row, value.origin, "[…]");
  return std::visit(Apply{row, value, options}, row.field);
}

Result<void> judge_option(const OptionRow& row, const Options& options) {
  static const Options kDefaults;
  const auto number = [&](auto field) -> Result<void> {
    const uint64_t set = options.*field;
    if (set == kDefaults.*field || fits(row, set)) return {};
    return refused(row, row.name, std::to_string(set));
  };
  const auto item = [&](std::string_view set) -> Result<void> {
    if (fits(row, set)) return {};
    return refused(row, row.name, set);
  };
  const auto text = [&](auto field) -> Result<void> {
    const std::string& set = options.*field;
    if (set.empty() && (set == kDefaults.*field || row.details.empty == OptionRow::Empty::kValue)) {
      return {};
    }
    if (set.empty()) return refused(row, row.name, set);
    return item(set);
  };
  return std::visit(Overload{[&](std::string Options::*field) { return text(field); },
                             [&](uint16_t Options::*field) { return number(field); },
                             [&](uint32_t Options::*field) { return number(field); },
                             [&](uint64_t Options::*field) { return number(field); },
                             [](bool Options::*) { return Result<void>(); },
                             [&](std::vector<std::string> Options::*field) {
                               for (const std::string& one : options.*field) {
                                 if (auto judged = item(one); !judged) return judged;
                               }
                               return Result<void>();
                             },
                             [&](KafkaConfigField) { return Result<void>(); }},
                    row.field);
}

std::string default_of(const OptionRow& row) {
  static const Options kDefaults;
  if (!row.details.default_text.empty()) return std::string(row.details.default_text);
  return std::visit(
      Overload{
          [](std::string Options::*field) { return kDefaults.*field; },
          [](uint16_t Options::*field) { return std::to_string(kDefaults.*field); },
          [](uint32_t Options::*field) { return std::to_string(kDefaults.*field); },
          [](uint64_t Options::*field) { return std::to_string(kDefaults.*field); },
          [](bool Options::*field) { return std::string(kDefaults.*field ? "true" : "false"); },
          [](std::vector<std::string> Options::*field) {
            std::string joined;
            for (const std::string& item : kDefaults.*field) {
              joined += (joined.empty() ? "" : ",") + item;
            }
            return joined;
          },
          [](KafkaConfigField) { return std::string("none"); }},
      row.field);
}

}  // namespace hermod
