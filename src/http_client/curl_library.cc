#include "http_client/curl_library.h"

#include <dlfcn.h>

#include <string>

namespace hermod {
namespace {

constexpr const char* kFile = "libcurl.so.4";

// The library is never unloaded: the libraries that it loads register functions for the exit.
constexpr int kLoading = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;

// Node exports the symbols of its own OpenSSL to all modules. With RTLD_DEEPBIND, libcurl uses the
// OpenSSL that it was built with. AddressSanitizer does not support the flag.
int binding() {
  return dlsym(RTLD_DEFAULT, "__asan_init") == nullptr ? RTLD_DEEPBIND : 0;
}

Error wrong(std::string_view reason) {
  return {ErrorCode::kInitialization,
          "cannot use " + std::string(kFile) + " for HTTP requests: " + std::string(reason)};
}

// Finds the functions of an open library, and notes the first one that is missing.
class Symbols {
 public:
  explicit Symbols(void* library) : library_(library) {}

  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (function == nullptr && missing_.empty()) missing_ = name;
  }

  const std::string& missing() const { return missing_; }

 private:
  void* library_;
  std::string missing_;
};

std::string find_all(void* library, CurlFunctions& functions) {
  Symbols symbols(library);
  symbols.find(functions.global_init, "curl_global_init");
  symbols.find(functions.global_cleanup, "curl_global_cleanup");
  symbols.find(functions.version_info, "curl_version_info");
  symbols.find(functions.slist_append, "curl_slist_append");
  symbols.find(functions.slist_free_all, "curl_slist_free_all");
  symbols.find(functions.easy_init, "curl_easy_init");
  symbols.find(functions.easy_cleanup, "curl_easy_cleanup");
  symbols.find(functions.easy_setopt, "curl_easy_setopt");
  symbols.find(functions.easy_getinfo, "curl_easy_getinfo");
  symbols.find(functions.easy_strerror, "curl_easy_strerror");
  symbols.find(functions.multi_init, "curl_multi_init");
  symbols.find(functions.multi_cleanup, "curl_multi_cleanup");
  symbols.find(functions.multi_setopt, "curl_multi_setopt");
  symbols.find(functions.multi_add_handle, "curl_multi_add_handle");
  symbols.find(functions.multi_remove_handle, "curl_multi_remove_handle");
  symbols.find(functions.multi_socket_action, "curl_multi_socket_action");
  symbols.find(functions.multi_info_read, "curl_multi_info_read");
  return symbols.missing();
}

// The first missing feature of those that this module needs: TLS, a thread that resolves names, and
// an initialization that may run on several threads. Empty if none is missing.
std::string_view missing_feature(const curl_version_info_data& version) {
  if ((version.features & CURL_VERSION_SSL) == 0) return "it was built without TLS";
  if ((version.features & CURL_VERSION_ASYNCHDNS) == 0) {
    return "it was built without a resolver thread";
  }
  if ((version.features & CURL_VERSION_THREADSAFE) == 0) {
    return "it was built without thread-safe initialization";
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<CurlLibrary>> CurlLibrary::load() {
  void* library = dlopen(kFile, kLoading | binding());
  if (library == nullptr) return wrong(std::string(dlerror()) + "; install the package libcurl4");
  CurlFunctions functions{};
  if (const std::string name = find_all(library, functions); !name.empty()) {
    return wrong("it has no function " + name);
  }
  const auto missing = missing_feature(*functions.version_info(CURLVERSION_NOW));
  if (!missing.empty()) return wrong(missing);
  if (functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return wrong("its initialization failed");
  }
  return std::unique_ptr<CurlLibrary>(new CurlLibrary(functions));
}

CurlLibrary::~CurlLibrary() {
  functions_.global_cleanup();
}

}  // namespace hermod
