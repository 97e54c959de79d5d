#include "frames/client_frames.h"

#include <gtest/gtest.h>

namespace hermod {
namespace {

// The seen ids and `up_to`, the token, "unknown", or the code and the message of the fault.
std::string parsed(std::string_view text) {
  const ClientFrame frame = parse_client_frame(text);
  if (const auto* seen = std::get_if<SeenFrame>(&frame)) {
    std::string shown = "seen";
    for (const StreamId id : seen->ids) shown += ' ' + to_string(id);
    return seen->up_to ? shown + " up to " + to_string(seen->up_to) : shown;
  }
  if (const auto* given = std::get_if<AuthenticateFrame>(&frame)) return "token " + given->token;
  const auto* fault = std::get_if<MalformedFrame>(&frame);
  if (fault == nullptr) return "unknown";
  return std::string(to_string(fault->code)) + ": " + std::string(fault->message);
}

std::string seen_of(size_t count) {
  std::string text = R"({"type":"seen","ids":[)";
  for (size_t i = 1; i <= count; ++i) text += (i > 1 ? ",\"7-" : "\"7-") + std::to_string(i) + '"';
  return text + "]}";
}

TEST(ClientFramesTest, ReadsWhatWasSeen) {
  EXPECT_EQ(parsed(R"({"type":"seen","ids":["7-1","7-3"]})"), "seen 7-1 7-3");
  EXPECT_EQ(parsed(R"( {"up_to":"7-3","type":"seen"} )"), "seen up to 7-3");
  EXPECT_EQ(parsed(R"({"type":"seen","ids":["7-9"],"up_to":"7-3"})"), "seen 7-9 up to 7-3");
  EXPECT_EQ(parsed(R"({"type":"seen","ids":["7-1"],"at":"now","more":{"x":[1]}})"), "seen 7-1");
  EXPECT_NE(parsed(seen_of(256)).find(" 7-256"), std::string::npos);
}

TEST(ClientFramesTest, MalformedIdsHaveNoEffect) {
  EXPECT_EQ(parsed(R"({"type":"seen","ids":["","x","7","7-","-1","0-0","7-2","7-2-1","+7-2"]})"),
            "seen 7-2");
  EXPECT_EQ(parsed(R"({"type":"seen","up_to":"yesterday"})"), "seen");
}

TEST(ClientFramesTest, ReadsATokenAndIgnoresOtherTypes) {
  EXPECT_EQ(parsed(R"({"type":"authenticate","token":"a.b.c"})"), "token a.b.c");
  EXPECT_EQ(parsed(R"({"type":"authenticate","token":""})"), "token ");
  EXPECT_EQ(parsed(R"({"type":"presence","ids":7})"), "unknown");
  EXPECT_EQ(parsed(R"({"type":""})"), "unknown");
}

TEST(ClientFramesTest, SaysWhatIsMalformed) {
  for (const char* text : {"", " ", "hello", "{", "{\"type\":\"seen\"", "{'type':'seen'}"}) {
    EXPECT_EQ(parsed(text), "PARSING_ERROR: a frame must be JSON") << text;
  }
  for (const char* text : {"[]", "7", "null", "\"seen\"", "{}", "{\"type\":7}", "{\"type\":null}",
                           "{\"Type\":\"seen\"}"}) {
    EXPECT_EQ(parsed(text),
              "VALIDATION_ERROR: a frame must be a JSON object with a string \"type\"")
        << text;
  }
  EXPECT_EQ(parsed(R"({"type":"seen"})"), "VALIDATION_ERROR: seen needs \"ids\" or \"up_to\"");
  const std::string ids = "VALIDATION_ERROR: \"ids\" must be a list of 1 to 256 strings";
  for (const char* given : {"[]", "7", "null", "\"7-1\"", "[7]", "[\"7-1\",null]", "{}"}) {
    EXPECT_EQ(parsed(std::string("{\"type\":\"seen\",\"ids\":") + given + "}"), ids) << given;
  }
  EXPECT_EQ(parsed(seen_of(257)), ids);
  EXPECT_EQ(parsed(R"({"type":"seen","up_to":7})"), "VALIDATION_ERROR: \"up_to\" must be a string");
  EXPECT_EQ(parsed(R"({"type":"authenticate"})"),
            "VALIDATION_ERROR: authenticate needs a string \"token\"");
}

}  // namespace
}  // namespace hermod
