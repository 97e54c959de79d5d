#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>

#include "base/clock.h"
#include "base/escape.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/kafka_access.h"
#include "cli/verb.h"
#include "events/notification_text.h"
#include "kafka/blocking_producer.h"

// Produces one record from the arguments, or one from each line of a file, and prints the position
// of each record when the broker acknowledges it. The command stops at a line that is not a record
// or cannot be read; the records before it are sent and acknowledged.

namespace hermod::cli {
namespace {

constexpr std::string_view kPublishHelp =
    R"(hermod publish USER TYPE [--payload JSON] [--category C] [--priority P] ...
hermod publish --file FILE

Produces a notification to the first of KAFKA_TOPICS, waits for the broker's
acknowledgement, and prints topic, partition and offset. Without
KAFKA_BOOTSTRAP_SERVERS, the record goes to the embedded broker of a hermod
serve on this machine.

  --payload JSON         a JSON object, by default {}
  --category C           by default system_alerts
  --priority P           critical, immediate, high, standard (default) or low
  --correlation-id ID    by default a new one
  --batch-id, --class-id, --student-id ID; --deadline TIME; --action-required
  --bare                 produces the notification without an envelope
  --file FILE            one JSON object per line, a notification or an
                         envelope; - reads standard input
  --config FILE, --help-settings

Example:
  hermod publish ann essay_graded --payload '{"grade":"A"}' --priority high
)";

constexpr std::string_view kProducer = "hermod-cli";
constexpr uint64_t kProgressEvery = 1000;  // records between two progress lines on standard error

struct PublishArguments {
  Notification notification;
  std::string deadline, batch_id, class_id, student_id;
  std::string file;
  bool bare = false;
};

class Publisher {
 public:
  Publisher(const PublishArguments& arguments, BlockingProducer& producer, std::string topic,
            Terminal& terminal)
      : arguments_(arguments), producer_(producer), topic_(std::move(topic)), terminal_(terminal) {
    producer_.on_acknowledged(
        [this](uint64_t, const Result<RecordPosition>& position) { on_acknowledged(position); });
  }

  int publish_one(Notification notification) {
    if (notification.correlation_id.empty()) notification.correlation_id = random_uuid();
    const Result<std::string> text = notification_text(notification, now());
    if (!text) return fail(terminal_, text.error());
    send(notification.user, wrapped(text.value(), notification.correlation_id));
    producer_.finish();
    return failed_ == 0 ? kOk : kFailed;
  }

  int publish_lines(std::istream& lines) {
    std::string line;
    uint64_t number = 0;
    Result<void> read;
    while (read && std::getline(lines, line)) {
      ++number;
      // Some editors write a byte order mark; it belongs to the file, not to the JSON.
      if (number == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
      if (line.find_first_not_of(" \t\r") != std::string::npos) read = publish_line(line, number);
    }
    if (read && lines.bad()) read = unread_after(number);
    producer_.finish();
    terminal_.err << "hermod: " << acknowledged_ << " records acknowledged, " << failed_
                  << " failed\n";
    if (!read) return fail(terminal_, read.error());
    return failed_ == 0 ? kOk : kFailed;
  }

 private:
  static std::string now() { return iso8601(SystemClock().wall_ms()); }

  std::string wrapped(const std::string& notification, const std::string& correlation_id) const {
    if (arguments_.bare) return notification;
    const std::string event_id = random_uuid();
    const std::string time = now();
    return envelope_text(
        {event_id, topic_, time, correlation_id.empty() ? event_id : correlation_id, kProducer},
        notification);
  }

  static Error unread_after(uint64_t number) {
    return {ErrorCode::kUnknown, "the input after line " + std::to_string(number) +
                                     " could not be read and was not sent"};
  }

  Result<void> publish_line(const std::string& line, uint64_t number) {
    const Result<GivenRecord> record = read_given_record(line);
    if (!record) {
      return Error{ErrorCode::kValidation,
                   "line " + std::to_string(number) + ' ' + record.error().message};
    }
    const bool unchanged = record.value().envelope || arguments_.bare;
    send(record.value().user, unchanged ? line : wrapped(line, record.value().correlation_id));
    return {};
  }

  void send(const std::string& user, const std::string& value) {
    producer_.send({topic_, user, value, {}});
  }

  void on_acknowledged(const Result<RecordPosition>& position) {
    if (!position) {
      ++failed_;
      (void)fail(terminal_, position.error());
      return;
    }
    ++acknowledged_;
    terminal_.out << position.value().topic << ' ' << position.value().partition << ' '
                  << position.value().offset << '\n';
    if (acknowledged_ % kProgressEvery == 0) {
      terminal_.err << "hermod: " << acknowledged_ << " records acknowledged\n";
    }
  }

  const PublishArguments& arguments_;
  BlockingProducer& producer_;
  std::string topic_;
  Terminal& terminal_;
  uint64_t acknowledged_ = 0;
  uint64_t failed_ = 0;
};

Result<void> check_arguments(const PublishArguments& arguments) {
  const bool one = !arguments.notification.user.empty() && !arguments.notification.type.empty();
  const bool some = !arguments.notification.user.empty() || !arguments.notification.type.empty();
  if (arguments.file.empty() ? one : !some) return {};
  return Error{ErrorCode::kValidation,
               "publish needs either USER and TYPE, or --file; see hermod publish --help"};
}

// A directory can be opened like a file and would read as an empty one.
Result<void> open_file(const std::string& path, std::ifstream& file) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return Error{ErrorCode::kValidation,
                 "--file names " + escaped(path) + ", which is a directory"};
  }
  file.open(path);
  if (file) return {};
  return Error{ErrorCode::kValidation,
               "--file names the file " + escaped(path) + ", which cannot be read"};
}

Notification complete(const PublishArguments& arguments) {
  Notification notification = arguments.notification;
  const auto given = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  notification.deadline = given(arguments.deadline);
  notification.batch_id = given(arguments.batch_id);
  notification.class_id = given(arguments.class_id);
  notification.student_id = given(arguments.student_id);
  return notification;
}

int run(const PublishArguments& arguments, const Options& options, Terminal& terminal) {
  if (const auto checked = check_arguments(arguments); !checked)
    return fail(terminal, checked.error());
  std::ifstream file;
  const bool from_input = arguments.file == "-";
  if (!arguments.file.empty() && !from_input) {
    if (const auto opened = open_file(arguments.file, file); !opened)
      return fail(terminal, opened.error());
  }
  const Result<std::string> brokers = kafka_brokers(options, terminal);
  if (!brokers) return fail(terminal, brokers.error());
  BlockingProducerOptions producer_options;
  producer_options.brokers = brokers.value();
  producer_options.properties = options.kafka_config;
  const auto producer = BlockingProducer::open(producer_options);
  if (!producer) return fail(terminal, producer.error());
  Publisher publisher(arguments, *producer.value(), options.kafka_topics.front(), terminal);
  if (arguments.file.empty()) return publisher.publish_one(complete(arguments));
  return publisher.publish_lines(from_input ? terminal.in : file);
}

}  // namespace

Verb add_publish(CLI::App& app) {
  auto arguments = std::make_shared<PublishArguments>();
  Notification& notification = arguments->notification;
  CLI::App* command = app.add_subcommand("publish");
  command->add_option("USER", notification.user);
  command->add_option("TYPE", notification.type);
  command->add_option("--category", notification.category);
  command->add_option("--priority", notification.priority);
  command->add_option("--payload", notification.payload);
  command->add_option("--correlation-id", notification.correlation_id);
  command->add_option("--batch-id", arguments->batch_id);
  command->add_option("--class-id", arguments->class_id);
  command->add_option("--student-id", arguments->student_id);
  command->add_option("--deadline", arguments->deadline);
  command->add_flag("--action-required", notification.action_required);
  command->add_flag("--bare", arguments->bare);
  command->add_option("--file", arguments->file);
  return {command, kPublishHelp,
          [arguments](const Options& options, Terminal& terminal, const Reload&) {
            return run(*arguments, options, terminal);
          }};
}

}  // namespace hermod::cli
