#pragma once
// The descriptor that wakes libwebsockets' own service. Destroying a context (4.1) closes it twice:
// at once, and again when its handle on the loop is closed. In between, another thread of the
// process may open a socket or a file with the same number, which the second close would close.
//
// LwsContext therefore prevents the second close. Reserving the number with another descriptor is
// not enough: it is free until lws_context_destroy() returns, and another thread may open it before
// it is reserved.

namespace hermod {

// Call it after the first step of destroying a context. It clears the descriptor in `wsi`, the
// library's object for it, so that it is not closed again. The library has no function for this, so
// the field is searched by checking each candidate with lws_get_socket_fd(). False: it was not
// found.
bool forget_wake_descriptor(void* wsi, int fd);

}  // namespace hermod
