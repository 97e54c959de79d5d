#pragma once
// A request head as a plain struct with only the fields that hermod uses. HeadScan finds its end
// while the bytes arrive. parse_request_head() parses it without state and I/O, so that it can be
// fuzzed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kHeadBytesMax = 16 * 1024;

// The values of a header, joined by ", " if it occurs more than once (RFC 9110 section 5.3).
struct HeaderField {
  std::string value;
  size_t count = 0;

  bool present() const { return count != 0; }
};

struct RequestHead {
  enum class KeepAlive : uint8_t { kNo, kYes };
  enum class Body : uint8_t { kNone, kLength, kChunked };

  enum class Target : uint8_t { kOrigin, kAbsolute, kAsterisk, kMalformed };

  std::string method;
  Target target = Target::kOrigin;
  std::string path;   // percent-encoded; of an absolute target the part after the authority
  std::string query;  // the part after the '?'; never logged, because it may contain a token
  int version = 11;   // 10 or 11
  KeepAlive keep_alive = KeepAlive::kNo;
  Body body = Body::kNone;
  uint64_t body_bytes = 0;  // of Body::kLength
  std::string content;      // the body, if the route accepts one
  bool forwarded = false;   // some header says that a proxy forwarded the request

  HeaderField host;
  std::string authority;  // of Target::kAbsolute; it replaces Host (RFC 9112 section 3.2.2)
  HeaderField origin;
  HeaderField authorization;
  HeaderField upgrade;
  HeaderField connection;
  HeaderField forwarded_for;
  HeaderField correlation_id;
  HeaderField content_type;
  HeaderField console;  // X-Hermod-Console, which an HTML form or link cannot send
  HeaderField websocket_key;
  HeaderField websocket_version;
  HeaderField websocket_protocol;

  // The host and port that the client requested.
  std::string_view requested_host() const {
    return target == Target::kAbsolute ? authority : host.value;
  }

  // Whether the request has no body, or its body was read.
  bool body_read() const { return body == Body::kNone || !content.empty(); }
};

enum class HeadState : uint8_t { kPartial, kComplete, kMalformed, kTooLarge };

// Finds the end of a head. It scans each byte once, however the head is split, and stops at the
// first byte that is not allowed: obsolete line folding, a bare CR or LF, or a control character.
class HeadScan {
 public:
  // `bytes` begins at the head. Between two calls, bytes may only be appended.
  HeadState scan(std::string_view bytes);

  // Precondition: scan() returned kComplete. Includes empty lines before the request line.
  size_t head_bytes() const { return at_; }

 private:
  enum class Line : uint8_t { kEmpty, kText, kAfterReturn, kAfterEmptyReturn };

  size_t at_ = 0;
  size_t lines_ = 0;  // non-empty lines
  Line line_ = Line::kEmpty;
};

struct ParsedHead {
  HeadState state = HeadState::kPartial;
  size_t bytes = 0;  // the size of the head; valid with kComplete
  RequestHead head;
};

// Parses the first head in `bytes`.
ParsedHead parse_request_head(std::string_view bytes);

}  // namespace hermod
