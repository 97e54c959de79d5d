#include "harness/client_progress.h"

#include <cassert>
#include <utility>

namespace hermod {

void ClientProgress::on_connected(const Session& session) {
  assert(!clients_.contains(&session));
  clients_.emplace(&session, Client{std::string(session.user()), {}, {}});
  ++connections_[std::string(session.user())];
}

void ClientProgress::on_sent(const Session& session, StreamId stream_id) {
  if (stream_id) clients_.at(&session).sent = stream_id;
}

void ClientProgress::on_confirmed(const Session& session, StreamId upto) {
  clients_.at(&session).confirmed = upto;
}

std::string ClientProgress::on_disconnected(const Session& session) {
  const auto client = clients_.find(&session);
  assert(client != clients_.end());
  std::string user = std::move(client->second.user);
  clients_.erase(client);
  const auto connections = connections_.find(user);
  assert(connections != connections_.end());
  if (--connections->second == 0) connections_.erase(connections);
  return user;
}

bool ClientProgress::has_answered(const Session& session, StreamId goal) const {
  const auto client = clients_.find(&session);
  if (client == clients_.end() || session.state() == Session::State::kEnded) return true;
  const auto& [user, sent, confirmed] = client->second;
  if (confirmed >= goal && goal) return true;
  return session.state() == Session::State::kLive && session.newest() >= goal &&
         !session.has_output() && confirmed >= sent;
}

}  // namespace hermod
