#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "cli/dead_letter_selection.h"
#include "cli/kafka_access.h"
#include "cli/verb.h"

namespace hermod::cli {
namespace {

constexpr std::string_view kDeadLettersHelp =
    R"(hermod dead-letters [--reason R] [--offset P:O]... [--replay]

Lists the records that could not be routed, one line for each dead letter in
KAFKA_DEAD_LETTER_TOPIC: its partition and offset, time, reason, original
position, key, size and first bytes. External text is escaped and truncated.

  --reason R             only dead letters with this reason
  --offset P:O           only the one at this partition and offset; repeatable
  --replay               sends the selected records back to their topics, if
                         these are among KAFKA_TOPICS, and prints topic,
                         partition and offset of each; a record is replayed at
                         most 3 times. Exit status 1 if a record cannot be
                         replayed or none is selected
  --config FILE          reads settings from a TOML file
  --help-settings        lists every setting

Example:
  hermod dead-letters --reason invalid_json
  hermod dead-letters --offset 0:17 --replay
)";

struct DeadLettersArguments {
  std::string reason;
  std::vector<std::string> offsets;
  bool replay = false;
};

Result<DeadLetterSelection> selection_of(const DeadLettersArguments& arguments) {
  DeadLetterSelection selection{arguments.reason, {}};
  for (const std::string& offset : arguments.offsets) {
    const auto position = parse_position(offset);
    if (!position) return Error{position.error().code, "--offset " + position.error().message};
    selection.positions.push_back(position.value());
  }
  if (arguments.replay && selection.empty()) {
    return Error{ErrorCode::kValidation, "--replay needs a selection by --reason or --offset"};
  }
  return selection;
}

// Replays dead letters; status() is kFailed after one that could not be replayed.
class Replay {
 public:
  Replay(const Options& options, BlockingProducer& producer, Terminal& terminal)
      : topics_(options.kafka_topics), producer_(producer), terminal_(terminal) {}

  void send(const ReadDeadLetter& letter) {
    const Result<ProducerRecord> record = replayed(letter, topics_);
    if (!record) return note(record.error());
    const Result<RecordPosition> position = producer_.produce(record.value());
    if (!position) return note(position.error());
    terminal_.out << position.value().topic << ' ' << position.value().partition << ' '
                  << position.value().offset << '\n';
  }

  int status() const { return status_; }

 private:
  void note(const Error& error) {
    (void)fail(terminal_, error);
    status_ = kFailed;
  }

  const std::vector<std::string>& topics_;
  BlockingProducer& producer_;
  Terminal& terminal_;
  int status_ = kOk;
};

int list(const DeadLetterReaderOptions& options, const DeadLetterSelection& selection,
         Terminal& terminal) {
  const auto read = read_dead_letters(options, [&](const ReadDeadLetter& letter) {
    if (selection.contains(letter)) terminal.out << describe(letter) << '\n';
    return terminal.out.good();
  });
  return read ? kOk : fail(terminal, read.error());
}

int replay(const DeadLetterReaderOptions& reader, const DeadLetterSelection& selection,
           const Options& options, Terminal& terminal) {
  BlockingProducerOptions producer_options;
  producer_options.brokers = reader.brokers;
  producer_options.properties = reader.properties;
  const auto producer = BlockingProducer::open(producer_options);
  if (!producer) return fail(terminal, producer.error());
  Replay going(options, *producer.value(), terminal);
  bool any = false;
  const auto read = read_dead_letters(reader, [&](const ReadDeadLetter& letter) {
    if (!selection.contains(letter)) return true;
    any = true;
    going.send(letter);
    return true;
  });
  if (!read) return fail(terminal, read.error());
  if (any) return going.status();
  return fail(terminal, {ErrorCode::kNotFound, "no dead letter matches " + selection.flags()});
}

int run(const DeadLettersArguments& arguments, const Options& options, Terminal& terminal) {
  const Result<DeadLetterSelection> selection = selection_of(arguments);
  if (!selection) return fail(terminal, selection.error());
  if (options.kafka_dead_letter_topic.empty()) {
    return fail(terminal, {ErrorCode::kConfiguration,
                           "KAFKA_DEAD_LETTER_TOPIC is empty, so no dead letters are written"});
  }
  const Result<std::string> brokers = kafka_brokers(options, terminal);
  if (!brokers) return fail(terminal, brokers.error());
  DeadLetterReaderOptions reader;
  reader.brokers = brokers.value();
  reader.properties = options.kafka_config;
  reader.topic = options.kafka_dead_letter_topic;
  if (!arguments.replay) return list(reader, selection.value(), terminal);
  return replay(reader, selection.value(), options, terminal);
}

}  // namespace

Verb add_dead_letters(CLI::App& app) {
  auto arguments = std::make_shared<DeadLettersArguments>();
  CLI::App* command = app.add_subcommand("dead-letters");
  command->add_option("--reason", arguments->reason);
  command->add_option("--offset", arguments->offsets)->expected(1)->take_all();
  command->add_flag("--replay", arguments->replay);
  return {command, kDeadLettersHelp,
          [arguments](const Options& options, Terminal& terminal, const Reload&) {
            return run(*arguments, options, terminal);
          }};
}

}  // namespace hermod::cli
