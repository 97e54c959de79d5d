#pragma once
// The stream ids that each connected client was sent and has confirmed. Owned by DeliveryWatch.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/stream_id.h"
#include "core/session.h"

namespace hermod {

class ClientProgress {
 public:
  void on_connected(const Session& session);
  void on_sent(const Session& session, StreamId stream_id);
  void on_confirmed(const Session& session, StreamId upto);
  std::string on_disconnected(const Session& session);  // returns the user

  bool is_connected(std::string_view user) const { return connections_.contains(user); }
  const std::string& user_of(const Session& session) const { return clients_.at(&session).user; }

  // Whether the session has ended, its client has confirmed `goal`, or it is live and has nothing
  // left to send: a message that was dropped or is too old to be replayed is never confirmed.
  bool has_answered(const Session& session, StreamId goal) const;

 private:
  struct Client {
    std::string user;
    StreamId sent;
    StreamId confirmed;
  };

  std::map<const Session*, Client> clients_;
  std::map<std::string, size_t, std::less<>> connections_;  // number of connections, by user
};

}  // namespace hermod
