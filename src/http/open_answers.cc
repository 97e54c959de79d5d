#include "http/open_answers.h"

#include <cassert>
#include <utility>

namespace hermod {

// Shared by the connection that waits and by the page.
struct OpenAnswers::State {
  State(std::shared_ptr<size_t> open, Receive to) : count(std::move(open)), receive(std::move(to)) {
    ++*count;
  }
  ~State() {
    assert(*count > 0);
    --*count;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::shared_ptr<size_t> count;
  Receive receive;  // null: the answer was given, or the connection has ended
};

OpenAnswers::Waiting::Waiting(std::shared_ptr<State> state) : state_(std::move(state)) {}

OpenAnswers::Waiting::~Waiting() {
  state_->receive = nullptr;
}

OpenAnswers::OpenAnswers(size_t answers_max)
    : answers_max_(answers_max), count_(std::make_shared<size_t>(0)) {}

std::unique_ptr<OpenAnswers::Waiting> OpenAnswers::start(const LaterAnswer& answer,
                                                         Receive receive) {
  assert(!full());
  auto state = std::make_shared<State>(count_, std::move(receive));
  answer.start([state](const PageAnswer& given) {
    if (const Receive to = std::exchange(state->receive, nullptr)) to(given);
  });
  assert(state->receive != nullptr);  // the page has answered inside the call
  return std::make_unique<Waiting>(std::move(state));
}

}  // namespace hermod
