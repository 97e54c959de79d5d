#include "micro/path.h"

namespace hermod::bench {
namespace {

constexpr Path kPaths[] = {
    {"parse_600", make_parse},           {"parse_16k", make_parse_large},
    {"format_event", make_event_format}, {"verify_hs256", make_verify},
    {"frame_300", make_frame},           {"route_one", make_route},
    {"route_five", make_route_five},     {"deadline", make_wheel},
    {"delivery_pong", make_pong},
};

}  // namespace

std::span<const Path> paths() {
  return kPaths;
}

}  // namespace hermod::bench
