#pragma once
// Passes the messages of the subscription link to the listener: finds the user and the stream id of
// each (MessageDecoder) and drops messages that are malformed, not UTF-8, or whose user is not
// subscribed.
// RedisSubscriber owns it.

#include <cstdint>
#include <string>
#include <string_view>

#include "bus/bus.h"
#include "redis_schema/message_decoder.h"
#include "redis_subscribe/recent_events.h"
#include "redis_subscribe/redis_subscriptions.h"

namespace hermod {

class TextDelivery {
 public:
  TextDelivery(const RedisChannels& channels, const RedisTime& time,
               RedisSubscriptions& subscriptions)
      : subscriptions_(subscriptions), messages_(channels, time) {}

  // From now on, `recent` gets the events that are received. It must outlive this object.
  void remember_in(RecentEvents& recent) { recent_ = &recent; }

  // The id of this process, in what its own connections have seen.
  void set_process(std::string_view process) { process_ = process; }

  void start(BusListener& texts) { texts_ = &texts; }
  void stop() { texts_ = nullptr; }  // from now on, the listener is not called

  // False: not a message to a user.
  bool deliver(std::string_view channel, std::string_view text);
  void forget() { messages_.forget(); }  // the next message is not the announced one

  void announce(std::string_view user) {
    if (texts_ != nullptr) texts_->on_subscribed(user);
  }

  // Messages that are malformed or not UTF-8.
  uint64_t dropped() const { return dropped_ + messages_.malformed(); }

 private:
  RedisSubscriptions& subscriptions_;
  BusListener* texts_ = nullptr;
  RecentEvents* recent_ = nullptr;
  MessageDecoder messages_;
  std::string process_;
  uint64_t dropped_ = 0;  // messages that are not UTF-8
};

}  // namespace hermod
