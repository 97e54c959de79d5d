// Fuzzes HTTP requests: their head is located, parsed and validated, in one piece and in pieces
// whose size is the first byte.
#include <algorithm>
#include <string>

#include "base/text.h"
#include "console/console.h"
#include "fuzz/fuzz.h"
#include "http/pages.h"
#include "http/request_router.h"
#include "http/upgrade_policy.h"
#include "support/fake_clock.h"
#include "ws/upgrade_head.h"

namespace hermod::fuzz {
namespace {

class Verdicts final : public Verifier {
 public:
  Verdict verify(std::string_view token, int64_t now_wall_ms) override {
    if (token.empty()) return Denied::kMissing;
    if (!token.starts_with("good.")) return Denied::kSignature;
    return Identity{std::string(token.substr(5)), now_wall_ms + 60'000};
  }
};

class Health final : public HealthView {
 public:
  std::string service() const override { return "websocket_service"; }
  std::string environment() const override { return "testing"; }
  int64_t uptime_ms() const override { return 1; }
  BackendHealth redis() const override { return {.up = true, .where = "memory"}; }
  BackendHealth kafka() const override {
    return {.up = false, .where = "kafka:1", .error = "away"};
  }
  bool ready() const override { return false; }
  bool degraded() const override { return false; }
  std::vector<std::string> reasons() const override { return {"kafka"}; }
  std::vector<std::string> warnings() const override { return {}; }
  size_t connections() const override { return 0; }
  size_t connections_per_user_max() const override { return 5; }
  std::optional<std::string> metrics() const override { return "metric 1\n"; }
};

// The console must pass only valid UTF-8.
class Shown final : public ConsoleView {
 public:
  ConsoleState state(std::string_view user_part) const override {
    ConsoleState made;
    made.listed.push_back({.id = 1, .user = std::string(user_part), .state = "live"});
    return made;
  }
  ConsoleFeed watch(std::string_view user) override {
    check(is_utf8(user), "a user whom the console watches is UTF-8");
    return {};
  }
  Result<std::string> send(const ConsoleNotification& notification) override {
    check(is_utf8(notification.user) && is_utf8(notification.payload),
          "a console notification is UTF-8");
    return std::string("an-id");
  }
  Result<ConsoleToken> mint(std::string_view user) override {
    check(is_utf8(user), "a console user is UTF-8");
    return ConsoleToken{"good." + std::string(user), 1'000};
  }
};

class NoUpgrades final : public UpgradeSink {
 public:
  void adopt(int /*fd*/, UpgradeRequest /*request*/) override {}
  bool connects_too_often(std::string_view /*user*/) const override { return false; }
};

struct Door {
  static ConsoleOptions console_options() {
    ConsoleOptions options;
    options.rights = ConsoleOptions::Rights::kFull;
    return options;
  }

  static UpgradePolicyOptions upgrade_policy_options() {
    UpgradePolicyOptions options;
    options.origins = {"http://localhost:3000"};
    options.local_pages = LocalPages::kAllowed;
    options.trusted_proxies = parse_networks("TRUSTED_PROXIES", {"10.0.0.0/8"}).take();
    return options;
  }

  test::FakeClock clock;
  NoLog log;
  Stats stats;
  Verdicts verifier;
  Health health;
  Shown shown;
  NoUpgrades upgrades;
  CheckQueue checks{{}};
  RefusalBudget refusals{{.us_max = INT64_MAX / 16}};
  AdminAccess access{{clock, log, stats}, {.token = {}, .secret = "the-secret"}};
  Console console{{shown, health, clock, access}, console_options()};
  UpgradePolicy upgrade_policy{{verifier, clock, log, stats, health, checks, refusals, upgrades},
                               upgrade_policy_options()};
  Pages pages{health, clock};
  RequestRouter router{{{&pages, &console}, upgrade_policy, health, clock, stats, log}};
};

HeadState scan_in_pieces(std::string_view bytes, size_t step) {
  HeadScan scan;
  HeadState state = HeadState::kPartial;
  for (size_t end = 0; end < bytes.size() && state == HeadState::kPartial;) {
    end = std::min(end + step, bytes.size());
    state = scan.scan(bytes.substr(0, end));
  }
  return state;
}

void check_answer(const std::string& bytes) {
  check(bytes.starts_with("HTTP/1.1 "), "a response is HTTP/1.1");
  const size_t end = bytes.find("\r\n\r\n");
  check(end != std::string::npos, "a response has a head");
  const std::string_view head = std::string_view(bytes).substr(0, end + 2);
  for (size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '\n') check(at > 0 && head[at - 1] == '\r', "no bare line feed");
    if (head[at] == '\r') check(head[at + 1] == '\n', "no bare carriage return");
  }
}

void check_upgrade(const UpgradeRequest& request) {
  check(request.device.size() <= 64, "a device has a short name");
  check(request.key.size() == 24, "a key has 24 characters");
  const std::string head = build_upgrade_head(request.key, Subprotocol::kHermod);
  check(std::count(head.begin(), head.end(), '\n') == 8, "a key adds no line");
}

void run(Input input) {
  static Door door;
  door.router.set_port(8080);
  const size_t step = input.byte() + 1U;
  IpAddress peer;
  peer.bytes[15] = 1;
  const std::string_view bytes = input.rest();
  ParsedHead parsed = parse_request_head(bytes);
  const HeadState in_pieces = scan_in_pieces(bytes, step);
  if (parsed.state != HeadState::kComplete) {
    // The scan only locates the end of the head; the parser may reject it.
    check(in_pieces == parsed.state ||
              (in_pieces == HeadState::kComplete && parsed.state == HeadState::kMalformed),
          "pieces give the same result");
    return;
  }
  check(in_pieces == HeadState::kComplete, "pieces give the same result");
  check(parsed.bytes <= bytes.size() && parsed.bytes <= kHeadBytesMax,
        "the size of a head is limited");
  RequestHead& head = parsed.head;
  if (head.body == RequestHead::Body::kLength &&
      head.body_bytes <= door.router.body_bytes_max(head)) {
    head.content = bytes.substr(parsed.bytes, head.body_bytes);
    if (head.content.size() < head.body_bytes) return;  // the body is incomplete
  }
  const Reply reply = door.router.reply(head, peer);
  if (const auto* upgrade = std::get_if<UpgradeRequest>(&reply)) {
    check_upgrade(*upgrade);
  } else {
    check_answer(std::get<SerializedResponse>(reply).bytes);
  }
}

}  // namespace
}  // namespace hermod::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  hermod::fuzz::run({data, size});
  return 0;
}
