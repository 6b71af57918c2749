#include "cli/progress.h"

#include <algorithm>
#include <ostream>
#include <string>

namespace waarmerk::cli {
namespace {

constexpr std::uint64_t kBarWidth = 40;

std::string mebibytes(std::uint64_t octets) { return std::to_string(octets >> 20U) + " MiB"; }

std::string bar(std::uint64_t percent) {
  std::string bar(kBarWidth, '.');
  std::fill_n(bar.begin(), percent * kBarWidth / 100, '#');
  return "[" + bar + "]";
}

}  // namespace

void Progress::show(std::uint64_t done, std::optional<std::uint64_t> total) {
  if (shown_ == Shown::No) return;
  const std::uint64_t whole = total.value_or(0);
  // A file that grows meanwhile is not more than read.
  const std::uint64_t percent = whole == 0 ? 0 : std::min<std::uint64_t>(done * 100 / whole, 100);
  const std::uint64_t now = whole == 0 ? done >> 20U : percent;
  if (now == last_) return;
  last_ = now;
  terminal_ << "\r\x1b[K";
  if (whole == 0) {
    terminal_ << mebibytes(done) << " read";
  } else {
    terminal_ << bar(percent) << " " << percent << " % of " << mebibytes(whole);
  }
  terminal_ << std::flush;
}

void Progress::clear() {
  if (last_ != kNothing) terminal_ << "\r\x1b[K" << std::flush;
  last_ = kNothing;
}

}  // namespace waarmerk::cli
