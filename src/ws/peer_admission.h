#pragma once
// The upgrade request of one connection. It is pending until the connection joins the hub or is
// refused; afterwards only the correlation id and the name of the device are kept. Owned by WsPeer.

#include <memory>
#include <string>
#include <string_view>

#include "core/upgrade.h"

namespace hermod {

class PeerAdmission {
 public:
  explicit PeerAdmission(UpgradeRequest request);

  // The client's correlation id, or one that is created on first use.
  std::string_view correlation_id();

  // The name of the client's device; empty: none.
  std::string_view device() const { return device_ ? std::string_view(*device_) : ""; }

  bool pending() const { return request_ != nullptr; }

  // The identity of the client; null if the HTTP server refused it. Precondition: pending().
  const Identity* identity() const;

  // With the decision of the HTTP server. Precondition: pending().
  const UpgradeRequest& request() const;

  void end();  // frees the request: it is not pending any more

 private:
  std::unique_ptr<UpgradeRequest> request_;      // null: not pending
  std::unique_ptr<std::string> correlation_id_;  // null: not created yet
  std::unique_ptr<std::string> device_;          // null: none
};

}  // namespace hermod
