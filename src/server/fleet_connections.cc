#include "server/fleet_connections.h"

#include <utility>

namespace hermod {
namespace {

// What production shows of an address: the network of a provider's customer.
constexpr uint8_t kShownBitsV4 = 96 + 24;  // of the mapped form
constexpr uint8_t kShownBitsV6 = 48;

constexpr size_t kUsersAtOnce = 128;  // each has a text of its own

constexpr std::string_view kDisconnected = "disconnected by an operator";

// Visits some of the users, and removes them.
template <class Visit>
void take_some(std::vector<std::string>& users, Visit visit) {
  for (size_t i = 0; i < kUsersAtOnce && !users.empty(); ++i) {
    visit(users.back());
    users.pop_back();
  }
}

}  // namespace

FleetConnections::FleetConnections(uv_loop_t* loop, const Clock& clock, const Options& options,
                                   Bus& bus, Hub& hub, WsServer& ws, RevokedTokens& revoked)
    : clock_(clock),
      options_(options),
      bus_(bus),
      hub_(hub),
      ws_(ws),
      revoked_(revoked),
      rest_(loop, [this] { work(); }) {}

std::string FleetConnections::shown(const IpAddress& address) const {
  if (!options_.production()) return to_string(address);
  if (address.is_v4()) return to_string(masked(address, kShownBitsV4)) + "/24";
  return to_string(masked(address, kShownBitsV6)) + "/48";
}

std::vector<FleetConnection> FleetConnections::find(std::string_view user) {
  std::vector<FleetConnection> found;
  ws_.for_each([&](const WsPeer& peer) {
    if (peer.user() != user || peer.session().state() == Session::State::kEnded) return;
    const int64_t age_ms = clock_.steady_ms() - peer.since_steady_ms();
    found.push_back({.id = std::to_string(peer.id()),
                     .process = {},
                     .device = std::string(peer.device()),
                     .since_ms = clock_.wall_ms() - age_ms,
                     .address = shown(peer.address())});
  });
  return found;
}

size_t FleetConnections::disconnect(const DisconnectRequest& request, int64_t until_ms) {
  const size_t ended = ws_.disconnect_until(request.user, until_ms,
                                            {.code = static_cast<CloseCode>(request.code),
                                             .error = ErrorCode::kAuthorization,
                                             .message = std::string(kDisconnected),
                                             .text = request.reason});
  if (request.revoked_s) hub_.set_revoked(request.user, *request.revoked_s);
  return ended;
}

void FleetConnections::revoke_user(const DisconnectRequest& request, UserRevoked done) {
  bus_.revoke({.user = request.user, .at_s = request.revoked_s, .keep_s = revocation_s()},
              [done = std::move(done)](const Result<uint32_t>& stored) {
                done(stored ? std::optional<uint32_t>(stored.value()) : std::nullopt);
              });
}

size_t FleetConnections::revoke_tokens(const std::vector<RevokedToken>& tokens) {
  bool any = false;
  for (const RevokedToken& token : tokens) {
    any |= revoked_.add(token.id, token.until_ms, clock_.wall_ms());
  }
  if (!any) return 0;
  return ws_.end_revoked([this, now_ms = clock_.wall_ms()](const TokenFacts& token) {
    return revoked_.contains(token, now_ms);
  });
}

void FleetConnections::compare_again() {
  to_compare_ = hub_.user_names();
  rest_.ask();
}

// It may have ended the last connections of users who have not returned since.
void FleetConnections::on_left(std::string_view process) {
  if (!options_.kafka_presence_topic.empty()) bus_.sweep(process);
}

void FleetConnections::broadcast(const BroadcastRequest& request) {
  Broadcast made{.type = request.notification_type, .payload = request.payload};
  if (!request.category.empty()) made.category = request.category;
  if (!request.priority.empty()) made.priority = request.priority;
  broadcasts_.push_back({std::move(made), hub_.user_names()});
  rest_.ask();
}

void FleetConnections::work() {
  if (!broadcasts_.empty()) broadcast_some();
  compare_some();
  if (!broadcasts_.empty() || !to_compare_.empty()) rest_.ask();
}

void FleetConnections::broadcast_some() {
  auto& [notice, users] = broadcasts_.front();
  take_some(users, [this, &sent = notice](std::string_view user) { hub_.broadcast(sent, user); });
  if (users.empty()) broadcasts_.pop_front();
}

void FleetConnections::compare_some() {
  take_some(to_compare_, [this](std::string_view user) { hub_.compare_again(user); });
}

}  // namespace hermod
