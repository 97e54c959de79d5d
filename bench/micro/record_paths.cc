// Paths per record: parsing it, and building the payload in the format `event`, which is not a copy
// of the record's bytes.

#include <cstdlib>
#include <string>

#include "events/event_format.h"
#include "events/event_parser.h"
#include "micro/path.h"
#include "publish_load/envelope.h"

namespace hermod::bench {
namespace {

constexpr std::string_view kTopic = "huleedu.teacher.notification.requested.v1";
constexpr int64_t kNowMs = 1'750'000'000'000;

class Parse : public Operation {
 public:
  explicit Parse(size_t bytes) : parser_({std::string(kTopic)}, 1024 * 1024) {
    Envelope envelope("teacher-1234", kTopic, bytes, 1);
    value_ = envelope.stamp(7, 7, kNowMs * 1'000'000);
    record_.topic = kTopic;
    record_.timestamp_ms = kNowMs;
    record_.has_value = true;
    record_.value = value_;
  }

  void run() override {
    if (parser_.parse(record_, event_).outcome != EventParser::Outcome::kRoutable) std::abort();
  }

 protected:
  std::string value_;
  Record record_;
  EventParser parser_;
  Event event_;
};

class BuildEvent final : public Parse {
 public:
  BuildEvent() : Parse(600) { Parse::run(); }

  void run() override {
    if (published_text(event_, value_, PublishFormat::kEvent, kNowMs, scratch_).empty())
      std::abort();
  }

 private:
  std::string scratch_;
};

}  // namespace

std::unique_ptr<Operation> make_parse() {
  return std::make_unique<Parse>(600);
}
std::unique_ptr<Operation> make_parse_large() {
  return std::make_unique<Parse>(16 * 1024);
}
std::unique_ptr<Operation> make_event_format() {
  return std::make_unique<BuildEvent>();
}

}  // namespace hermod::bench
