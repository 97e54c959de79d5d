#pragma once
// Bit operators for enum classes. An enum enables them by specializing IsFlags.

#include <type_traits>

namespace hermod {

template <class T>
struct IsFlags : std::false_type {};

template <class T>
requires IsFlags<T>::value constexpr T operator|(T a, T b) {
  using U = std::underlying_type_t<T>;
  return static_cast<T>(static_cast<U>(a) | static_cast<U>(b));
}

// True if `set` contains at least one of `flags`.
template <class T>
requires IsFlags<T>::value constexpr bool has(T set, T flags) {
  using U = std::underlying_type_t<T>;
  return (static_cast<U>(set) & static_cast<U>(flags)) != 0;
}

}  // namespace hermod
