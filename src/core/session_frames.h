#pragma once
// What a session of the sub-protocol hermod.v1 has in addition to a plain one (protocol section 3):
// the frame `welcome` before all others, what the user has seen, and the answers to the frames of
// the client. Owned by SessionOutbox; the sessions of plain clients have none.
//
// What was seen elsewhere is sent after the notification: an id above the position of the session
// waits until the session has reached it. The first page after each subscription has the ids that
// may have been missed.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/stream_id.h"
#include "bus/replay_page.h"
#include "core/error_rate.h"
#include "core/instant.h"
#include "core/welcome_wait.h"
#include "frames/client_frames.h"

namespace hermod {

class Session;
struct SessionHost;

class SessionFrames {
 public:
  SessionFrames(SessionHost& host, Session& session);  // both outlive it

  // --- called by Session

  WelcomeWait& welcome() { return welcome_; }
  // Appends `welcome` if it is due. Returns whether other frames may follow.
  [[nodiscard]] bool append_welcome(Instant now, std::string& out);

  void on_subscribed() { repeat_seen_ = true; }

  // A page was read for the session, which is at `position`, and has not sent its entries yet.
  void on_page(const ReplayPage& page, StreamId position);

  // The messages up to `position` are in the outbox, or were sent.
  void on_advanced(StreamId position) {
    if (!waiting_seen_.empty()) send_waiting(position);
  }

  // The ids that wait are those of a stream that no longer exists.
  void on_memory_lost() { waiting_seen_.clear(); }

  // --- called by Hub

  // The user has seen these notifications on another connection.
  void on_seen(std::span<const StreamId> ids);

  // --- called by PeerTraffic

  // Before the first page, nothing was sent: the frame waits for it, up to kSeenIdsMax ids.
  void on_client_seen(const SeenFrame& seen);
  // Answers with the frame `error`, at most ten times a second.
  void on_malformed(const MalformedFrame& fault, Instant now);
  void send(std::string_view frame);  // within the limits of the outbox

 private:
  void send_waiting(StreamId position);
  StreamId acknowledged_by(const SeenFrame& seen) const;
  void keep_early(const SeenFrame& seen);

  SessionHost& host_;
  Session& session_;
  WelcomeWait welcome_;
  StreamId seen_up_to_;                 // everything up to it was reported to the bus
  std::vector<StreamId> waiting_seen_;  // above the position of the session, at most kWaitingMax
  std::unique_ptr<SeenFrame> early_;    // null: none waits for the first page
  std::unique_ptr<ErrorRate> errors_;   // null: the client sent no malformed frame
  bool started_ = false;                // the first page was read
  bool repeat_seen_ = true;             // with the next page
};

}  // namespace hermod
