#pragma once
// A record of protocol section 1: an envelope around a NumberedText. It is built once per user;
// stamp() updates the event id and the numbers for each record.

#include <cstdint>
#include <string>
#include <string_view>

#include "kit/numbered_text.h"

namespace hermod::bench {

class Envelope {
 public:
  // `run` makes the event ids of two runs different: hermod does not route a duplicate event id.
  Envelope(std::string_view user, std::string_view event_type, size_t size, uint64_t run);

  const std::string& stamp(uint64_t number, uint64_t sequence, int64_t sent_ns);

 private:
  NumberedText notification_;
  std::string text_;
  size_t event_id_at_ = 0;
  size_t notification_at_ = 0;
};

}  // namespace hermod::bench
