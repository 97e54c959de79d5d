#pragma once
// Builds record values as backends produce them (protocol section 1): a bare notification or an
// envelope. Called by the commands that produce records and by the console.

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
  std::string payload = "{}";  // a JSON object; copied into the record byte for byte
  std::string correlation_id;
  bool action_required = false;
  std::optional<std::string> deadline;
  std::optional<std::string> batch_id;
  std::optional<std::string> class_id;
  std::optional<std::string> student_id;
};

// The JSON of a notification; `time` is in ISO 8601. The error names the invalid flag.
Result<std::string> notification_text(const Notification& notification, std::string_view time);

struct EnvelopeFields {
  std::string_view event_id;
  std::string_view event_type;
  std::string_view time;
  std::string_view correlation_id;
  std::string_view source_service;
};
// The JSON of an envelope; `notification` is JSON and copied byte for byte.
std::string envelope_text(const EnvelopeFields& fields, std::string_view notification);

// A record value given by a user of `hermod publish --file`: its recipient, and whether it is
// already an envelope. The error completes a sentence such as "line 1 ...".
struct GivenRecord {
  bool envelope = false;
  std::string user;
  std::string correlation_id;  // empty if the record has none
};
Result<GivenRecord> read_given_record(std::string_view text);

}  // namespace hermod
