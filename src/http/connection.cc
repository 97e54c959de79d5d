#include "http/connection.h"

#include <array>
#include <cassert>
#include <utility>

// In the usual case, the request head has arrived when the socket is accepted (TCP_DEFER_ACCEPT):
// one recv, one send, and with keep-alive a poll for the next request. The other cases:
//
// - A head in several pieces is collected by RequestReader.
// - If the path accepts a body, the connection waits for it within the time of the head.
// - Pipelined requests are answered in order, one per loop iteration, so that a client with many
//   requests does not delay the others. A request is read when the response before it is written.
// - If the signature of an upgrade's token must wait for its verification, the request waits too.
// - If the page answers later, the socket is not watched until then: whether the client still waits
//   shows when the response is written.
// - A malformed or too large head is answered, and the connection closes.
// - If the client reads its response slowly, the rest is written when the socket is writable.
//   Nothing is read before it is written completely.
// - After the last response, the connection shuts down its sending side, and reads and discards
//   input. Closing with unread input would reset the connection and could destroy the response.
// - If the client disconnects, the connection ends.

namespace hermod {
namespace {

constexpr int kStepsPerIteration = 16;  // at most 256 KiB are read or discarded
constexpr int64_t kBusyRetrySeconds = 1;

}  // namespace

Connection::Connection(const ConnectionDependencies& dependencies, int fd, const IpAddress& peer)
    : dependencies_(dependencies), socket_(dependencies.loop, fd, peer, [this](uv::Ready ready) {
        if (has(ready, uv::Ready::kError)) {
          end();
        } else {
          proceed();
        }
      }) {}

// A request in progress ends even if the client has not read the response.
Connection::~Connection() {
  if (in_progress(stage_)) --dependencies_.stats.http_in_progress;
}

const IpAddress& Connection::client() const {
  assert(stage_ == Stage::kCheck);
  assert(waiting_ != nullptr);
  return waiting_->client;
}

void Connection::proceed() {
  for (int step = 0; step < kStepsPerIteration; ++step) {
    if (advance() == Step::kWait) return;
  }
  // Let the other connections work. A writable socket is reported again in the next loop iteration.
  // In the first two stages, the connection has read a part of the next request.
  const bool in_request = stage_ == Stage::kNextIteration || stage_ == Stage::kIdle;
  wait(in_request ? Stage::kHead : stage_, uv::Ready::kWritable);
}

Connection::Step Connection::advance() {
  if (stage_ == Stage::kLinger) return linger();
  if (!response_.bytes.empty()) return write();
  if (waiting_) return serve(waiting_->head);
  auto [state, request] = requests_.next(
      [this](const RequestHead& head) { return dependencies_.router.body_bytes_max(head); });
  if (state == HeadState::kPartial) return read();
  request_since_ms_ = dependencies_.clock.steady_ms();
  if (state == HeadState::kComplete) return serve(*request);
  return answer(dependencies_.router.refuse_head(state, peer()));
}

Connection::Step Connection::read() {
  assert(requests_.room() > 0);
  std::array<char, kHeadBytesMax> buffer;
  const auto [state, bytes] = socket_.receive({buffer.data(), requests_.room()});
  if (state == ClientSocket::State::kEnded) return end();
  if (state == ClientSocket::State::kBlocked) {
    wait(requests_.between_requests() ? Stage::kIdle : Stage::kHead, uv::Ready::kReadable);
    return Step::kWait;
  }
  requests_.append({buffer.data(), bytes});
  return Step::kContinue;
}

// `head` may be that of waiting_.
Connection::Step Connection::serve(RequestHead& head) {
  const Attempt attempt = stage_ == Stage::kCheck ? Attempt::kAfterWait : Attempt::kFirst;
  Reply reply = dependencies_.router.reply(head, peer(), attempt);
  if (auto* upgrade = std::get_if<UpgradeRequest>(&reply)) return hand_over(std::move(*upgrade));
  if (const auto* later = std::get_if<LaterAnswer>(&reply)) return wait_for_page(head, *later);
  if (const auto* postponed = std::get_if<Postponed>(&reply)) {
    assert(attempt == Attempt::kFirst);
    return wait_for_check(head, postponed->client);
  }
  return answer(std::move(std::get<SerializedResponse>(reply)));
}

Connection::Step Connection::wait_for_check(RequestHead& head, const IpAddress& client) {
  waiting_ = std::make_unique<Waiting>(Waiting{std::move(head), client});
  socket_.pause();
  enter(Stage::kCheck);
  return Step::kWait;
}

Connection::Step Connection::wait_for_page(RequestHead& head, const LaterAnswer& later) {
  OpenAnswers& answers = dependencies_.open_answers;
  if (answers.full()) {
    ++dependencies_.stats.limits_struck["later_answers"];
    return answer(dependencies_.router.complete(
        head, peer(),
        make_fault(RefusalReason::kOpenAnswers, std::string(head.path), kBusyRetrySeconds)));
  }
  waiting_ = std::make_unique<Waiting>(Waiting{std::move(head)});
  socket_.pause();
  enter(Stage::kPage);
  waiting_->answer =
      answers.start(later, [this](const PageAnswer& given) { on_page_answer(given); });
  return Step::kWait;
}

void Connection::on_page_answer(const PageAnswer& given) {
  assert(stage_ == Stage::kPage);
  assert(waiting_ != nullptr);
  if (answer(dependencies_.router.complete(waiting_->head, peer(), given)) == Step::kContinue) {
    proceed();  // must come last: the connection may be destroyed
  }
}

Connection::Step Connection::hand_over(UpgradeRequest request) {
  request.early_bytes = requests_.take_rest();
  const int fd = socket_.release();
  UpgradeSink& upgrades = dependencies_.upgrades;
  dependencies_.owner.on_end(*this);
  upgrades.adopt(fd, std::move(request));
  return Step::kWait;
}

Connection::Step Connection::answer(SerializedResponse response) {
  assert(response_.bytes.empty());
  assert(!response.bytes.empty());
  response_ = std::move(response);
  written_ = 0;
  waiting_.reset();
  enter(Stage::kResponse);
  return Step::kContinue;
}

Connection::Step Connection::write() {
  assert(stage_ == Stage::kResponse);
  const auto [state, bytes] = socket_.send(std::string_view(response_.bytes).substr(written_));
  if (state == ClientSocket::State::kEnded) return end();
  if (state == ClientSocket::State::kBlocked) {
    wait(Stage::kResponse, uv::Ready::kWritable);
    return Step::kWait;
  }
  written_ += bytes;
  if (written_ < response_.bytes.size()) return Step::kContinue;
  std::string().swap(response_.bytes);
  const int64_t took_ms = dependencies_.clock.steady_ms() - request_since_ms_;
  dependencies_.stats.http_seconds.add(static_cast<double>(took_ms) / 1000);
  if (response_.connection == ResponseOptions::Connection::kClosed) {
    socket_.end_output();
    (void)requests_.take_rest();
    enter(Stage::kLinger);
    return Step::kContinue;
  }
  // The socket is not watched until the next loop iteration: libuv polls several times in an
  // iteration in which very many sockets are ready.
  socket_.pause();
  enter(Stage::kNextIteration);
  return Step::kWait;
}

Connection::Step Connection::linger() {
  const ClientSocket::State state = socket_.discard();
  if (state == ClientSocket::State::kDone) return Step::kContinue;
  if (state == ClientSocket::State::kEnded) return end();
  wait(Stage::kLinger, uv::Ready::kReadable);
  return Step::kWait;
}

Connection::Step Connection::end() {
  dependencies_.owner.on_end(*this);
  return Step::kWait;
}

void Connection::wait(Stage stage, uv::Ready interest) {
  enter(stage);
  socket_.watch(interest);
}

// The time of a stage runs from its beginning, so that a client gains nothing by sending slowly.
void Connection::enter(Stage stage) {
  if (stage == stage_) return;
  assert(may_enter(stage_, stage));
  const Stage from = std::exchange(stage_, stage);
  if (in_progress(stage)) ++dependencies_.stats.http_in_progress;
  if (in_progress(from)) --dependencies_.stats.http_in_progress;
  dependencies_.owner.on_stage(*this, from);
}

}  // namespace hermod
