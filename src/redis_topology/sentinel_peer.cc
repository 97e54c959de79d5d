// - A question asks for the address, the config epoch, the replicas and the other sentinels.
// - GET-MASTER-ADDR-BY-NAME names the new master as soon as it is promoted. MASTER names the old
//   one until all replicas follow the new one, but has the new config epoch already.
// - If the sentinel does not know the master, it is asked for the names of all masters, too.
// - If the subscription begins, or an event names the master, the sentinel is asked again.
#include "redis_topology/sentinel_peer.h"

#include <utility>

#include "base/parse.h"
#include "redis/push_reply.h"
#include "redis/reply.h"
#include "redis_topology/node_address.h"

namespace hermod {
namespace {

constexpr uint64_t kPauseMs = 20;  // limits the questions that a flood of events causes

// A failover, in the order in which a sentinel announces it, and nodes that come and go.
constexpr std::string_view kEvents[] = {"+switch-master", "+promoted-slave", "+slave", "+sdown",
                                        "-sdown"};

std::string with_setting(std::string error) {
  if (is_error_of(error, "NOAUTH")) error += " Set REDIS_SENTINEL_PASSWORD.";
  return error;
}

}  // namespace

SentinelPeer::SentinelPeer(uv_loop_t* loop, const Clock& clock, const SentinelPeerOptions& options,
                           SentinelPeerListener& listener)
    : options_(options),
      listener_(listener),
      pause_(loop, [this] { begin(); }),
      inquiry_(loop, clock, *this),
      events_(loop, options.link, "hermod-topology", *this) {}

void SentinelPeer::start() {
  events_.start();
  begin();
}

void SentinelPeer::stop() {
  pause_.stop();
  inquiry_.stop();
  events_.stop();
  again_ = false;
}

void SentinelPeer::ask() {
  if (inquiry_.running() || pause_.active())
    again_ = true;
  else
    begin();
}

void SentinelPeer::begin() {
  again_ = false;
  next_ = {};
  if (answer_) next_.replicas = answer_->replicas;  // kept if the reply is refused
  rejection_.clear();
  unknown_master_ = false;
  const std::string& name = options_.master_name;
  RedisInquiry::Commands commands = {{"SENTINEL", "MYID"},
                                     {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", name},
                                     {"SENTINEL", "MASTER", name},
                                     {"SENTINEL", "REPLICAS", name},
                                     {"SENTINEL", "SENTINELS", name}};
  if (names_) commands.push_back({"SENTINEL", "MASTERS"});
  inquiry_.start(options_.link, options_.timeout_ms, std::move(commands));
}

void SentinelPeer::on_inquiry_reply(size_t command, const redisReply& reply) {
  switch (command) {
    case kId:  // since Redis 6.2
      if (const auto id = reply_text(reply)) options_.id = *id;
      return;
    case kAddress:
      return read_address(reply);
    case kMaster:
      if (const auto master = read_sentinel_master(reply)) {
        next_.vote.epoch = master->epoch;
        next_.vote.other_sentinels = master->other_sentinels;
      } else {
        reject("an unexpected reply to SENTINEL MASTER");
      }
      return;
    case kReplicas:
      if (auto replicas = read_sentinel_replicas(reply)) next_.replicas = std::move(*replicas);
      return;
    case kOthers:
      if (auto others = read_sentinel_peers(reply)) next_.others = std::move(*others);
      return;
    case kMasters:
      if (!unknown_master_) return;
      const std::string names = read_master_names(reply);
      rejection_ += names.empty() ? "; it knows none" : "; it knows: " + names;
      return;
  }
}

void SentinelPeer::read_address(const redisReply& reply) {
  if (reply_is_error(reply)) {
    const std::string error = reply_error(reply);
    const bool other_server = error.find("unknown command") != std::string::npos;
    return reject(other_server ? "this server is not a Sentinel" : error);
  }
  if (reply_is_nil(reply)) {
    unknown_master_ = true;
    return reject("it knows no master '" + error_words(options_.master_name) + "'");
  }
  const auto port = parse_number<uint16_t>(reply_text_at(reply, 1).value_or(""));
  const auto endpoint =
      node_endpoint(reply_text_at(reply, 0).value_or(""), port.value_or(0), RedisEndpoint{});
  if (!endpoint || endpoint->host.empty()) {
    return reject("an unexpected reply to SENTINEL GET-MASTER-ADDR-BY-NAME");
  }
  next_.vote.master = *endpoint;
}

void SentinelPeer::reject(const std::string& why) {
  if (rejection_.empty()) rejection_ = why;
}

void SentinelPeer::on_inquiry_end(const std::string& error) {
  const bool had_names = std::exchange(names_, unknown_master_);
  if (names_ && !had_names) return begin();
  error_ = with_setting(error.empty() ? rejection_ : error);
  answer_.reset();
  if (error_.empty()) answer_ = std::move(next_);
  // A host that does not answer may have vanished, which the subscription does not notice.
  if (!error.empty()) events_.fail(error);
  if (again_) pause_.start(kPauseMs);
  listener_.on_sentinel_answer(*this);
}

void SentinelPeer::on_link_up() {
  RedisCommand subscribe = events_.command(1 + std::size(kEvents));
  subscribe.add("SUBSCRIBE");
  for (const std::string_view event : kEvents) subscribe.add(event);
}

void SentinelPeer::on_link_reply(const redisReply& reply) {
  const auto push = read_push_reply(reply);
  if (!push) return events_.fail("SUBSCRIBE is refused: " + reply_error(reply));
  const bool subscribed =
      push->kind == PushReply::Kind::kSubscribed && push->channel == std::end(kEvents)[-1];
  if (subscribed) {
    events_.settled();
    ask();  // an event may have been missed before
  }
  if (push->kind == PushReply::Kind::kMessage &&
      push->text.find(options_.master_name) != std::string_view::npos) {
    ask();
  }
}

}  // namespace hermod
