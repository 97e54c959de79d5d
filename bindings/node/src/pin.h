#pragma once
// The event loop plugin of libwebsockets loads the system's libuv into the process. Its symbols
// resolve to Node's libuv, including those that its destructor calls: unloading it with the last
// plugin would shut down Node's libuv, and Node would abort when it starts a child process.

namespace hermod::node {

// Keeps the system's libuv loaded until the process ends. Call it after creating a libwebsockets
// context; repeated calls are harmless.
void pin_system_libuv();

}  // namespace hermod::node
