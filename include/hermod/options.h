#pragma once
// All settings: the environment variables of docs/configuration.md (rules: protocol section 6) in
// snake case, with their defaults. The service fills this struct from flags, the environment and a
// file; an embedder fills it itself. Server::create() validates it. An empty string means "not
// set".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hermod/token_options.h"

namespace hermod {

struct Options : TokenOptions {
  // redis_replicas_min: 1 with Sentinel and Cluster, otherwise 0. admin_port: unset.
  static constexpr uint32_t kReplicasByUrl = UINT32_MAX, kNoPort = UINT32_MAX;

  std::string service_name = "websocket_service";
  std::string environment = "development";  // any word; "production" is strict
  std::string log_level = "INFO";           // DEBUG, INFO, WARNING, ERROR, CRITICAL
  std::string log_format;  // console or json; empty: console on a terminal, else json

  std::string websocket_host;      // empty: 0.0.0.0, or 127.0.0.1 with a generated key
  uint16_t websocket_port = 8080;  // 0: any free port
  bool releasable = false;         // for embedders: enables Server::unref()
  bool own_loop = false;  // no other user of the loop: under load it may sleep up to 1 ms to batch
  int listening_descriptor = -1;  // inherited listening socket; replaces host and port; -1: none
  uint32_t websocket_ping_interval = 30;  // seconds; 0: no pings
  uint32_t websocket_pong_timeout = 10;   // seconds
  uint32_t websocket_idle_timeout = 300;  // seconds
  uint32_t websocket_max_connections_per_user = 5;
  uint32_t websocket_max_connections = 0;     // 0: derived from the descriptor limit
  uint32_t websocket_delivery_ping_ms = 250;  // 0: delivered when the kernel accepts it
  uint32_t outbox_messages_max = 1000;
  uint32_t outbox_bytes_max = 1024 * 1024;
  uint64_t outbox_total_bytes_max = 0;       // 0: a quarter of the memory available to the process
  std::string slow_client_policy = "close";  // close or drop_oldest

  std::string redis_url;            // empty: the in-memory bus
  std::string redis_user;           // if redis_url has none
  std::string redis_password;       // if redis_url has none; never logged
  std::string redis_password_file;  // or the file that contains it
  std::string redis_sentinel_user;
  std::string redis_sentinel_password;       // never logged or shown
  std::string redis_sentinel_password_file;  // or the file that contains it
  std::string redis_tls_ca_file;             // PEM; empty: the CA certificates of the system
  std::string redis_tls_cert_file;           // PEM; of the client; empty: none is sent
  std::string redis_tls_key_file;            // PEM; of redis_tls_cert_file
  std::string redis_tls_server_name;         // empty: the host that is dialled
  std::string redis_tls_verify = "full";     // full, ca or none
  std::string redis_pubsub = "auto";         // auto, sharded or classic
  uint32_t redis_replicas_min = kReplicasByUrl;
  uint32_t redis_replica_wait = 10;                   // seconds
  uint32_t redis_connect_timeout = 5;                 // seconds
  uint32_t redis_socket_timeout = 5;                  // seconds
  std::string redis_prefix = "hermod";                // prefix of keys and internal channels
  std::string redis_publish_format = "notification";  // notification, envelope or event
  std::string redis_publish_channel = "teacher:{user}:notifications";
  std::vector<std::string> redis_listen_channels = {"teacher:{user}:notifications", "ws:{user}"};

  std::string kafka_bootstrap_servers;  // empty: the embedded broker, or memory_source
  bool kafka_consume = true;            // false: this process only holds connections
  bool memory_source = false;  // for embedders: no broker; records come from Harness::publish()
  std::vector<std::string> kafka_topics = {"huleedu.teacher.notification.requested.v1",
                                           "huleedu.notification.teacher.requested.v1"};
  std::vector<std::string> kafka_event_types;  // empty: kafka_topics and the two names above
  std::string kafka_consumer_group = "websocket-service-consumer";
  std::string kafka_consumer_client_id = "websocket-service-client";
  std::string kafka_group_instance_id;  // static membership in the group; empty: dynamic
  std::string kafka_dead_letter_topic = "huleedu.websocket.notification.dead-letter.v1";
  std::string kafka_presence_topic;                               // empty: presence events are off
  std::vector<std::pair<std::string, std::string>> kafka_config;  // extra librdkafka properties

  uint32_t idempotency_ttl_seconds = 86'400;
  uint32_t notification_ttl_seconds = 300;  // 0: no replay for users who were offline
  uint32_t notification_history_max = 256;
  uint32_t record_bytes_max = 1024 * 1024;
  uint32_t record_max_age_seconds = 0;  // 0: no limit
  uint32_t drain_seconds = 8;           // 0: close all connections at once

  std::vector<std::string> cors_origins = {"http://localhost:5173", "http://localhost:4173",
                                           "http://localhost:3000"};
  std::vector<std::string> trusted_proxies;
  std::string admin_token;       // formerly CONSOLE_TOKEN; never logged or shown
  std::string admin_token_file;  // or the file that contains it
  std::string admin_host = "127.0.0.1";
  uint32_t admin_port = kNoPort;  // of the operators' interface; 0: any free port; kNoPort: the
                                  // interface is on websocket_port
  bool audit_log = false;
  bool enable_metrics = true;
  bool enable_tracing = false;
  std::string otel_exporter_otlp_endpoint;
  std::string otel_exporter_otlp_headers;         // name=value,…; never logged or shown
  std::string otel_exporter_otlp_traces_headers;  // overrides otel_exporter_otlp_headers
  std::string otel_exporter_otlp_certificate;     // empty: the CA certificates of the system
  std::string otel_exporter_otlp_traces_certificate;
  uint32_t otel_exporter_otlp_timeout = 10'000;    // in milliseconds
  uint32_t otel_exporter_otlp_traces_timeout = 0;  // 0: otel_exporter_otlp_timeout
  std::string otel_service_name;                   // empty: service_name
  std::string otel_traces_sampler = "parentbased_always_on";
  std::string otel_traces_sampler_arg;  // a ratio from 0 to 1; empty: 1

  std::vector<std::string> warnings;  // one sentence each, from the code that filled this struct

  bool production() const { return environment == "production"; }
};

}  // namespace hermod
