#include "redis/reply_reader.h"

#include <hiredis/hiredis.h>

#include <cstring>
#include <new>

namespace hermod {

// The callbacks with which hiredis builds a reply. An exception must not pass through its C frames,
// so they never throw: the parser treats a null result as "out of memory", which ends the
// connection.
struct ReplyArena {
  static ReplyReader& reader(const redisReadTask* task) {
    return *static_cast<ReplyReader*>(task->privdata);
  }

  static void* allocate(const redisReadTask* task, size_t bytes) noexcept {
    try {
      return reader(task).arena_.allocate(bytes);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  // Creates a reply of the task's type and stores it in the enclosing array.
  static redisReply* create(const redisReadTask* task) noexcept {
    void* memory = allocate(task, sizeof(redisReply));
    if (memory == nullptr) return nullptr;
    auto* reply = new (memory) redisReply{};
    reply->type = task->type;
    if (task->parent != nullptr) {
      static_cast<redisReply*>(task->parent->obj)->element[task->idx] = reply;
    }
    return reply;
  }

  static void* create_string(const redisReadTask* task, char* text, size_t length) noexcept {
    auto* copy = static_cast<char*>(allocate(task, length + 1));
    auto* reply = create(task);
    if (copy == nullptr || reply == nullptr) return nullptr;
    std::memcpy(copy, text, length);
    copy[length] = '\0';
    reply->str = copy;
    reply->len = length;
    return reply;
  }

  template <class Count>
  static void* create_array(const redisReadTask* task, Count count) noexcept {
    const auto elements = static_cast<size_t>(count);
    if (elements > reader(task).limits_.elements_max) return nullptr;
    void* memory = allocate(task, (elements + 1) * sizeof(redisReply*));
    auto* reply = create(task);
    if (memory == nullptr || reply == nullptr) return nullptr;
    std::memset(memory, 0, (elements + 1) * sizeof(redisReply*));
    reply->element = static_cast<redisReply**>(memory);
    reply->elements = elements;
    return reply;
  }

  static void* create_integer(const redisReadTask* task, long long value) noexcept {
    auto* reply = create(task);
    if (reply != nullptr) reply->integer = value;
    return reply;
  }

  // The task has the type of the missing value, so the type is set here.
  static void* create_nil(const redisReadTask* task) noexcept {
    auto* reply = create(task);
    if (reply != nullptr) reply->type = REDIS_REPLY_NIL;
    return reply;
  }

  static void free_object(void* /*reply*/) noexcept {}  // the arena is released as a whole

#if HIREDIS_MAJOR >= 1
  static void* create_double(const redisReadTask* task, double /*value*/, char* text,
                             size_t length) noexcept {
    return create_string(task, text, length);
  }

  static void* create_bool(const redisReadTask* task, int value) noexcept {
    return create_integer(task, value);
  }
#endif
};

ReplyReader::ReplyReader(ReplyLimits limits) : limits_(limits), functions_{} {
  functions_.createString = ReplyArena::create_string;
  functions_.createArray = ReplyArena::create_array;
  functions_.createInteger = ReplyArena::create_integer;
  functions_.createNil = ReplyArena::create_nil;
  functions_.freeObject = ReplyArena::free_object;
#if HIREDIS_MAJOR >= 1
  functions_.createDouble = ReplyArena::create_double;
  functions_.createBool = ReplyArena::create_bool;
#endif
  reader_.reset(redisReaderCreateWithFunctions(&functions_));
  if (!reader_) {
    error_ = "out of memory";
    return;
  }
  reader_->privdata = this;
}

void ReplyReader::feed(std::string_view bytes) {
  if (!error_.empty()) return;
  if (reader_->len - reader_->pos + bytes.size() > limits_.bytes_max) {
    error_ = "a reply is larger than " + std::to_string(limits_.bytes_max) + " bytes";
  } else if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    error_ = reader_->errstr;
  }
}

const redisReply* ReplyReader::next() {
  if (!error_.empty()) return nullptr;
  if (!in_reply_) arena_.release();
  in_reply_ = true;
  void* reply = nullptr;
  if (redisReaderGetReply(reader_.get(), &reply) != REDIS_OK) {
    error_ = reader_->errstr;
    return nullptr;
  }
  if (reply != nullptr) in_reply_ = false;
  return static_cast<const redisReply*>(reply);
}

}  // namespace hermod
