#pragma once
// An object and its name in one allocation, the name behind the object: for what there is one of
// for each of many users. Kept in a NamedSet.

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

// For `struct T : Named<T>`, which only make() makes.
template <class T>
class Named : public NamedSetHook {
 public:
  static constexpr size_t kLengthMax = UINT16_MAX;

  // Precondition: the name has kLengthMax bytes at most.
  static T* make(std::string_view name) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"  // means here what it says, by the ABI
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
  Named() = default;
  Named(const Named&) = delete;
  Named& operator=(const Named&) = delete;

 private:
  struct Whole;  // the name begins in what T's last word has left

  uint16_t length_ = 0;
};

template <class T>
struct Named<T>::Whole : T {
  char name[1];
};

}  // namespace hermod
