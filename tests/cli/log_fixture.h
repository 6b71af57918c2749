// A log in a folder of its own, and the subcommands that look into it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.h"
#include "reporting/record.h"
#include "tests/support/record_samples.h"
#include "tests/support/scratch_folder.h"

namespace waarmerk::cli {

class LogFixture : public testing::Test {
 protected:
  static constexpr const char* kDay = "aggregate-2026-05-01.jsonl";

  /// A typical record of that kind, with its name as queue id.
  static reporting::Record typical(std::string_view name) {
    for (support::NamedRecord& sample : support::typical_records()) {
      if (sample.name != name) continue;
      sample.record.facts.queue_id = sample.name;
      return sample.record;
    }
    ADD_FAILURE() << "no record is called " << name;
    return {};
  }
  /// Adds lines to the log of a day.
  void log(const std::vector<reporting::Record>& records, std::string_view file = kDay) {
    for (const auto& record : records) folder_.append(file, reporting::write_record(record) + "\n");
  }
  std::string folder() const { return folder_.path().string(); }

  Streams streams() {
    out_.str("");
    err_.str("");
    out_.clear();
    return {out_, err_};
  }
  nlohmann::json json() const { return nlohmann::json::parse(out_.str()); }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in(out_.str());
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

  support::ScratchFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

/// True if a terminal could be steered by the text: anything but printable ASCII and newlines.
[[nodiscard]] inline bool could_steer_a_terminal(const std::string& text) {
  return text.find_first_not_of(
             "\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
             "abcdefghijklmnopqrstuvwxyz{|}~") != std::string::npos;
}

}  // namespace waarmerk::cli
