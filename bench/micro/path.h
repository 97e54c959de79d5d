#pragma once
// The steps that hermod runs for each record, message or client, isolated for measurement: bench.cc
// measures their time with Google Benchmark, once.cc runs them for counting instructions.

#include <memory>
#include <span>
#include <string_view>

namespace hermod::bench {

class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run() = 0;  // runs the step once; may be called repeatedly
};

struct Path {
  std::string_view name;
  std::unique_ptr<Operation> (*make)();
};

// All paths. The make_* functions below are in the *_paths.cc files.
std::span<const Path> paths();

std::unique_ptr<Operation> make_parse();         // parses and validates a record of 600 B
std::unique_ptr<Operation> make_parse_large();   // the same for 16 KB
std::unique_ptr<Operation> make_event_format();  // builds a payload in the format `event`
std::unique_ptr<Operation> make_verify();        // verifies an HS256 token
std::unique_ptr<Operation> make_frame();         // encodes a message of 300 B
std::unique_ptr<Operation> make_route();         // from the bus to the output of one session
std::unique_ptr<Operation> make_route_five();    // the same to five sessions of a user
std::unique_ptr<Operation> make_wheel();         // moves one of 10,000 deadlines
std::unique_ptr<Operation> make_pong();          // make_route(), a delivery ping and its pong

}  // namespace hermod::bench
