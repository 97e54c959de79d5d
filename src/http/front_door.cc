#include "http/front_door.h"

#include <utility>

namespace hermod {

FrontDoor::FrontDoor(uv_loop_t* loop, const FrontDoorParts& parts, FrontDoorOptions options)
    : listen_options_(std::move(options.listen)),
      admission_(options.admission, options.gate.trusted_proxies),
      checks_(options.checks),
      refusals_(options.refusals),
      pages_(parts.health, parts.clock),
      console_({parts.console, parts.health, parts.clock, parts.log, parts.stats},
               std::move(options.console)),
      gate_({parts.verifier, parts.clock, parts.log, parts.stats, parts.health, checks_, refusals_,
             console_.guard(), parts.upgrades},
            std::move(options.gate)),
      router_({pages_, console_, gate_, parts.health, parts.clock, parts.stats}),
      lobby_(loop, {router_, admission_, checks_, parts.upgrades, parts.clock, parts.stats},
             options.lobby),
      acceptor_(loop, parts.log, lobby_),
      soon_(loop, [this] { finish_close(); }),
      turn_end_(loop, [this] { pages_.on_turn_end(); }) {}

Result<void> FrontDoor::listen() {
  auto listening = acceptor_.listen(listen_options_);
  if (listening) console_.guard().set_port(port());
  return listening;
}

void FrontDoor::set_draining(bool draining) {
  gate_.set_draining(draining);
  router_.set_draining(draining);
  // A socket that outlives this process keeps whoever comes now for the next one.
  if (draining && listen_options_.inherited_descriptor >= 0) acceptor_.stop();
}

void FrontDoor::set_gate_options(GateOptions options) {
  admission_.set_exempt(options.trusted_proxies);
  gate_.set_options(std::move(options));
}

// On a clean stack: the caller may be inside a callback of a connection.
void FrontDoor::close(Closed closed) {
  if (closing_) return;
  closing_ = true;
  closed_ = std::move(closed);
  soon_.ask();
}

void FrontDoor::finish_close() {
  acceptor_.stop();
  lobby_.clear();
  const Closed closed = std::exchange(closed_, nullptr);
  closed();  // *this may be gone behind
}

}  // namespace hermod
