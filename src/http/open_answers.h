#pragma once
// The answers that pages give later, and their number. An answer is open until the page has given
// it or has destroyed its Done, even if the connection ended before, because the page still works
// on it. Owned by ConnectionManager.

#include <cstddef>
#include <functional>
#include <memory>

#include "http/page_group.h"

namespace hermod {

class OpenAnswers {
 private:
  struct State;

 public:
  using Receive = std::function<void(const PageAnswer&)>;

  // Owned by the connection that waits. After the destruction, the answer has no effect.
  class Waiting {
   public:
    explicit Waiting(std::shared_ptr<State> state);
    ~Waiting();
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    std::shared_ptr<State> state_;
  };

  explicit OpenAnswers(size_t answers_max);

  bool full() const { return *count_ >= answers_max_; }

  // Starts the work of the page. `receive` is called at most once, in a later loop iteration.
  // Precondition: not full().
  std::unique_ptr<Waiting> start(const LaterAnswer& answer, Receive receive);

 private:
  size_t answers_max_;
  std::shared_ptr<size_t> count_;  // shared with the answers, which may outlive this object
};

}  // namespace hermod
