#include "http_client/ca_store.h"

#include <gtest/gtest.h>

#include "support/scratch_dir.h"

namespace hermod {
namespace {

constexpr const char* kBundle = "/bundle.pem";

class CaStoreTest : public ::testing::Test {
 protected:
  CaStore choose(const std::string& ca_file = {}) {
    return choose_ca_store(ca_file, kBundle, dir_.path().c_str());
  }

  test::ScratchDir dir_;
};

TEST_F(CaStoreTest, PrefersADirectoryWithHashes) {
  dir_.write("ca-certificates.crt", "x");
  dir_.write("0123abcd.0", "x");
  EXPECT_EQ(choose().directory, dir_.path());
  EXPECT_EQ(choose().file, "");
}

TEST_F(CaStoreTest, ADirectoryWithoutHashesIsNotUsed) {
  dir_.write("ca-certificates.crt", "x");
  dir_.write("abcd.0", "x");
  dir_.write("0123abcg.0", "x");
  EXPECT_EQ(choose().directory, "");
  EXPECT_EQ(choose().file, kBundle);
}

TEST_F(CaStoreTest, AnOwnFileIsTheOnlyOne) {
  dir_.write("0123abcd.0", "x");
  EXPECT_EQ(choose("/own.pem").file, "/own.pem");
  EXPECT_EQ(choose("/own.pem").directory, "");
}

TEST_F(CaStoreTest, LibcurlMayKnowNeither) {
  EXPECT_EQ(choose_ca_store("", nullptr, nullptr).file, "");
  EXPECT_EQ(choose_ca_store("", kBundle, nullptr).file, kBundle);
  EXPECT_EQ(choose_ca_store("", kBundle, "/absent").file, kBundle);
}

}  // namespace
}  // namespace hermod
