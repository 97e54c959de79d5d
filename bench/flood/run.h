#pragma once
// Controls one run: opens all connections, keeps them, executes commands from stdin, reports.
//
// With --control, stdin has one command per line. The answer to each is a line on stdout with the
// counters:
//   reset       resets the counters and the sequence checks
//   report      answers at once
//   expect N    answers when N numbered messages were received since the last reset
//   storm       closes and reopens all connections; answers, with storm_ms, when all are open
//   read        lets the slow connections read again
//   stop        ends the run, like the end of the input

#include <cstdint>
#include <string>

#include "flood/crowd.h"
#include "flood/tally.h"

namespace hermod::bench {

struct RunOptions {
  bool control = false;
  bool storm = false;   // after `seconds`, one storm, then the end
  double seconds = 0;   // ends this time after all connections are open; 0: no time limit
  uint64_t frames = 0;  // ends after this number of messages; 0: no limit
};

class Run {
 public:
  Run(const RunOptions& options, Crowd& crowd, Tally& tally);

  void to_the_end();

 private:
  void check();
  void check_opened();
  void check_end();
  void read_commands();
  void obey(const std::string& command);
  void begin_storm();
  void say(const char* event);
  void show_progress();

  RunOptions options_;
  Crowd& crowd_;
  Tally& tally_;
  bool opened_ = false;  // the first attempt of every connection has ended
  bool storming_ = false;
  bool ended_ = false;
  bool input_ready_ = false;
  std::string input_;
  uint64_t expected_ = 0;
  int64_t began_ns_ = 0;
  int64_t opened_ns_ = 0;
  int64_t storm_began_ns_ = 0;
  int64_t storm_ns_ = 0;
  int64_t shown_ns_ = 0;
};

}  // namespace hermod::bench
