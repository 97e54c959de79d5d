#include "http/request_head.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/version.hpp>
#include <limits>
#include <optional>

#include "http/authority.h"
#include "http/header_text.h"

namespace hermod {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BoostView = boost::beast::string_view;

std::string_view view(BoostView text) {
  return {text.data(), text.size()};
}

// The authority of "http://host:port/path". The scheme may be https, because TLS may terminate in a
// proxy. nullopt if the target has another scheme or a malformed authority.
std::optional<std::string_view> authority_of(std::string_view target) {
  const size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!same_ignoring_case(scheme, "http") && !same_ignoring_case(scheme, "https")) {
    return std::nullopt;
  }
  target.remove_prefix(scheme_end + 3);
  const std::string_view authority = target.substr(0, target.find_first_of("/?#"));
  return is_authority(authority) ? std::optional(authority) : std::nullopt;
}

// Splits a target into its form, path and query (RFC 9112 section 3.2). The target of CONNECT has
// another form, but the method is not supported anyway.
void split_target(std::string_view target, RequestHead& head) {
  if (target == "*") {
    head.target = RequestHead::Target::kAsterisk;
  } else if (!target.starts_with('/')) {
    const auto authority = authority_of(target);
    head.target = authority ? RequestHead::Target::kAbsolute : RequestHead::Target::kMalformed;
    if (authority) {
      head.authority = *authority;
      target = target.substr(target.find("://") + 3 + authority->size());
    }
  }
  const size_t mark = target.find('?');
  head.path = target.substr(0, mark);
  if (head.path.empty()) head.path = "/";
  if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
}

bool names_proxy(std::string_view field) {
  constexpr std::string_view kPrefix = "x-forwarded-";
  return same_ignoring_case(field.substr(0, kPrefix.size()), kPrefix) ||
         same_ignoring_case(field, "x-real-ip");
}

// Fills a RequestHead from the callbacks of Boost.Beast's parser.
class Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(RequestHead& head) : head_(head) {
    header_limit(2 * kHeadBytesMax);  // HeadScan enforces the limit
    body_limit(std::numeric_limits<uint64_t>::max());
  }

  bool framing_contradicts() const {
    return encodings_ != 0 && (lengths_ != 0 || head_.version < 11);
  }
  bool encoded() const { return encodings_ != 0; }

 private:
  void on_request_impl(http::verb, BoostView method, BoostView target, int version,
                       error_code&) override {
    head_.method = view(method);
    head_.version = version;
    split_target(view(target), head_);
  }

  void on_field_impl(http::field name, BoostView name_text, BoostView value, error_code&) override {
    if (name == http::field::content_length) ++lengths_;
    if (name == http::field::transfer_encoding) ++encodings_;
    HeaderField* field = find(name, view(name_text));
    if (field == nullptr) return;
    if (field->count++ != 0) field->value += ", ";
    field->value += view(value);
  }

  HeaderField* find(http::field name, std::string_view text) {
    switch (name) {
      case http::field::host:
        return &head_.host;
      case http::field::origin:
        return &head_.origin;
      case http::field::authorization:
        return &head_.authorization;
      case http::field::content_type:
        return &head_.content_type;
      case http::field::forwarded:
      case http::field::via:
        head_.forwarded = true;
        return nullptr;
      case http::field::upgrade:
        return &head_.upgrade;
      case http::field::connection:
        return &head_.connection;
      case http::field::sec_websocket_key:
        return &head_.websocket_key;
      case http::field::sec_websocket_version:
        return &head_.websocket_version;
      case http::field::sec_websocket_protocol:
        return &head_.websocket_protocol;
      default:
        break;
    }
    if (names_proxy(text)) head_.forwarded = true;
    if (same_ignoring_case(text, "x-forwarded-for")) return &head_.forwarded_for;
    if (same_ignoring_case(text, "x-hermod-console")) return &head_.console;
    if (same_ignoring_case(text, "x-correlation-id")) return &head_.correlation_id;
    return nullptr;
  }

  void on_response_impl(int, BoostView, int, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, error_code&) override {}
  size_t on_body_impl(BoostView, error_code&) override { return 0; }
  void on_chunk_header_impl(uint64_t, BoostView, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, BoostView, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}
#if BOOST_VERSION >= 109000
  void on_trailer_field_impl(http::field, BoostView, BoostView, error_code&) override {}
#endif

  RequestHead& head_;
  size_t lengths_ = 0;
  size_t encodings_ = 0;
};

bool is_control(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return (code < 0x20 && byte != '\t') || code == 0x7f;
}

bool parse(std::string_view bytes, RequestHead& head) {
  Parser parser(head);
  error_code error;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error || !parser.is_header_done() || parser.framing_contradicts()) return false;
  head.keep_alive =
      parser.keep_alive() ? RequestHead::KeepAlive::kYes : RequestHead::KeepAlive::kNo;
  const auto length = parser.content_length();
  if (parser.encoded()) {
    head.body = RequestHead::Body::kChunked;
  } else if (length && *length != 0) {
    head.body = RequestHead::Body::kLength;
    head.body_bytes = *length;
  }
  return true;
}

}  // namespace

HeadState HeadScan::scan(std::string_view bytes) {
  for (; at_ < bytes.size() && at_ < kHeadBytesMax; ++at_) {
    const char byte = bytes[at_];
    if (line_ == Line::kAfterReturn || line_ == Line::kAfterEmptyReturn) {
      if (byte != '\n') return HeadState::kMalformed;
      if (line_ == Line::kAfterReturn) ++lines_;
      const bool ends = line_ == Line::kAfterEmptyReturn && lines_ != 0;
      line_ = Line::kEmpty;
      if (ends) return ++at_, HeadState::kComplete;
    } else if (byte == '\r') {
      line_ = line_ == Line::kEmpty ? Line::kAfterEmptyReturn : Line::kAfterReturn;
    } else if (is_control(byte) || (line_ == Line::kEmpty && (byte == ' ' || byte == '\t'))) {
      return HeadState::kMalformed;
    } else {
      line_ = Line::kText;
    }
  }
  return at_ >= kHeadBytesMax ? HeadState::kTooLarge : HeadState::kPartial;
}

ParsedHead parse_request_head(std::string_view bytes) {
  ParsedHead parsed;
  HeadScan scan;
  parsed.state = scan.scan(bytes);
  if (parsed.state != HeadState::kComplete) return parsed;
  parsed.bytes = scan.head_bytes();
  const std::string_view head = bytes.substr(0, parsed.bytes);
  if (!parse(head.substr(head.find_first_not_of("\r\n")), parsed.head)) {
    parsed.state = HeadState::kMalformed;
  }
  return parsed;
}

}  // namespace hermod
