#pragma once
// Port: hears that sessions of a user wait because all processes together have as many connections
// of the user as allowed. WsServer implements it; Hub calls it.

#include <string_view>

namespace hermod {

class QuotaListener {
 public:
  // Some sessions of the user are not admitted (Session::admitted()). The listener makes room,
  // calls Hub::ask_lease() again, or closes them, in a later loop iteration or inside the call.
  virtual void on_over_quota(std::string_view user) = 0;

 protected:
  ~QuotaListener() = default;
};

}  // namespace hermod
