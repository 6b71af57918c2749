// How a subcommand's steps fail: with what is wrong and the exit status that goes with it.
#pragma once

#include <expected>
#include <utility>
#include <vector>

#include "base/result.h"
#include "cli/output.h"

namespace waarmerk::cli {

/// Errors with the exit status that goes with them, one of sysexits(3).
struct Failure {
  int status;
  std::vector<Error> errors;
};
/// A value, or the reason why the program ends without one.
template <typename T>
using Outcome = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> failure(int status, Error error) {
  return std::unexpected(Failure{status, {std::move(error)}});
}

/// Says the errors on `streams.err`; returns the exit status.
[[nodiscard]] int complain(const Failure& failure, const Streams& streams);

}  // namespace waarmerk::cli
