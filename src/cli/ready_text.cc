#include "cli/ready_text.h"

namespace hermod::cli {

std::string ready_text(const std::string& url) {
  return "hermod ready on " + url + '\n';
}

std::string ready_text_with_examples(const ReadyService& service, const std::string& program) {
  std::string text = ready_text(service.url);
  if (!service.embedded_broker.empty()) {
    text += "embedded Kafka broker at " + service.embedded_broker + ", for any Kafka client\n";
  }
  text += "try, in other terminals:\n";
  text += "  " + program + " listen ann\n";
  text += "  " + program + " publish ann class_created --payload '{\"class\":\"7b\"}'\n";
  text += "  curl -s " + service.url + "/healthz/ready\n";
  if (service.console_url.empty()) return text;
  text += "or open the console in a browser: " + service.console_url;
  // A browser does not send the fragment of a URL, so it reaches no server, proxy or log.
  if (!service.console_secret.empty()) text += '#' + service.console_secret;
  return text + '\n';
}

}  // namespace hermod::cli
