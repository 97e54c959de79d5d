#include "observe/broker_metrics.h"

#include <algorithm>
#include <vector>

#include "events/record_fault.h"

namespace hermod {
namespace {

// The reasons for dead letters: each fault of a record, and a permanent refusal by the bus.
std::vector<std::string_view> dead_letter_reasons() {
  std::vector<std::string_view> reasons{"refused_by_bus"};
  const int last = static_cast<int>(RecordFault::kEventIdTooLong);
  for (int fault = static_cast<int>(RecordFault::kNone) + 1; fault <= last; ++fault) {
    reasons.push_back(label(static_cast<RecordFault>(fault)));
  }
  return reasons;
}

void add_shards(Families& out, const std::vector<ShardStatus>& shards) {
  const auto up = static_cast<uint64_t>(std::ranges::count_if(shards, &ShardStatus::up));
  auto states = out.begin({"hermod_bus_shards", "Shards of the bus, by state"}, Families::kGauge);
  states.gauge(number(up), {{"state", "up"}});
  states.gauge(number(shards.size() - up), {{"state", "down"}});
  const auto each = [&](Families::Name name, auto value) {
    auto samples = out.begin(name, Families::kGauge);
    for (const ShardStatus& shard : shards) {
      samples.gauge(value(shard), {{"shard", shard.address}});
    }
  };
  each({"hermod_bus_shard_up", "1 while the shard answers"},
       [](const ShardStatus& shard) { return shard.up ? 1.0 : 0.0; });
  each({"hermod_bus_shard_publications_waiting", "Publications that wait for the shard"},
       [](const ShardStatus& shard) { return number(shard.publications_waiting); });
  each({"hermod_bus_shard_subscriptions", "Users of the shard with a subscription"},
       [](const ShardStatus& shard) { return number(shard.users); });
  each({"hermod_bus_shard_replicas", "Known replicas of the shard"},
       [](const ShardStatus& shard) { return number(shard.replicas.size()); });
}

}  // namespace

void add_records(Families& out, const Stats& stats) {
  out.counter({"hermod_records_received_total", "Records consumed from the topics"},
              number(stats.records_received));
  out.counter({"hermod_records_routed_total", "Records routed to their recipients"},
              number(stats.records_routed));
  out.counter({"hermod_records_repeated_total", "Duplicate records, dropped"},
              number(stats.records_repeated));
  out.counter({"hermod_records_foreign_type_total",
               "Envelopes of an event type that is not configured, skipped"},
              number(stats.records_not_ours));
  out.counter({"hermod_records_not_ours_total", "Former name of hermod_records_foreign_type_total"},
              number(stats.records_not_ours));
  out.counter(
      {"hermod_records_too_old_total", "Records older than RECORD_MAX_AGE_SECONDS, skipped"},
      number(stats.records_too_old));
  out.counter({"hermod_records_deferred_total",
               "Records set aside because their shard was unavailable, to be read again"},
              number(stats.records_deferred));
  out.counter({"hermod_records_unpublished_total", "Records stored that Redis refused to publish"},
              number(stats.records_unpublished));
  out.gauge({"hermod_records_in_flight", "Records sent to the bus and not answered"},
            number(stats.records_in_flight));
  out.counters({"hermod_dead_letters_total", "Records that cannot be routed, by reason"}, "reason",
               stats.dead_letters, dead_letter_reasons());
  out.counters({"hermod_anomalies_total", "Anomalies in records that were routed"}, "anomaly",
               stats.anomalies, {"optional_type", "unknown_category", "unknown_priority"});
  out.histogram({"hermod_route_seconds", "From receipt of a record to the reply of the bus"},
                stats.route_seconds);
}

void add_bus(Families& out, const BusStatus& bus, const Stats& stats) {
  out.gauge({"hermod_bus_up", "1 while Redis answers"}, bus.up ? 1 : 0);
  out.gauge({"hermod_bus_publications_waiting", "Publications that wait for the bus"},
            number(bus.publications_waiting));
  out.gauge({"hermod_bus_publications_in_flight", "Publications sent and not answered"},
            number(bus.publications_in_flight));
  out.gauge({"hermod_bus_subscriptions", "Users with a subscription"}, number(bus.subscriptions));
  out.counter({"hermod_bus_reconnects_total", "Reconnections to Redis"}, number(bus.reconnects));
  out.counter({"hermod_bus_memory_losses_total", "How often Redis returned without its data"},
              number(bus.memory_losses));
  out.counter({"hermod_bus_foreign_dropped_total", "External messages dropped: not UTF-8"},
              number(bus.external_dropped));
  out.counter({"hermod_devices_forgotten_total",
               "Devices whose positions were forgotten because their users had too many"},
              number(bus.devices_forgotten));
  out.counter({"hermod_bus_unreplicated_total", "Publications answered without a replica"},
              number(bus.unreplicated));
  auto round_trip = out.begin({"hermod_bus_round_trip_seconds", "Round trip of the last command"},
                              Families::kGauge);
  if (bus.round_trip_us >= 0) round_trip.gauge(static_cast<double>(bus.round_trip_us) / 1e6);
  auto canary =
      out.begin({"hermod_bus_canary_age_seconds", "Time since the last canary was received"},
                Families::kGauge);
  if (bus.canary_age_ms >= 0) canary.gauge(static_cast<double>(bus.canary_age_ms) / 1e3);
  add_shards(out, bus.shards);
  auto not_kept = out.begin(
      {"hermod_bus_not_kept_total", "Live notifications that a shard lost in a failover, by shard"},
      Families::kCounter);
  for (const ShardStatus& shard : bus.shards) {
    const auto found = stats.not_kept.find(shard.shard);
    not_kept.counter(number(found != stats.not_kept.end() ? found->second : 0),
                     {{"shard", shard.address}});
  }
}

void add_source(Families& out, const SourceStatus& source) {
  out.gauge({"hermod_source_up", "1 while this process consumes"}, source.up ? 1 : 0);
  out.gauge({"hermod_source_missing_topics", "Subscribed topics that do not exist"},
            number(source.missing_topics.size()));
  out.gauge({"hermod_source_partitions_assigned", "Partitions that this process consumes"},
            number(source.partitions_assigned));
  auto joined =
      out.begin({"hermod_source_seconds_since_join", "Time since the consumer joined its group"},
                Families::kGauge);
  if (source.joined_for_ms >= 0) joined.gauge(static_cast<double>(source.joined_for_ms) / 1e3);
  out.gauge({"hermod_source_partitions_deferred",
             "Partitions with records that are set aside, to be read again"},
            number(source.partitions_deferred));
  out.gauge({"hermod_source_open_records", "Records consumed and not settled"},
            number(source.open));
  out.gauge({"hermod_source_dead_letters_open", "Dead letters produced and not acknowledged"},
            number(source.dead_letters_open));
  out.counter({"hermod_source_dead_letters_written_total", "Dead letters acknowledged"},
              number(source.dead_letters_written));
  out.counter({"hermod_source_dead_letter_failures_total", "Dead letters not acknowledged"},
              number(source.dead_letter_failures));
  out.counter({"hermod_source_dead_letters_logged_total",
               "Dead letters that could not be written in time, only in the log"},
              number(source.dead_letters_logged));
  out.gauge({"hermod_source_oldest_held_offset_seconds",
             "How long a partition's offset has not advanced although later records are done"},
            static_cast<double>(source.oldest_held_ms) / 1e3);
  out.counter({"hermod_source_records_lost_total",
               "Records that the embedded broker dropped before they were read"},
              number(source.records_lost));
  auto lag = out.begin({"hermod_source_lag_records", "Records that wait in a partition"},
                       Families::kGauge);
  for (const auto& one : source.lag) {
    if (one.records < 0) continue;
    lag.gauge(static_cast<double>(one.records),
              {{"topic", one.topic}, {"partition", std::to_string(one.partition)}});
  }
}

}  // namespace hermod
