#pragma once
// A copy of a reply, which outlives the call that received it.

#include <memory>

struct redisReply;

namespace hermod {

class OwnedReply {
 public:
  explicit OwnedReply(const redisReply& reply);
  OwnedReply(OwnedReply&&) noexcept;
  OwnedReply& operator=(OwnedReply&&) noexcept;
  ~OwnedReply();

  const redisReply& operator*() const;  // read it with reply.h

 private:
  struct Nodes;

  std::unique_ptr<Nodes> nodes_;
};

}  // namespace hermod
