#include "ws/peer_admission.h"

#include <cassert>
#include <utility>

#include "base/random.h"

namespace hermod {

PeerAdmission::PeerAdmission(UpgradeRequest request)
    : request_(std::make_unique<UpgradeRequest>(std::move(request))) {
  if (!request_->device.empty())
    device_ = std::make_unique<std::string>(std::move(request_->device));
  if (request_->correlation_id.empty()) return;
  correlation_id_ = std::make_unique<std::string>(std::move(request_->correlation_id));
}

std::string_view PeerAdmission::correlation_id() {
  if (!correlation_id_) correlation_id_ = std::make_unique<std::string>(random_uuid());
  return *correlation_id_;
}

const Identity* PeerAdmission::identity() const {
  assert(pending());
  return std::get_if<Identity>(&request_->verdict);
}

const UpgradeRequest& PeerAdmission::request() const {
  assert(pending());
  return *request_;
}

void PeerAdmission::end() {
  assert(pending());
  request_.reset();
}

}  // namespace hermod
