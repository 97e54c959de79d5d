#include "redis_topology/cluster_survey.h"

#include <cassert>
#include <utility>

#include "redis/reply.h"

namespace hermod {
namespace {

std::string refusal(const redisReply& reply) {
  std::string error = reply_error(reply);
  if (error.find("cluster support disabled") != std::string::npos) {
    return "this is a single Redis: use redis:// (rediss:// with TLS) in REDIS_URL";
  }
  if (error.find("unknown command") != std::string::npos) {
    return "this server does not know CLUSTER: it is a Sentinel (redis+sentinel://) or has the "
           "command disabled";
  }
  return error;
}

// Whether the reply of COMMAND INFO says that the server does not know the command. An error, such
// as a missing permission, says nothing.
bool is_unknown_command(const redisReply& reply) {
  return reply_size(reply) == 1 && reply_is_nil(*reply_at(reply, 0));
}

}  // namespace

void ClusterSurvey::start(const RedisLinkOptions& link, uint64_t timeout_ms,
                          std::vector<RedisEndpoint> nodes) {
  assert(!running());
  assert(!nodes.empty());
  link_ = link;
  link_.database = 0;  // a cluster has no other
  timeout_ms_ = timeout_ms;
  nodes_ = std::move(nodes);
  node_ = 0;
  error_.clear();
  running_ = true;
  ask();
}

void ClusterSurvey::stop() {
  running_ = false;
  inquiry_.stop();
}

void ClusterSurvey::ask() {
  assert(node_ < nodes_.size());
  answer_ = {};
  rejection_.clear();
  link_.endpoint = nodes_[node_];
  inquiry_.start(link_, timeout_ms_,
                 {{"CLUSTER", "INFO"},
                  {"CLUSTER", "NODES"},
                  {"CLUSTER", "SLOTS"},
                  {"COMMAND", "INFO", "SSUBSCRIBE"}});
}

void ClusterSurvey::on_inquiry_reply(size_t command, const redisReply& reply) {
  if (command == kSharded) {
    answer_.knows_sharded = !is_unknown_command(reply);
    return;
  }
  if (reply_is_error(reply)) return reject(refusal(reply));
  const std::string_view text = reply_text(reply).value_or("");
  if (command == kInfo) {
    auto info = read_cluster_info(text);
    if (!info) return reject(info.error().message);
    answer_.info = info.take();
  } else if (command == kNodes) {
    auto nodes = read_cluster_nodes(text, link_.endpoint);
    if (!nodes) return reject(nodes.error().message);
    answer_.nodes = nodes.take();
  } else {
    auto ranges = read_cluster_slots(reply, link_.endpoint);
    if (!ranges) return reject(ranges.error().message);
    answer_.ranges = ranges.take();
  }
}

void ClusterSurvey::reject(const std::string& why) {
  if (rejection_.empty()) rejection_ = why;
}

Result<ClusterView> ClusterSurvey::view(const std::string& error) const {
  if (!error.empty()) return Error{ErrorCode::kConnection, error};
  if (!rejection_.empty()) return Error{ErrorCode::kConnection, rejection_};
  return view_of(answer_);
}

void ClusterSurvey::on_inquiry_end(const std::string& error) {
  const auto seen = view(error);
  auto next = ClusterSurveyListener::Next::kAskAnother;
  if (seen) {
    next = listener_.on_view(nodes_[node_], seen.value());
    if (!running_) return;  // the listener stopped it
  } else if (error_.empty()) {
    error_ = nodes_[node_].address() + ": " + seen.error().message;
  }
  ++node_;
  if (next == ClusterSurveyListener::Next::kAskAnother && node_ < nodes_.size()) return ask();
  running_ = false;
  listener_.on_survey_end(error_);
}

}  // namespace hermod
