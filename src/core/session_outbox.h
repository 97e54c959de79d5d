#pragma once
// The messages that wait for one connection: an outbox with the limits of the service. Base class
// of SessionDelivery, and so of Session. Session and Replay add the messages.
//
// If the outbox is full, the connection must be closed (1013), or the message with the lowest drop
// priority is dropped and announced by a notice. A message payload that cannot be sent to this
// client is replaced by a notice.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/stream_id.h"
#include "bus/cursor.h"
#include "bus/replay_page.h"
#include "core/client_refusals.h"
#include "core/connection_trace.h"
#include "core/instant.h"
#include "core/notice.h"
#include "core/outbox.h"
#include "core/peer.h"

namespace hermod {

struct HubUser;
class SessionFrames;
struct SessionHost;

// Why a connection is closed when its outbox is full.
inline constexpr std::string_view kSlowClient = "slow client: outbox full";

class SessionOutbox {
 public:
  SessionOutbox(const SessionOutbox&) = delete;
  SessionOutbox& operator=(const SessionOutbox&) = delete;

  std::string_view user() const;
  Peer& peer() const { return peer_; }
  bool joined() const { return user_ != nullptr; }
  Cursor cursor() const { return {peer_.device(), peer_.connection()}; }
  const Outbox& outbox() const { return outbox_; }
  bool has_output() const {
    return (!outbox_.empty() || dropped_ != 0) && (!frames_ || is_welcomed());
  }

  // What hermod.v1 adds; null: the client is a plain one.
  SessionFrames* frames() const { return frames_.get(); }
  FrameForm form() const { return frames_ ? FrameForm::kV1 : FrameForm::kPlain; }

  // The span of the connection, to which the spans of its deliveries link; null: not sampled.
  void set_trace(ConnectionTrace trace) {
    trace_ = std::make_unique<ConnectionTrace>(std::move(trace));
  }
  const ConnectionTrace* trace() const { return trace_.get(); }

  // Whether the device refused a message payload as too large. Each message is then sent only after
  // the pong to the one before, so that the refused one can be identified.
  bool one_by_one() const { return one_by_one_; }
  ClientRefusals::Device refusing_device() const { return {user(), peer_.device()}; }

  // Drops half of the waiting bytes, in the order of SLOW_CLIENT_POLICY=drop_oldest, and announces
  // the dropped messages. Returns the number of bytes freed.
  uint64_t drop_half();

  // --- for Hub and Replay

  // Adds an item without checking the limits.
  void push(Outbox::Item&& item);
  void push_notice(const Notice& notice, StreamId stream_id);
  void push_replayed(const ReplayPage::Entry& entry);

  // A notice in the form of this session. `stream_id` is that of the last message that it replaces,
  // or null.
  Outbox::Item notice_item(const Notice& notice, StreamId stream_id) const;

  // The notice that replaces a message payload which cannot be sent to this client, because it is
  // larger than an outbox or was refused by the client. Null: the payload can be sent.
  const Notice* replacement_for(StreamId stream_id, std::string_view payload);

  // A message was not added, or removed, because the client is too slow for it.
  void count_dropped();

 protected:
  SessionOutbox(SessionHost& host, Peer& peer);
  ~SessionOutbox();  // precondition: it has left the hub

  // Replaces the item by a notice if its payload cannot be sent.
  void replace_unsendable(Outbox::Item& item);

  // Adds an item within the limits. Returns false if the connection must be closed instead.
  [[nodiscard]] bool push_bounded(Outbox::Item&& item);

  void announce_dropped();

  // Whether a message above `position` may be one that the device refuses.
  bool may_refuse(StreamId position) const;

  // Appends `welcome` if it is due. Returns false while nothing may be sent before it.
  [[nodiscard]] bool may_begin(Instant now, std::string& out) {
    return !frames_ || append_welcome(now, out);
  }

  SessionHost& host_;
  Peer& peer_;
  HubUser* user_ = nullptr;  // set while the session is in the hub
  Outbox outbox_;
  std::unique_ptr<ConnectionTrace> trace_;
  std::unique_ptr<SessionFrames> frames_;
  uint32_t dropped_ = 0;  // messages that were dropped and not announced yet
  bool one_by_one_ = false;

 private:
  bool is_welcomed() const;
  bool append_welcome(Instant now, std::string& out);
  void report_too_large(size_t bytes);
};

}  // namespace hermod
