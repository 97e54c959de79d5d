#include "http_client/shown_url.h"

namespace hermod {

std::string shown_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const size_t scheme_end = url.find("://");
  const size_t start = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  const std::string_view rest = url.substr(start);
  const size_t at = rest.substr(0, rest.find('/')).rfind('@');
  const size_t host = at == std::string_view::npos ? 0 : at + 1;
  return std::string(url.substr(0, start)).append(rest.substr(host));
}

}  // namespace hermod
