#include "redis/owned_reply.h"

#include <hiredis/hiredis.h>

#include <deque>
#include <string>
#include <vector>

namespace hermod {

// A deque does not move its elements when it grows.
struct OwnedReply::Nodes {
  redisReply* copy(const redisReply& reply) {
    redisReply& node = replies.emplace_back(reply);
    node.str = nullptr;
    node.element = nullptr;
    if (reply.str != nullptr) {
      node.str = texts.emplace_back(reply.str, static_cast<size_t>(reply.len)).data();
    }
    if (reply.element != nullptr) {
      std::vector<redisReply*>& elements = arrays.emplace_back(reply.elements);
      for (size_t i = 0; i < reply.elements; ++i) elements[i] = copy(*reply.element[i]);
      node.element = elements.data();
    }
    return &node;
  }

  std::deque<redisReply> replies;
  std::deque<std::string> texts;
  std::deque<std::vector<redisReply*>> arrays;
};

OwnedReply::OwnedReply(const redisReply& reply) : nodes_(std::make_unique<Nodes>()) {
  nodes_->copy(reply);
}

OwnedReply::OwnedReply(OwnedReply&&) noexcept = default;
OwnedReply& OwnedReply::operator=(OwnedReply&&) noexcept = default;
OwnedReply::~OwnedReply() = default;

const redisReply& OwnedReply::operator*() const {
  return nodes_->replies.front();
}

}  // namespace hermod
