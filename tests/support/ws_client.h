#pragma once
// A WebSocket client on the test's loop that can be as wrong as a test wants: it writes any bytes,
// keeps every frame it was sent, and answers pings and closes only while it is told to.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "uv/poll.h"

namespace hermod::test {

// Two connected sockets, both non-blocking. kPackets keeps the bounds of each send.
enum class SocketKind { kUnix, kPackets, kTcp };
std::pair<int, int> connected_sockets(SocketKind kind);

// The Sec-WebSocket-Key of RFC 6455 section 1.3, and what must be answered.
inline constexpr char kSampleKey[] = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr char kSampleAccept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

struct FrameOptions {
  bool final = true;
  bool masked = true;
  uint8_t reserved = 0;  // 0x40, 0x20, 0x10
};

// A frame as a client sends it.
std::string client_frame(int opcode, std::string_view payload, FrameOptions options = {});
std::string client_close(uint16_t code, std::string_view reason);

class WsClientSocket {
 public:
  struct Frame {
    int opcode = 0;
    bool final = true;
    std::string payload;
  };

  WsClientSocket(uv_loop_t* loop, int fd);  // owns fd
  ~WsClientSocket();
  WsClientSocket(const WsClientSocket&) = delete;
  WsClientSocket& operator=(const WsClientSocket&) = delete;

  void send(std::string_view bytes);  // kept and sent on where the kernel does not take it at once
  void send_text(std::string_view text) { send(client_frame(1, text)); }
  void stop_reading();
  void read_on();
  void hang_up();  // closes the socket without a word

  size_t unsent() const { return out_.size(); }
  std::vector<std::string> texts() const;
  size_t count(int opcode) const;
  std::string close_reason() const { return close_ ? close_->second : std::string(); }
  int close_code() const { return close_ ? close_->first : 0; }

  bool answer_pings = true;
  bool answer_close = true;
  std::string head;  // the answer to the upgrade
  std::vector<Frame> frames;
  std::vector<size_t> reads;  // bytes of each
  size_t frames_after_close = 0;
  bool ended = false;  // the other side hung up

 private:
  void on_ready(uv::Ready ready);
  void read_some();
  void write_some();
  void watch();
  void parse();
  void on_frame(Frame frame);

  int fd_;
  std::string in_;
  std::string out_;
  std::optional<std::pair<int, std::string>> close_;
  bool reading_ = true;
  uv::Poll poll_;
};

}  // namespace hermod::test
