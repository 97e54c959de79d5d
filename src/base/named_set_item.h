#pragma once
// An object and its name in one allocation, with the name at the end of the object. For objects
// that exist once per user; NamedSet stores them.

#include <algorithm>
#include <boost/intrusive/unordered_set_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>

namespace hermod {

using NamedSetLink = boost::intrusive::link_mode<boost::intrusive::normal_link>;
using NamedSetHook = boost::intrusive::unordered_set_base_hook<NamedSetLink>;

// Base class, used as `struct T : NamedSetItem<T>`. Only make() creates a T, and only free()
// destroys one.
template <class T>
class NamedSetItem : public NamedSetHook {
 public:
  static constexpr size_t kLengthMax = UINT16_MAX;

  // Precondition: `name` has at most kLengthMax bytes.
  static T* make(std::string_view name) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"  // well defined in GCC's and Clang's ABI
    constexpr size_t kNameAt = offsetof(Whole, name);
#pragma GCC diagnostic pop
    const size_t bytes = std::max(sizeof(Whole), kNameAt + name.size());
    auto* const memory = static_cast<char*>(::operator new(bytes));
    auto* const made = new (memory) Whole;
    made->length_ = static_cast<uint16_t>(name.size());
    std::memcpy(memory + kNameAt, name.data(), name.size());
    return made;
  }

  static void free(T* object) {
    auto* const whole = static_cast<Whole*>(object);
    whole->~Whole();
    ::operator delete(whole);
  }

  std::string_view name() const {
    return {static_cast<const Whole&>(static_cast<const T&>(*this)).name, length_};
  }

 protected:
  NamedSetItem() = default;
  NamedSetItem(const NamedSetItem&) = delete;
  NamedSetItem& operator=(const NamedSetItem&) = delete;

 private:
  struct Whole;  // the name begins in the tail padding of T

  uint16_t length_ = 0;
};

template <class T>
struct NamedSetItem<T>::Whole : T {
  char name[1];
};

}  // namespace hermod
