#pragma once
// Forward declarations of libuv's types, so that no other module needs <uv.h>.

struct uv_loop_s;
struct uv_handle_s;
struct uv_idle_s;
struct uv_timer_s;
struct uv_poll_s;
struct uv_prepare_s;
struct uv_check_s;
struct uv_signal_s;
struct uv_getaddrinfo_s;
using uv_loop_t = struct uv_loop_s;
