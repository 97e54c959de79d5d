#pragma once
// A WebSocket client on the test's loop that can violate the protocol: it sends any bytes and keeps
// all received frames. Answering pings and close frames can be disabled.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "uv/poll.h"

namespace hermod::test {

// Two connected non-blocking sockets. kPackets preserves the boundaries of each send().
enum class SocketKind { kUnix, kPackets, kTcp };
std::pair<int, int> connected_sockets(SocketKind kind);

// The Sec-WebSocket-Key of RFC 6455 section 1.3, and the expected Sec-WebSocket-Accept.
inline constexpr char kSampleKey[] = "dGhlIHNhbXBsZSBub25jZQ==";
inline constexpr char kSampleAccept[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

struct FrameOptions {
  bool final = true;
  bool masked = true;
  uint8_t reserved = 0;  // 0x40, 0x20, 0x10
};

// A frame of a client.
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

  void send(std::string_view bytes);  // buffers bytes that the kernel does not accept at once
  void send_text(std::string_view text) { send(client_frame(1, text)); }
  void stop_reading();
  void read_on();
  void hang_up();  // closes the socket without a close frame

  size_t unsent() const { return out_.size(); }
  std::vector<std::string> texts() const;
  size_t count(int opcode) const;
  std::string close_reason() const { return close_ ? close_->second : std::string(); }
  int close_code() const { return close_ ? close_->first : 0; }

  bool answer_pings = true;
  bool answer_close = true;
  std::string head;  // the response to the upgrade
  std::vector<Frame> frames;
  std::vector<size_t> reads;  // size of each read in bytes
  size_t frames_after_close = 0;
  bool ended = false;  // the server closed the connection

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
