#pragma once
// A request head as a plain struct: what of it hermod looks at, nothing else. HeadScan finds its
// end while the bytes come in; parse_request_head() reads it, without state and without I/O, so
// that a fuzzer can have it alone.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hermod {

inline constexpr size_t kHeadBytesMax = 16 * 1024;

// A header by its values, joined by ", " where it stands more than once (RFC 9110 section 5.3).
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
  std::string path;  // percent-encoded as it came; of an absolute target what follows the authority
  std::string query;  // what follows the '?'; may hold a token, so it is never logged
  int version = 11;   // 10 or 11
  KeepAlive keep_alive = KeepAlive::kNo;
  Body body = Body::kNone;
  uint64_t body_bytes = 0;  // of Body::kLength
  std::string content;      // the body, where a route takes it; read behind the head
  bool forwarded = false;   // a proxy says that it passed this on, in whatever header

  HeaderField host;
  std::string authority;  // of Target::kAbsolute; it replaces Host (RFC 9112 section 3.2.2)
  HeaderField origin;
  HeaderField authorization;
  HeaderField upgrade;
  HeaderField connection;
  HeaderField forwarded_for;
  HeaderField correlation_id;
  HeaderField content_type;
  HeaderField console;  // X-Hermod-Console, which no form and no link can send
  HeaderField websocket_key;
  HeaderField websocket_version;
  HeaderField websocket_protocol;

  // Which host the client asked for, as it named it.
  std::string_view requested_host() const {
    return target == Target::kAbsolute ? authority : host.value;
  }

  bool body_taken() const { return body == Body::kNone || !content.empty(); }
};

enum class HeadState : uint8_t { kPartial, kComplete, kMalformed, kTooLarge };

// Looks at each byte once, however the head is split, and gives up at the first that no head can
// hold. An obsolete line folding, a bare CR or LF and control characters are such.
class HeadScan {
 public:
  // `bytes` begins where the head begins and has only grown since the last call.
  HeadState scan(std::string_view bytes);

  // Precondition: scan() said kComplete. Empty lines before the request line belong to it.
  size_t head_bytes() const { return at_; }

 private:
  enum class Line : uint8_t { kEmpty, kText, kAfterReturn, kAfterEmptyReturn };

  size_t at_ = 0;
  size_t lines_ = 0;  // with text
  Line line_ = Line::kEmpty;
};

struct ParsedHead {
  HeadState state = HeadState::kPartial;
  size_t bytes = 0;  // what of the input is the head, when kComplete
  RequestHead head;
};

// The first head in `bytes`.
ParsedHead parse_request_head(std::string_view bytes);

}  // namespace hermod
