#include "tests/milter/siege.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/milter/good_mail.h"
#include "tests/support/process_state.h"
#include "tests/support/wait_for.h"

namespace waarmerk::support {

namespace {

/// Returns how many files the daemon has open meanwhile, without the connection.
std::size_t send_good_message(const MilterProcess& milter) {
  MilterWire mta(milter.socket_path(), Personality::Postfix);
  greet(mta);
  expect_accepted(mta.send(good_message()));
  const std::size_t open = open_descriptors(milter.pid());
  mta.quit();
  return open - 1;
}

}  // namespace

Siege::Siege(policy::Settings settings) : milter_(kGoodZone, std::move(settings)) {
  EXPECT_TRUE(milter_.started());
  descriptors_ = send_good_message(milter_);
  EXPECT_EQ(milter_.new_log_lines(), 1U);
}

Echo Siege::send(std::string_view octets) { return converse(milter_.socket_path(), octets); }

void Siege::expect_unharmed() {
  EXPECT_TRUE(milter_.alive());
  EXPECT_EQ(milter_.new_log_lines(), 0U);
  send_good_message(milter_);
  EXPECT_EQ(milter_.new_log_lines(), 1U);
  EXPECT_TRUE(wait_for([this] { return open_descriptors(milter_.pid()) <= descriptors_; }))
      << open_descriptors(milter_.pid()) << " files are open, not " << descriptors_;
}

}  // namespace waarmerk::support
