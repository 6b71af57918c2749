// A daemon under attack: sends what no mail server would, and sees whether anything was harmed.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/settings.h"
#include "tests/milter/milter_process.h"
#include "tests/support/wire_script.h"

namespace waarmerk::support {

/// The real milter, and how it was before the attack.
class Siege {
 public:
  explicit Siege(policy::Settings settings = {});

  /// One connection with this; see converse().
  [[nodiscard]] Echo send(std::string_view octets);
  /// Lines of messages since the last call, without those of expect_unharmed().
  [[nodiscard]] std::size_t new_log_lines() { return milter_.new_log_lines(); }
  /// The daemon is the same process, judges a good message right, has one line for it, and no more
  /// files open than at first.
  void expect_unharmed();

  [[nodiscard]] MilterProcess& milter() { return milter_; }
  [[nodiscard]] const MilterProcess& milter() const { return milter_; }

 private:
  MilterProcess milter_;
  /// How many files may be open when nobody is connected.
  std::size_t descriptors_ = 0;
};

}  // namespace waarmerk::support
