// `waarmerk report` and its own subcommands on the command line.
#pragma once

#include <functional>
#include <vector>

#include "cli/output.h"

namespace CLI {
class App;
}

namespace waarmerk::cli {

/// Adds itself to a command line; when that is parsed, it knows which of its subcommands is meant.
class ReportCommand {
 public:
  /// `app` must outlive this object.
  explicit ReportCommand(CLI::App& app);

  [[nodiscard]] bool is_meant() const;
  /// Runs the subcommand that is meant; returns its exit status.
  [[nodiscard]] int run(const Streams& streams) const;

  /// A subcommand, and what it does with the options that it was given.
  struct Subcommand {
    const CLI::App* app = nullptr;
    std::function<int(const Streams&)> run;
  };

 private:
  const CLI::App* app_;
  std::vector<Subcommand> subcommands_;
};

}  // namespace waarmerk::cli
