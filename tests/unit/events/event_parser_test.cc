#include "events/event_parser.h"

#include <gtest/gtest.h>

#include "events/event_format.h"

namespace hermod {
namespace {

using Outcome = EventParser::Outcome;

const std::string kTopic = "huleedu.teacher.notification.requested.v1";
const std::string kBare =
    R"({"teacher_id":"t-1","notification_type":"class_created","category":"class_management",)"
    R"("priority":"standard","payload":{"class_id":"c1"},"correlation_id":"corr-1"})";

std::string envelope_of(const std::string& data, const std::string& event_type = kTopic) {
  return R"({"event_id":"0b1c","event_type":")" + event_type + R"(","schema_version":1,"data":)" +
         data + "}";
}

// A bare notification in which `from` is replaced by `to`.
std::string bare_with(const std::string& from, const std::string& to) {
  std::string text = kBare;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class EventTest : public ::testing::Test {
 protected:
  EventParser::Parsed parse(const std::string& value) {
    value_ = value;
    record_.value = value_;
    record_.has_value = true;
    record_.topic = kTopic;
    record_.position = {0, 3, 17, 0};
    record_.timestamp_ms = 99;
    event_ = Event{};
    return parser_.parse(record_, event_);
  }

  void expect_dead(const std::string& value, RecordFault fault, std::string_view detail = {}) {
    const auto parsed = parse(value);
    EXPECT_EQ(parsed.outcome, Outcome::kDead) << value.substr(0, 200);
    EXPECT_EQ(label(parsed.fault), label(fault)) << value.substr(0, 200);
    EXPECT_EQ(parsed.detail, detail);
  }

  void expect_routable(const std::string& value) {
    const auto parsed = parse(value);
    EXPECT_EQ(parsed.outcome, Outcome::kRoutable)
        << label(parsed.fault) << ' ' << value.substr(0, 300);
  }

  std::string text(PublishFormat format) {
    std::string scratch;
    return std::string(published_text(event_, record_.value, format, 1719561600000, scratch));
  }

  EventParser parser_{{kTopic, "other.topic"}, 1024 * 1024};
  Record record_;
  std::string value_;
  Event event_;
};

TEST_F(EventTest, RoutesABareNotificationByteForByte) {
  expect_routable("  \n" + kBare + " \t");
  EXPECT_EQ(event_.user, "t-1");
  EXPECT_EQ(event_.event_id, kTopic + "/3/17/99");
  EXPECT_EQ(text(PublishFormat::kNotification), kBare);
}

TEST_F(EventTest, RoutesTheDataOfAnEnvelopeByteForByte) {
  const std::string odd =
      bare_with(R"("payload":{"class_id":"c1"})",
                "\"payload\" : { \"a\":[1,2.50,{\"b\":\"\\u00e9\"}],\t\"n\":1E5 }");
  expect_routable(envelope_of(odd));
  EXPECT_EQ(event_.event_id, "0b1c");
  EXPECT_EQ(text(PublishFormat::kNotification), odd);
  EXPECT_EQ(text(PublishFormat::kEnvelope), value_);
}

TEST_F(EventTest, WhiteSpaceAroundAValueIsNoPartOfIt) {
  const std::string spaced =
      bare_with(R"({"class_id":"c1"})", "{ \"a\" : 1.50 , \"b\" : [ 1 ] \n}");
  expect_routable(envelope_of(" \n" + spaced + " \r\n\t"));
  EXPECT_EQ(text(PublishFormat::kNotification), spaced);
  EXPECT_EQ(
      text(PublishFormat::kEvent),
      R"({"event":"class_created","data":{"a":1.50,"b":[ 1 ],"category":"class_management",)"
      R"("priority":"standard","action_required":false,"deadline":null,"batch_id":null,)"
      R"("class_id":null,"correlation_id":"corr-1","timestamp":"2024-06-28T08:00:00.000Z"}})");
}

TEST_F(EventTest, ReadsFieldsInAnyOrderAndSpelling) {
  expect_routable(R"({"data":)" + kBare + R"(,"event_type":"other.topic","event_id":"x"})");
  expect_routable(bare_with("\"teacher_id\":\"t-1\"", R"("teacher\u005fid":"t\u002d1")"));
  EXPECT_EQ(event_.user, "t-1");
}

TEST_F(EventTest, AnEnvelopeOfAnotherTypeIsNotForUs) {
  const auto parsed = parse(envelope_of(R"({"anything":1})", "huleedu.essay.graded.v1"));
  EXPECT_EQ(parsed.outcome, Outcome::kExternalType);
  EXPECT_EQ(parsed.detail, "huleedu.essay.graded.v1");
}

TEST_F(EventTest, TakesIdAndTypeFromTheHeadersWhereTheEnvelopeHasNone) {
  record_.header_event_id = "from-header";
  expect_routable(R"({"event_id":null,"event_type":null,"data":)" + kBare + "}");
  EXPECT_EQ(event_.event_id, "from-header");
  record_.header_event_type = "huleedu.essay.graded.v1";
  EXPECT_EQ(parse(R"({"event_id":"1","data":)" + kBare + "}").outcome, Outcome::kExternalType);
}

TEST_F(EventTest, DeadWithTheReason) {
  expect_dead("", RecordFault::kEmpty);
  expect_dead("   ", RecordFault::kEmpty);
  expect_dead("nonsense", RecordFault::kInvalidJson);
  expect_dead("\xef\xbb\xbf" + kBare, RecordFault::kInvalidJson);
  expect_dead(kBare.substr(0, kBare.size() - 1), RecordFault::kInvalidJson);
  expect_dead(kBare + "x", RecordFault::kInvalidJson);
  expect_dead(bare_with(R"({"class_id":"c1"})", R"({"a":tru})"), RecordFault::kInvalidJson);
  expect_dead(bare_with(R"({"class_id":"c1"})", R"({"a":01})"), RecordFault::kInvalidJson);
  expect_dead(bare_with("c1", "\xff"), RecordFault::kInvalidUtf8);
  expect_dead("[1]", RecordFault::kNotAnObject);
  expect_dead("\"text\"", RecordFault::kNotAnObject);
  expect_dead("7", RecordFault::kNotAnObject);
  expect_dead(std::string(10000, '[') + std::string(10000, ']'), RecordFault::kTooDeep);
  expect_dead(bare_with("{\"class_id\":\"c1\"}", "{\"x\":\"" + std::string(2 << 20, 'x') + "\"}"),
              RecordFault::kTooLarge);
}

TEST_F(EventTest, DeadWhereARoutingFieldIsMissingWrongOrTwice) {
  for (const char* name :
       {"teacher_id", "notification_type", "category", "priority", "payload", "correlation_id"}) {
    const std::string key = std::string("\"") + name + "\":";
    expect_dead(bare_with(key, std::string("\"x") + name + "\":"), RecordFault::kMissingField,
                name);
    expect_dead(bare_with(key, key + "7,\"was\":"), RecordFault::kWrongType, name);
    expect_dead(bare_with(key, key + "null,\"was\":"), RecordFault::kWrongType, name);
    expect_dead(bare_with("{\"teacher_id\"", "{" + key + "1,\"teacher_id\""),
                RecordFault::kDuplicateField, name);
  }
  expect_dead(bare_with("\"t-1\"", "\"\""), RecordFault::kEmptyUser, "teacher_id");
  expect_dead(bare_with("t-1", std::string(257, 'u')), RecordFault::kUserTooLong, "teacher_id");
  expect_dead(R"({"event_id":")" + std::string(129, 'e') +
                  R"(","event_type":"other.topic","data":)" + kBare + "}",
              RecordFault::kEventIdTooLong, "event_id");
  expect_dead(R"({"event_id":"1","event_type":"other.topic"})", RecordFault::kMissingField, "data");
  expect_dead(envelope_of("[]"), RecordFault::kWrongType, "data");
  expect_dead(envelope_of(kBare + ",\"data\":" + kBare), RecordFault::kDuplicateField, "data");
}

TEST_F(EventTest, ATombstoneIsDead) {
  record_.has_value = false;
  EXPECT_EQ(parser_.parse(record_, event_).fault, RecordFault::kTombstone);
}

TEST_F(EventTest, UserAndIdMayBeAsLongAsTheProtocolSays) {
  expect_routable(bare_with("t-1", std::string(256, 'u')));
  expect_routable(R"({"event_id":")" + std::string(128, 'e') +
                  R"(","event_type":"other.topic","data":)" + kBare + "}");
}

TEST_F(EventTest, RoutesWhatIsOnlyOdd) {
  expect_routable(bare_with("class_management", "gossip"));
  EXPECT_TRUE(event_.anomalies.unknown_category);
  expect_routable(bare_with("\"standard\"", "\"urgent\""));
  EXPECT_TRUE(event_.anomalies.unknown_priority);
  expect_routable(bare_with("{\"teacher_id\"", R"({"action_required":"yes","teacher_id")"));
  EXPECT_TRUE(event_.anomalies.optional_type);
  expect_routable(
      R"({"event_id":"1","event_type":"other.topic","metadata":null,"schema_version":1,"data":)" +
      kBare + "}");
  EXPECT_FALSE(event_.anomalies.optional_type);
  expect_routable(R"({"event_id":"1","event_type":"other.topic","schema_version":1.5,"data":)" +
                  kBare + "}");
  EXPECT_TRUE(event_.anomalies.optional_type);
}

TEST_F(EventTest, NumbersHaveNoBound) {
  expect_routable(bare_with(R"({"class_id":"c1"})",
                            R"({"a":123456789012345678901234567890,"b":-1e999,"c":"12e"})"));
  expect_dead(bare_with(R"({"class_id":"c1"})", R"({"a":123456789012345678901234567890,"b":1.})"),
              RecordFault::kInvalidJson);
}

TEST_F(EventTest, HalvesOfSurrogatePairsMayStandAlone) {
  const std::string cut = bare_with(
      R"({"class_id":"c1"})",
      R"({"a":"\ud83d\ude00 \ud83d","\udc00":"\ude00\ud83d","":1,"\udc01":2,"b":"\\ud800"})");
  expect_routable(cut);
  EXPECT_EQ(text(PublishFormat::kNotification), cut);
  EXPECT_EQ(text(PublishFormat::kEvent)
                .find(R"({"a":"\ud83d\ude00 \ud83d","\udc00":"\ude00\ud83d","":1,)"
                      R"("\udc01":2,"b":"\\ud800","category")"),
            std::string(R"({"event":"class_created","data":)").size());
  expect_routable(envelope_of(cut));
  expect_dead(bare_with("\"t-1\"", R"("\ud800")"), RecordFault::kEmptyUser, "teacher_id");
  expect_dead(bare_with("c1", R"(\ud8zz)"), RecordFault::kInvalidJson);
  expect_dead(bare_with("c1", R"(\ud80)"), RecordFault::kInvalidJson);
  EXPECT_EQ(parse(envelope_of(kBare, R"(\ud800)")).outcome, Outcome::kExternalType);
}

// A lone surrogate is accepted inside a string and rejected anywhere else.
TEST_F(EventTest, AnEscapeOutsideAStringIsNotJson) {
  const std::string payload = R"({"class_id":"c1"})";
  for (const std::string escape :
       {R"(\udfff)", R"(\ud800)", R"(\u0041)", R"(\ud83d\ude00)", "\\"}) {
    for (const std::string& odd :
         {kBare + escape, escape + kBare, bare_with(payload, R"({"n":3)" + escape + "}"),
          bare_with(payload, R"({"n":)" + escape + "}"), bare_with(payload, payload + escape),
          bare_with(payload, R"({"n":[1)" + escape + ",2]}"),
          bare_with(payload, R"({"n":"a")" + escape + "}"), bare_with(payload, "{" + escape + "}"),
          bare_with(payload, R"({"a":"\ud800",)" + escape + R"("b":true})")}) {
      expect_dead(odd, RecordFault::kInvalidJson);
      expect_dead(envelope_of(odd), RecordFault::kInvalidJson);
    }
    expect_dead(envelope_of(kBare) + escape, RecordFault::kInvalidJson);
  }
}

TEST_F(EventTest, FindsTheTraceInMetadataOrHeaders) {
  record_.header_traceparent = "00-header";
  expect_routable(
      R"({"event_id":"1","event_type":"other.topic","metadata":{"traceparent":"00-meta",)"
      R"("tracestate":"a=b"},"data":)" +
      kBare + "}");
  EXPECT_EQ(event_.traceparent, "00-meta");
  EXPECT_EQ(event_.tracestate, "a=b");
  expect_routable(kBare);
  EXPECT_EQ(event_.traceparent, "00-header");
}

TEST_F(EventTest, BuildsTheEventFormat) {
  expect_routable(
      bare_with("{\"teacher_id\"", R"({"deadline_timestamp":"2024-06-28T08:00:00Z","teacher_id")"));
  EXPECT_EQ(text(PublishFormat::kEvent),
            R"({"event":"class_created","data":{"category":"class_management",)"
            R"("priority":"standard","action_required":false,"deadline":"2024-06-28T08:00:00Z",)"
            R"("batch_id":null,"class_id":null,"correlation_id":"corr-1",)"
            R"("timestamp":"2024-06-28T08:00:00.000Z"}})");
}

TEST_F(EventTest, NoKeyStandsTwiceInTheEventFormat) {
  expect_routable(
      bare_with(R"({"class_id":"c1"})",
                R"({"a":1,"\u0061":2,"b":[ 1, {"c":"\"}"} ],"priority":"low","x":{}})"));
  EXPECT_EQ(text(PublishFormat::kEvent),
            R"({"event":"class_created","data":{"\u0061":2,"b":[ 1, {"c":"\"}"} ],"x":{},)"
            R"("category":"class_management","priority":"standard","action_required":false,)"
            R"("deadline":null,"batch_id":null,"class_id":null,"correlation_id":"corr-1",)"
            R"("timestamp":"2024-06-28T08:00:00.000Z"}})");
}

TEST_F(EventTest, AnEventTypeAfterAPrefixIsOurs) {
  expect_routable(envelope_of(kBare, "staging." + kTopic));
  expect_routable(envelope_of(kBare, "eu.west.other.topic"));
  for (const std::string& type :
       {"staging" + kTopic, kTopic + ".v2", "x" + kTopic, std::string("topic"), std::string(".")}) {
    const auto parsed = parse(envelope_of(kBare, type));
    EXPECT_EQ(parsed.outcome, Outcome::kExternalType) << type;
    EXPECT_EQ(parsed.detail, type);
  }
}

}  // namespace
}  // namespace hermod
