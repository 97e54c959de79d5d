#pragma once
// The text that hermod serve prints to standard output when it is ready.

#include <string>

namespace hermod::cli {

struct ReadyService {
  std::string url;
  std::string embedded_broker;  // its address; empty if Kafka is configured
  std::string console_url;      // empty: the console cannot be reached
  std::string console_secret;   // empty: none
};

// One line, for a service with configured components.
std::string ready_text(const std::string& url);

// The line, and examples to try in other terminals. `program` starts hermod there.
std::string ready_text_with_examples(const ReadyService& service, const std::string& program);

}  // namespace hermod::cli
