#pragma once
// What hermod does for each record, text or client, cut out to be run alone: timed by Google
// Benchmark (bench.cc) and counted in instructions (once.cc).

#include <memory>
#include <span>
#include <string_view>

namespace hermod::bench {

class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run() = 0;  // once; may be called any number of times
};

struct Path {
  std::string_view name;
  std::unique_ptr<Operation> (*make)();
};

// All of them; each file of this folder brings its own.
std::span<const Path> paths();

std::unique_ptr<Operation> make_parse();         // a record of 600 B, with validation
std::unique_ptr<Operation> make_parse_large();   // one of 16 KB
std::unique_ptr<Operation> make_event_format();  // the format that is built, not copied
std::unique_ptr<Operation> make_verify();        // an HS256 token
std::unique_ptr<Operation> make_frame();         // a text of 300 B into its frame
std::unique_ptr<Operation> make_route();         // from the bus to one user's session, and gathered
std::unique_ptr<Operation> make_route_five();    // the same to five sessions
std::unique_ptr<Operation> make_wheel();         // a deadline moved, among 10,000
std::unique_ptr<Operation> make_pong();          // a delivery ping and its answer

}  // namespace hermod::bench
