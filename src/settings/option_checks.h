#pragma once
// Checks of single values, without side effects. Each returns whether the value is valid.

#include <cstdint>
#include <string_view>

namespace hermod::option {

constexpr uint32_t kDay = 86'400;  // in seconds

// What the most frequent checks accept, as errors and the reference say it.
constexpr std::string_view kSeconds = "a number of seconds from 1 to 86400";
constexpr std::string_view kText = "a string without control characters";
constexpr std::string_view kPath = "the path of a file";

bool is_word(std::string_view text);         // letters, digits and . _ - , at most 64 of them
bool is_environment(std::string_view text);  // a word, and not a misspelling of production
bool is_text_or_empty(std::string_view text);
bool is_text(std::string_view text);         // not empty, UTF-8 without control characters
bool is_admin_token(std::string_view text);  // printable ASCII, long enough not to be guessed
bool is_log_level(std::string_view text);    // in upper case
bool is_log_format(std::string_view text);
bool is_host(std::string_view text);  // a name or an address, which is not resolved here
bool is_slow_client_policy(std::string_view text);
bool is_publish_format(std::string_view text);
bool is_tls_verify(std::string_view text);
bool is_pubsub(std::string_view text);
bool is_redis_prefix(std::string_view text);
bool is_topic(std::string_view text);        // Kafka's rule for topic names
bool is_broker_list(std::string_view text);  // [PROTOCOL://]host[:port], separated by commas
bool is_algorithm(std::string_view text);    // one that the JWT verifier supports
bool is_origin(std::string_view text);       // as a browser sends it
bool is_network(std::string_view text);      // an address, or one with a prefix length
bool is_http_url(std::string_view text);     // http or https
bool is_header_list(std::string_view text);  // as in OTEL_EXPORTER_OTLP_HEADERS
bool is_sampler(std::string_view text);
bool is_share(std::string_view text);  // a number from 0 to 1

// Whether a URL contains a password before its host.
bool holds_password(std::string_view url);

}  // namespace hermod::option
