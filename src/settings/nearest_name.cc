#include "settings/nearest_name.h"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

namespace hermod {
namespace {

// The smallest number of characters to add, remove or change (Levenshtein distance).
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  assert(row.back() <= std::max(a.size(), b.size()));
  return row.back();
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> names,
                         size_t distance_max) {
  std::string nearest;
  size_t least = distance_max + 1;
  for (const std::string& known : names) {
    // A difference in length alone often excludes a name.
    const size_t longer = std::max(name.size(), known.size());
    if (longer - std::min(name.size(), known.size()) >= least) continue;
    const size_t changes = distance(name, known);
    if (changes >= least) continue;
    least = changes;
    nearest = known;
  }
  return nearest;
}

}  // namespace hermod
