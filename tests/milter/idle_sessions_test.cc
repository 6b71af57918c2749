// Mail servers that keep their connections: a thousand at once, and more than there can be.
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/milter/good_mail.h"
#include "tests/milter/siege.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"

namespace waarmerk::milter {
namespace {

using support::DescriptorLimit;
using support::expect_accepted;
using support::good_message;
using support::greet;
using support::MilterWire;
using support::Personality;
using support::Siege;
using support::wait_for;

using Connections = std::vector<std::unique_ptr<MilterWire>>;

/// More than select(2) could tell apart.
constexpr std::size_t kSessions = 1100;
/// The test's own files, and the daemon's.
constexpr std::size_t kOtherFiles = 200;
constexpr std::size_t kMaxOctetsOfASession = 4096;

/// Sanitizers put a margin around each piece of memory.
constexpr bool measures_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

MilterWire& add_connection(Connections& connections, const Siege& siege) {
  connections.push_back(
      std::make_unique<MilterWire>(siege.milter().socket_path(), Personality::Postfix));
  return *connections.back();
}

TEST(IdleSessions, AThousandCostLittleAndDelayNobody) {
  if (support::highest_descriptor_limit() < kSessions + kOtherFiles) {
    GTEST_SKIP() << "so many files are not allowed here";
  }
  const DescriptorLimit many(kSessions + kOtherFiles);
  Siege siege;
  const std::size_t before = support::resident_kilobytes(siege.milter().pid());
  Connections idle;
  for (std::size_t i = 0; i < kSessions; ++i) greet(add_connection(idle, siege));
  const std::size_t after = support::resident_kilobytes(siege.milter().pid());
  const std::size_t octets = (after - before) * 1024 / kSessions;
  RecordProperty("octets_of_a_session", std::to_string(octets));
  if (measures_memory()) {
    EXPECT_LE(octets, kMaxOctetsOfASession);
  }

  MilterWire mta(siege.milter().socket_path(), Personality::Postfix);
  greet(mta);
  for (int i = 0; i < 20; ++i) expect_accepted(mta.send(good_message()));
  mta.quit();
  // The first and the last of the idle ones are as good as new.
  expect_accepted(idle.front()->send(good_message()));
  expect_accepted(idle.back()->send(good_message()));
  EXPECT_EQ(siege.new_log_lines(), 22U);
  idle.clear();
  siege.expect_unharmed();
}

/// libmilter does not accept what it has no file for: the mail server waits in the queue of the
/// socket, and does after its own timeout as if nobody were there. Who is connected notices
/// nothing.
TEST(NoDescriptorsLeft, DelaysNewConnectionsOnly) {
  constexpr std::size_t kFew = 60;
  std::optional<DescriptorLimit> few(kFew);
  Siege siege;
  few.reset();
  {
    MilterWire mta(siege.milter().socket_path(), Personality::Postfix);
    greet(mta);
    // UBSan needs a descriptor of its own for each type that it has not met yet.
    expect_accepted(mta.send(good_message()));
    EXPECT_EQ(siege.new_log_lines(), 1U);
    Connections many;
    while (many.size() < kFew) add_connection(many, siege);
    ASSERT_TRUE(wait_for([&] { return support::has_no_descriptor_left(siege.milter().pid()); }));
    for (int i = 0; i < 5; ++i) expect_accepted(mta.send(good_message()));
    EXPECT_EQ(siege.new_log_lines(), 5U);
  }
  siege.expect_unharmed();
}

}  // namespace
}  // namespace waarmerk::milter
