#include "http/open_answers.h"

#include <cassert>
#include <utility>

namespace hermod {

// Shared by the connection that waits and by the page.
struct OpenAnswers::State {
  Receive receive;  // null: the answer was given, or the connection has ended
};

namespace {

// Counts an answer as open. The Done of the page owns it.
class Counted {
 public:
  explicit Counted(std::shared_ptr<size_t> count) : count_(std::move(count)) { ++*count_; }
  ~Counted() {
    assert(*count_ > 0);
    --*count_;
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::shared_ptr<size_t> count_;
};

}  // namespace

OpenAnswers::Waiting::Waiting(std::shared_ptr<State> state) : state_(std::move(state)) {}

OpenAnswers::Waiting::~Waiting() {
  state_->receive = nullptr;
}

OpenAnswers::OpenAnswers(size_t answers_max)
    : answers_max_(answers_max), count_(std::make_shared<size_t>(0)) {}

std::unique_ptr<OpenAnswers::Waiting> OpenAnswers::start(const LaterAnswer& answer,
                                                         Receive receive) {
  assert(!full());
  auto state = std::make_shared<State>(State{std::move(receive)});
  answer.start([state, counted = std::make_shared<Counted>(count_)](const PageAnswer& given) {
    if (const Receive to = std::exchange(state->receive, nullptr)) to(given);
  });
  assert(state->receive != nullptr);  // the page has answered inside the call
  return std::make_unique<Waiting>(std::move(state));
}

}  // namespace hermod
