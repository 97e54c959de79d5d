#pragma once
// Records as backends produce them (protocol section 1): the notification alone, or in its
// envelope.

#include <optional>
#include <string>
#include <string_view>

#include "hermod/result.h"

namespace hermod {

struct Notification {
  std::string user;
  std::string type;
  std::string category = "system_alerts";
  std::string priority = "standard";
  std::string payload = "{}";  // a JSON object, which goes into the record as it stands
  std::string correlation_id;
  bool action_required = false;
  std::optional<std::string> deadline;
  std::optional<std::string> batch_id;
  std::optional<std::string> class_id;
  std::optional<std::string> student_id;
};

// `time` is ISO 8601. Errors name the flag.
Result<std::string> notification_text(const Notification& notification, std::string_view time);

struct EnvelopeFields {
  std::string_view event_id;
  std::string_view event_type;
  std::string_view time;
  std::string_view correlation_id;
  std::string_view source_service;
};
std::string envelope_text(const EnvelopeFields& fields, std::string_view notification);

// A line of JSON somebody made: whose it is and whether it is an envelope already. An error says
// what it lacks.
struct GivenRecord {
  bool envelope = false;
  std::string user;
  std::string correlation_id;  // empty: it has none
};
Result<GivenRecord> read_given_record(std::string_view text);

}  // namespace hermod
