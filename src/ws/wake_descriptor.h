#pragma once
// The descriptor that wakes libwebsockets' own service. Ending a context (4.1) closes it twice: at
// once, and again when its handle on the loop is closed. In between its number may go to any other
// thread of the process, whose socket or file the second close would take away.

namespace hermod {

// After the first step of a context's end: takes the number out of `wsi`, the library's object for
// the descriptor, so that it is closed once. The library has no function for that; where in the
// object the number stands is found by asking lws_get_socket_fd() for it. False: it was not found.
bool forget_wake_descriptor(void* wsi, int fd);

}  // namespace hermod
