// The test support for one Redis: access, TLS, replication, and the state after a restart.

#include "support/redis_server.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "support/wait_for.h"

namespace hermod::test {
namespace {

using Data = RedisServerOptions::Data;

TEST(RedisServerTest, UserAndPassword) {
  RedisServer server({.password = "a:b/c", .user = "ann"});
  EXPECT_EQ(server.url(), "redis://ann:a%3Ab%2Fc@127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(server.command({"ACL", "WHOAMI"}), "ann");
}

TEST(RedisServerTest, RestartsOnItsPortWithAndWithoutItsData) {
  RedisServer server({.data = Data::kKept});
  const uint16_t port = server.port();
  EXPECT_EQ(server.command({"SET", "a", "1"}), "OK");
  server.kill();
  EXPECT_FALSE(server.running());
  EXPECT_EQ(server.command({"PING"}), "(no server)");
  server.start();
  EXPECT_EQ(server.port(), port);
  EXPECT_EQ(server.command({"GET", "a"}), "1");
  server.kill();
  server.start_empty();
  EXPECT_EQ(server.command({"GET", "a"}), "(nil)");
}

TEST(RedisServerTest, EndsAndDeletesItsDirectory) {
  pid_t pid = -1;
  std::string directory;
  {
    RedisServer server;
    pid = server.pid();
    directory = server.command({"CONFIG", "GET", "dir"}).substr(4);
    server.freeze();
  }
  EXPECT_NE(::kill(pid, 0), 0);
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(RedisServerTest, ReplicatesOverTlsWithAPassword) {
  TlsAuthority authority;
  const RedisTls tls{authority.ca_file(), authority.issue("redis"),
                     RedisTls::Clients::kNeedCertificate};
  RedisServer master({.password = "secret", .tls = tls});
  RedisServer replica({.password = "secret", .tls = tls, .replica_of = master.port()});
  EXPECT_TRUE(master.url().starts_with("rediss://:secret@127.0.0.1:"));
  wait_for("the replica is synchronized",
           [&] { return replica.info("master_link_status") == "up"; });
  EXPECT_EQ(master.command({"SET", "a", "1"}), "OK");
  EXPECT_EQ(master.command({"WAIT", "1", "5000"}), "1");
  EXPECT_EQ(replica.command({"GET", "a"}), "1");
}

TEST(RedisServerTest, ReportsALostConnectionOnce) {
  RedisServer server;
  const std::string id = server.command({"CLIENT", "ID"});
  EXPECT_EQ(server.command({"CLIENT", "KILL", "ID", id, "SKIPME", "no"}), "1");
  EXPECT_EQ(server.command({"PING"}), "PONG");
}

TEST(RedisServerTest, AFailedStartNamesTheReason) {
  testing::internal::CaptureStderr();
  EXPECT_THROW(RedisServer({.configuration = {"no-such-setting yes"}}), std::runtime_error);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("no-such-setting"), std::string::npos);
}

}  // namespace
}  // namespace hermod::test
