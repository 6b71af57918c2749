#include "reporting/line_buffer.h"

#include <algorithm>
#include <utility>

#include "reporting/record.h"

namespace waarmerk::reporting {

std::string_view LineBuffer::rest() const {
  return std::string_view(octets_.data(), octets_.size()).substr(begin_, end_ - begin_);
}

std::span<char> LineBuffer::room() {
  octets_.resize(kBlock + kMaxLine);
  // What was not given out is the beginning of one line, and next() keeps no long one.
  std::ranges::copy(rest(), octets_.begin());
  end_ -= begin_;
  begin_ = 0;
  return std::span(octets_).subspan(end_, kBlock);
}

std::optional<LineBuffer::Line> LineBuffer::next() {
  while (true) {
    const std::string_view pending = rest();
    const std::size_t length = pending.find('\n');
    if (length == std::string_view::npos) {
      if (pending.size() >= kMaxLine) skipping_ = true;
      if (skipping_) take(pending.size());
      return std::nullopt;
    }
    take(length + 1);
    passed_ = taken_;
    ++number_;
    const bool too_long = std::exchange(skipping_, false) || length >= kMaxLine;
    if (too_long) return Line{{}, number_, true};
    if (length > 0) return Line{pending.substr(0, length), number_, false};
  }
}

void LineBuffer::end_piece() {
  room().front() = '\n';
  filled(1);
}

void LineBuffer::take(std::size_t octets) {
  begin_ += octets;
  taken_ += octets;
}

void LineBuffer::restart() {
  begin_ = 0;
  end_ = 0;
  number_ = 0;
  taken_ = 0;
  passed_ = 0;
  skipping_ = false;
}

}  // namespace waarmerk::reporting
