#pragma once
// Port: what carries texts between processes and remembers the last of each user. Implementations:
// RedisBus and MemoryBus (in-process). Both are held to tests/contract/bus_contract.cc.
//
// Names on the wire are in protocol section 2. A publication is one atomic step: unless its event
// was routed before, its text is appended to the user's history, its event remembered, and its
// place and text published. A user's publications happen in the order they were given, each once,
// whatever fails in between: while the bus is away they wait here.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/closed.h"
#include "base/stream_id.h"
#include "base/trace_context.h"
#include "hermod/result.h"

namespace hermod {

// Names one publication to who gave it.
using Ticket = uint64_t;

enum class PublishOutcome {
  kRouted,       // appended and published
  kRepeat,       // its event was routed before: nothing was done
  kUnpublished,  // appended, so replay has it, but the bus refused to publish it
  kRefused,      // this record can never be appended (WRONGTYPE under the user's key)
  kForgotten,    // still_wanted() said no before it was sent
};

// The views stay valid until the ticket is answered, or until PublishListener::on_unanswered().
struct Publication {
  Ticket ticket = 0;
  std::string_view user;
  std::string_view event_id;          // what makes it a repeat
  std::string_view text;              // what goes to the user's sockets
  std::string_view traceparent = {};  // goes with the text; empty: its trace is not kept
};

// Up: publications, subscriptions and replays are answered. Down: all of them wait.
enum class BusState { kUp, kDown };

// What places seen before mean to a bus that lost its memory.
enum class OldStreamIds {
  kVoid,   // nothing: they compare with none that comes from now on
  kBelow,  // they are below all that came since the next millisecond, some of it heard by now
};

class BusListener {
 public:
  // A text for one of the users subscribed to. A null place: foreign, published by somebody else.
  // Views are valid during the call. `trace` is the publication's, null where it had none.
  virtual void on_text(std::string_view user, StreamId stream_id, std::string_view text,
                       const TraceContext& trace) = 0;

  // The user's subscription stands (again): from here on no text is missed. What came before it
  // must be asked for with replay(). Comes once per subscribe() and again after each time the way
  // was lost.
  virtual void on_subscribed(std::string_view user) = 0;

  virtual void on_bus_state(BusState state, std::string_view reason) = 0;

  // The bus lost what it remembered: Redis restarted empty, or was emptied.
  virtual void on_memory_lost(OldStreamIds stream_ids) = 0;

 protected:
  ~BusListener() = default;
};

class PublishListener {
 public:
  // Answers publish(), once a ticket. `error` is the bus's own words for kUnpublished and kRefused.
  virtual void on_published(Ticket ticket, PublishOutcome outcome, std::string_view error) = 0;

  // Asked immediately before a waiting publication is sent; no: it is answered as kForgotten.
  virtual bool still_wanted(Ticket ticket) = 0;

  // The bus closes: what is not answered by now never will be, and the bus holds no view of it any
  // more. Comes once, before close() ends.
  virtual void on_unanswered() = 0;

 protected:
  ~PublishListener() = default;
};

// One page of a user's history, oldest first.
struct ReplayPage {
  struct Entry {
    StreamId stream_id;
    std::string text;
    std::string traceparent = {};  // the publication's
  };
  std::vector<Entry> entries;
  bool more = false;  // the bounds of the request ended the page; ask again behind its last entry
  StreamId after;  // where the page starts: the place asked for, or the user's mark, null = no mark
  StreamId last;   // the place of the newest text ever routed to the user, null = none
  // How many texts between `after` and the first entry (or the end) the bounds cut.
  uint64_t cut = 0;
};

struct ReplayRequest {
  std::string_view user;
  std::optional<StreamId>
      after;  // unset: the user's mark, as newly as acknowledge() was given it here
  size_t entries_max = 64;
  size_t bytes_max = 262'144;  // of text; one entry comes in any case
  // For a user who was offline: only what is younger than NOTIFICATION_TTL_SECONDS, and all that
  // was routed since the user is connected. For a gap in a standing connection: everything that is
  // kept (at least 60 s).
  enum class Reach { kAway, kGap } reach = Reach::kAway;
  std::optional<int64_t> connected_ms = {};  // steady time since when the user is connected
};

// A snapshot for health pages and metrics.
struct BusStatus {
  bool up = false;
  std::string reason;   // why it is down; while up: what it cannot do (publish), else empty
  std::string warning;  // what may harm although it is up (eviction), in words
  std::string url;      // credentials shown as ***:***
  uint64_t publications_waiting = 0;
  uint64_t publications_in_flight = 0;
  uint64_t subscriptions = 0;
  uint64_t reconnects = 0;
  uint64_t memory_losses = 0;
  uint64_t foreign_dropped = 0;  // not UTF-8
  int64_t round_trip_us = -1;    // last command answered, -1 unknown
  int64_t canary_age_ms = -1;    // since the last canary came back, -1 none yet
};

class Bus {
 public:
  // An error: ask again after on_subscribed.
  using ReplayDone = std::function<void(Result<ReplayPage>)>;

  virtual ~Bus() = default;  // closed before destroyed

  // Begins; a bus that is away is waited for. Both listeners outlive close().
  virtual Result<void> start(BusListener& texts, PublishListener& publications) = 0;

  // The answer is PublishListener::on_published, never inside the call.
  virtual void publish(const Publication& publication) = 0;

  // One subscription a user and process; the caller counts its sessions.
  virtual void subscribe(std::string_view user) = 0;
  virtual void unsubscribe(std::string_view user) = 0;

  // Reads a page; `done` never comes inside the call, and not at all after close().
  virtual void replay(const ReplayRequest& request, ReplayDone done) = 0;

  // This user has everything up to `place`. Written later, in batches; a mark never moves back.
  virtual void acknowledge(std::string_view user, StreamId stream_id) = 0;

  // The acknowledged position of this user is written now if it waits: a connection has ended, and
  // its client may return through another process.
  virtual void write_acknowledged(std::string_view user) = 0;

  virtual BusStatus status() const = 0;

  // Writes the acknowledged positions that wait and leaves; publications that still wait are never
  // answered (on_unanswered). Idempotent; `closed` comes once, in a later loop iteration.
  virtual void close(Closed closed) = 0;
};

}  // namespace hermod
