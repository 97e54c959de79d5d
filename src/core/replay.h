#pragma once
// Reads the user's stream for one session. Owned by the session while it waits for its subscription
// or replays, and destroyed when the session goes live, so most sessions have none.
//
// - A page is read after the acknowledged position, or after the newest stream id that the session
//   has.
// - The messages of the page go into the outbox. Earlier messages that the bounds removed are
//   announced by a notice.
// - If there is more to read, the replay pauses until the outbox is empty, so that it never fills
//   the outbox. The first page is small, and the second one waits for the first pong, because a
//   client that connects repeatedly and reads nothing must cost little.
// - At the end of the stream, the session goes live if no newer live message was skipped in the
//   meantime.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/stream_id.h"
#include "bus/bus.h"
#include "core/outbox.h"

namespace hermod {

struct SessionHost;
class SessionOutbox;

class Replay {
 public:
  enum class From : uint8_t { kPosition, kNewest };

  // `connected_ms`: steady time of the connection's start. With kPosition, messages routed since
  // then are always replayed.
  Replay(SessionHost& host, From from, int64_t connected_ms);
  ~Replay();
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  // --- pages

  struct Reader {
    std::string_view user;
    StreamId newest;
    bool proven;  // the client has answered a ping
    Cursor cursor;
    bool with_seen;  // the page needs what the user has seen
  };
  using Done = std::function<void(const Result<ReplayPage>&)>;

  // Requests the next page. `done` is called in a later loop iteration, but not after a further
  // request, nor after the replay was destroyed.
  void request(const Reader& reader, Done done);

  // The stream id that the session starts at, if this is the first page after its position.
  std::optional<StreamId> start(const ReplayPage& page);

  // Puts the messages of a page that are newer than `newest` into the outbox. Returns the newest
  // stream id that the session has then.
  // An entry that is a repeat is left out if `known` returns true for its first_ms.
  using Known = std::function<bool(int64_t first_ms)>;
  StreamId accept(const ReplayPage& page, StreamId newest, SessionOutbox& outbox,
                  const Known& known);

  // How the session continues after an accepted page.
  enum class Step : uint8_t { kPause, kRead, kLive };
  struct Next {
    Step step;
    StreamId newest;                  // the session's new position
    std::optional<StreamId> back_to;  // the messages after it are new, even if they seem older
    bool not_kept = false;            // a live message that was skipped is not in the stream
  };
  Next after(const ReplayPage& page, StreamId newest);

  bool paused() const { return paused_; }

  // --- live messages during the replay

  // The stream already contains a message with a stream id.
  void skip(StreamId stream_id);
  void forget_skipped() { newest_skipped_ = first_skipped_ = StreamId{}; }

  // Keeps an external message until the replay ends. Returns false if the limits do not admit it.
  [[nodiscard]] bool hold(Outbox::Item item);
  std::vector<Outbox::Item>& held() { return held_; }

 private:
  struct Pending {};

  StreamId announce_cut(const ReplayPage& page, StreamId newest, SessionOutbox& outbox);
  void push_entry(const ReplayPage::Entry& entry, SessionOutbox& outbox);

  SessionHost& host_;
  std::vector<Outbox::Item> held_;  // external messages; bounded as an outbox
  size_t held_bytes_ = 0;           // size of the held frames
  int64_t connected_ms_;
  std::shared_ptr<Pending> pending_;  // exists while a page is pending
  StreamId newest_skipped_;           // the newest live message that was skipped
  StreamId first_skipped_;            // the first one since the subscription was confirmed
  From from_;
  bool paused_ = false;                 // request the next page when the outbox is empty
  bool skipped_since_request_ = false;  // a live message that the pending page may lack
};

}  // namespace hermod
