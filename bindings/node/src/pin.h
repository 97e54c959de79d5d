#pragma once
// libwebsockets' loop plugin brings the system's libuv into the process. Its functions are never
// used, since Node's own come first; but neither are its destructors its own: unloaded with the
// last plugin, it would shut down the libuv of Node, and the next child process aborts.

namespace hermod::node {

// Keeps it loaded until the process ends. After the first libwebsockets context was made; may be
// called often.
void pin_system_libuv();

}  // namespace hermod::node
