#include "redis/redis_conversation.h"

#include <cassert>
#include <optional>

#include "uv/loop.h"
#include "uv/timer.h"

namespace hermod {
namespace {

constexpr std::string_view kName = "hermod-check";

}  // namespace

class RedisConversation::Talk final : RedisLinkListener {
 public:
  explicit Talk(const RedisLinkOptions& options)
      : timeout_ms_(options.connect_timeout_ms),
        link_(loop_.get(), options, kName, *this),
        timer_(loop_.get(), [this] { over_ = true; }) {}

  Result<void> open() {
    link_.start();
    while (!link_.up() && down_.empty()) loop_.run_once();
    if (!link_.up()) return failure(down_);
    return {};
  }

  Result<OwnedReply> ask(const Words& words) {
    assert(!words.empty());
    const std::string unanswered = "no answer to " + words.front() + ": ";
    if (!link_.up()) return failure(unanswered + down_);
    RedisCommand command = link_.command(words.size());
    for (const std::string& word : words) command.add(word);
    reply_.reset();
    over_ = false;
    timer_.start(timeout_ms_);
    while (!reply_ && !over_ && link_.up()) loop_.run_once();
    timer_.stop();
    if (reply_) return *std::move(reply_);
    if (down_.empty()) {
      down_ = "none within " + std::to_string(timeout_ms_) + " ms";
      link_.stop();  // a late reply would count as that to the next command
    }
    return failure(unanswered + down_);
  }

 private:
  Error failure(const std::string& what) const {
    return {ErrorCode::kConnection, "Redis at " + link_.endpoint().address() + ": " + what};
  }

  void on_link_up() override {}
  void on_link_reply(const redisReply& reply) override {
    if (!reply_) reply_.emplace(reply);
  }
  // The link would try again.
  void on_link_down(std::string_view reason) override {
    down_ = reason;
    link_.stop();
  }

  uint64_t timeout_ms_;
  std::optional<OwnedReply> reply_;
  std::string down_;  // why the link ended; empty: it did not
  bool over_ = false;
  uv::OwnLoop loop_;
  RedisLink link_;
  uv::Timer timer_;
};

RedisConversation::RedisConversation(std::unique_ptr<Talk> talk) : talk_(std::move(talk)) {}
RedisConversation::RedisConversation(RedisConversation&&) noexcept = default;
RedisConversation& RedisConversation::operator=(RedisConversation&&) noexcept = default;
RedisConversation::~RedisConversation() = default;

Result<RedisConversation> RedisConversation::open(const RedisLinkOptions& options) {
  auto talk = std::make_unique<Talk>(options);
  if (auto opened = talk->open(); !opened) return opened.error();
  return RedisConversation(std::move(talk));
}

Result<OwnedReply> RedisConversation::ask(const Words& words) {
  return talk_->ask(words);
}

}  // namespace hermod
