#pragma once
// The course of one flood: open all, hold, obey what stands on the standard input, end, report.
//
// Commands, a line each, with --control; each is answered by a line on the standard output:
//   reset       counters and numbers begin anew
//   report      the counters
//   expect N    the counters, once N texts came since the last reset
//   storm       all close and open again; the counters, with storm_ms, once all are back
//   read        slow readers read again
//   stop        the end, as is the end of the input

#include <cstdint>
#include <string>

#include "flood/crowd.h"
#include "flood/tally.h"

namespace hermod::bench {

struct RunOptions {
  bool control = false;
  bool storm = false;   // one storm after --seconds, then the end
  double seconds = 0;   // the end, so long after all were open; 0: not by time
  uint64_t frames = 0;  // the end, when so many texts came; 0: not by count
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
  bool opened_ = false;  // all were open or refused once
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
