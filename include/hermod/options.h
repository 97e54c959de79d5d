#pragma once
// Everything that can be set, typed and complete: the environment variables of
// docs/configuration.md (rules: protocol section 6) under their own names in snake case, with their
// defaults. The service fills it from flags, environment and file; an embedder fills it itself.
// Server::create() judges it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hermod {

struct Options {
  std::string service_name = "websocket_service";
  std::string environment = "development";  // any word; "production" is strict
  std::string log_level = "INFO";           // DEBUG, INFO, WARNING, ERROR, CRITICAL
  std::string log_format;  // console, json; empty: console on a terminal, else json

  std::string websocket_host;      // empty: 0.0.0.0, or 127.0.0.1 while the key is a generated one
  uint16_t websocket_port = 8080;  // 0: any
  bool releasable = false;         // an embedder's: Server::unref() is going to be called
  bool own_loop = false;          // nothing else uses the loop: it may sleep while texts come thick
  int listening_descriptor = -1;  // a socket from a service manager: host and port mean nothing
  uint32_t websocket_ping_interval = 30;  // seconds, 0 none
  uint32_t websocket_pong_timeout = 10;   // seconds
  uint32_t websocket_idle_timeout = 300;  // seconds
  uint32_t websocket_max_connections_per_user = 5;
  uint32_t websocket_max_connections = 0;     // 0: by the descriptor limit
  uint32_t websocket_delivery_ping_ms = 250;  // 0: the kernel's taking the bytes counts as delivery
  uint32_t outbox_messages_max = 1000;
  uint32_t outbox_bytes_max = 1024 * 1024;
  uint64_t outbox_total_bytes_max = 0;       // 0: a quarter of the memory that the process may have
  std::string slow_client_policy = "close";  // or drop_oldest

  std::string redis_url;                              // empty: the in-process bus
  uint32_t redis_connect_timeout = 5;                 // seconds
  uint32_t redis_socket_timeout = 5;                  // seconds
  std::string redis_prefix = "hermod";                // of keys and internal channels
  std::string redis_publish_format = "notification";  // envelope, event
  std::string redis_publish_channel = "teacher:{user}:notifications";
  std::vector<std::string> redis_listen_channels = {"teacher:{user}:notifications", "ws:{user}"};

  std::string kafka_bootstrap_servers;  // empty: the in-process broker, or memory_source
  bool memory_source = false;  // an embedder's: no broker at all, records by Harness::publish()
  std::vector<std::string> kafka_topics = {"huleedu.teacher.notification.requested.v1",
                                           "huleedu.notification.teacher.requested.v1"};
  std::vector<std::string> kafka_event_types;  // empty: kafka_topics and the two names above
  std::string kafka_consumer_group = "websocket-service-consumer";
  std::string kafka_consumer_client_id = "websocket-service-client";
  std::string kafka_dead_letter_topic = "huleedu.websocket.notification.dead-letter.v1";
  std::vector<std::pair<std::string, std::string>> kafka_config;  // extra librdkafka properties

  uint32_t idempotency_ttl_seconds = 86'400;
  uint32_t notification_ttl_seconds = 300;  // 0: no replay for who was away
  uint32_t notification_history_max = 256;
  uint32_t record_bytes_max = 1024 * 1024;
  uint32_t record_max_age_seconds = 0;  // 0: no limit
  uint32_t drain_seconds = 8;           // 0: close all connections at once

  std::string jwt_secret_key;       // the key itself; never logged, never shown
  std::string jwt_secret_key_file;  // or where it stands
  std::string jwt_public_key_file;  // PEM, for RS and ES
  std::string jwt_jwks_file;
  std::string jwt_algorithm = "HS256";
  std::string jwt_audience = "huleedu-platform";
  std::string jwt_issuer = "huleedu-identity-service";
  uint32_t jwt_leeway_seconds = 0;
  bool jwt_allow_short_key = false;

  std::vector<std::string> cors_origins = {"http://localhost:5173", "http://localhost:4173",
                                           "http://localhost:3000"};
  std::vector<std::string> trusted_proxies;
  std::string admin_token;       // CONSOLE_TOKEN was its name; never logged, never shown
  std::string admin_token_file;  // or where it is written
  bool enable_metrics = true;
  bool enable_tracing = false;
  std::string otel_exporter_otlp_endpoint;
  std::string otel_service_name;  // empty: service_name
  std::string otel_traces_sampler = "parentbased_always_on";
  std::string otel_traces_sampler_arg;  // a share from 0 to 1; empty: 1

  std::vector<std::string> warnings;  // a sentence each, of the code that filled this; for the log

  bool production() const { return environment == "production"; }
};

}  // namespace hermod
