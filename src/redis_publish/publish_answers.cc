#include "redis_publish/publish_answers.h"

#include <cassert>
#include <utility>

namespace hermod {

void PublishAnswers::start(PublishListener& publications) {
  assert(publications_ == nullptr && !stopped_);
  publications_ = &publications;
}

void PublishAnswers::stop() {
  stopped_ = true;
}

void PublishAnswers::forget() {
  assert(stopped_);
  held_.clear();
  publications_ = nullptr;
}

void PublishAnswers::give(Ticket ticket, PublishOutcome outcome, std::string_view error) {
  if (!stopped_) publications_->on_published(ticket, outcome, error);
}

void PublishAnswers::give_or_hold(const Publication& publication, PublishOutcome outcome,
                                  std::string_view error) {
  if (stopped_) return;
  const uint64_t number = await_ ? await_() : 0;
  if (number == 0) {
    assert(held_.empty());
    return give(publication.ticket, outcome, error);
  }
  assert(held_.empty() || held_.back().number <= number);
  held_.push_back({publication, outcome, std::string(error), number});
}

size_t PublishAnswers::give_held(uint64_t number) {
  size_t given = 0;
  while (!stopped_ && !held_.empty() && held_.front().number <= number) {
    const Held answer = std::move(held_.front());
    held_.pop_front();
    give(answer.publication.ticket, answer.outcome, answer.error);
    ++given;
  }
  return given;
}

void PublishAnswers::take_held(std::vector<Publication>& publications) {
  for (const Held& answer : std::exchange(held_, {})) publications.push_back(answer.publication);
}

void PublishAnswers::take_held_if(const UserPredicate& leaves,
                                  std::vector<Publication>& publications) {
  std::erase_if(held_, [&](const Held& answer) {
    const bool taken = leaves(answer.publication.user);
    if (taken) publications.push_back(answer.publication);
    return taken;
  });
}

}  // namespace hermod
