#include "tracing/trace_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/random.h"

namespace hermod {
namespace {

constexpr size_t kTracestateBytesMax = 512;  // W3C Trace Context section 3.3.1.5
constexpr int kStatusError = 2;

void append_key(std::string& out, std::string_view key) {
  out.append("\"").append(key).append("\":");
}

void append_text(std::string& out, std::string_view key, std::string_view text,
                 size_t bytes_max = kOutsideTextBytesMax) {
  append_key(out, key);
  out += '"';
  append_escaped(out, text, bytes_max);
  out += '"';
}

// Appends a text that needs no escaping.
void append_own(std::string& out, std::string_view key, std::string_view text) {
  append_key(out, key);
  out.append("\"").append(text).append("\"");
}

// In protobuf's JSON, 64-bit numbers are strings.
void append_number(std::string& out, std::string_view key, int64_t number) {
  append_key(out, key);
  out.append("\"").append(std::to_string(number)).append("\"");
}

void append_attribute(std::string& out, const SpanAttribute& attribute) {
  out += '{';
  append_own(out, "key", attribute.key);
  out.append(",\"value\":{");
  if (const auto* number = std::get_if<int64_t>(&attribute.value)) {
    append_number(out, "intValue", *number);
  } else if (const auto* flag = std::get_if<bool>(&attribute.value)) {
    append_key(out, "boolValue");
    out.append(*flag ? "true" : "false");
  } else {
    append_text(out, "stringValue", std::get<std::string>(attribute.value));
  }
  out.append("}}");
}

template <class List, class Append>
void append_list(std::string& out, std::string_view key, const List& list, Append append) {
  if (list.empty()) return;
  out += ',';
  append_key(out, key);
  out += '[';
  for (const auto& one : list) {
    if (out.back() != '[') out += ',';
    append(one);
  }
  out += ']';
}

}  // namespace

std::string span_json(const Span& span, int64_t end_ns) {
  std::string out;
  out.reserve(320);
  out += '{';
  append_own(out, "traceId", to_hex(span.context.trace));
  out += ',';
  append_own(out, "spanId", to_hex(span.context.span));
  if (span.parent != 0) {
    out += ',';
    append_own(out, "parentSpanId", to_hex(span.parent));
  }
  if (!span.tracestate.empty() && span.tracestate.size() <= kTracestateBytesMax) {
    out += ',';
    append_text(out, "traceState", span.tracestate, kTracestateBytesMax);
  }
  out += ',';
  append_own(out, "name", span.name);
  out.append(",\"kind\":").append(std::to_string(static_cast<int>(span.kind))).append(",");
  append_number(out, "startTimeUnixNano", span.at.wall_ns);
  out += ',';
  append_number(out, "endTimeUnixNano", std::max(end_ns, span.at.wall_ns));
  append_list(out, "attributes", span.attributes,
              [&out](const SpanAttribute& one) { append_attribute(out, one); });
  append_list(out, "links", span.links, [&out](const TraceContext& one) {
    out += '{';
    append_own(out, "traceId", to_hex(one.trace));
    out += ',';
    append_own(out, "spanId", to_hex(one.span));
    out += '}';
  });
  if (span.failed) out.append(",\"status\":{\"code\":").append(std::to_string(kStatusError)) += '}';
  return out += '}';
}

std::string trace_request_head(std::string_view service_name, std::string_view version) {
  std::string out = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[";
  append_attribute(out, {"service.name", std::string(service_name)});
  out += ',';
  append_attribute(out, {"service.version", std::string(version)});
  out += ',';
  append_attribute(out, {"service.instance.id", random_uuid()});
  out.append("]},\"scopeSpans\":[{\"scope\":{");
  append_own(out, "name", "hermod");
  out += ',';
  append_text(out, "version", version);
  return out.append("},\"spans\":[");
}

uint64_t rejected_spans(std::string_view answer) {
  const auto json = nlohmann::json::parse(answer, nullptr, false);
  if (!json.is_object()) return 0;
  const auto partial = json.find("partialSuccess");
  if (partial == json.end() || !partial->is_object()) return 0;
  const auto rejected = partial->find("rejectedSpans");
  if (rejected == partial->end()) return 0;
  if (rejected->is_number_unsigned()) return rejected->get<uint64_t>();
  if (!rejected->is_string()) return 0;
  uint64_t count = 0;
  for (const char c : rejected->get_ref<const std::string&>()) {
    if (c < '0' || c > '9') return 0;
    count = count * 10 + static_cast<uint64_t>(c - '0');
  }
  return count;
}

}  // namespace hermod
