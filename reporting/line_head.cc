#include "reporting/line_head.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

/// Takes pieces from the beginning of a line; the first that is missing spoils it.
class Spelling {
 public:
  explicit Spelling(std::string_view line) : rest_(line) {}

  void literally(std::string_view text) {
    if (!rest_.starts_with(text)) good_ = false;
    rest_.remove_prefix(std::min(text.size(), rest_.size()));
  }
  std::uint64_t number() {
    const std::size_t length = std::min(rest_.find(','), rest_.size());
    const auto value =
        parse_number(rest_.substr(0, length), std::numeric_limits<std::uint64_t>::max());
    if (!value) good_ = false;
    rest_.remove_prefix(length);
    return value.value_or(0);
  }
  /// What stands before the next quote, which is taken as well.
  std::string_view text() {
    const std::size_t length = std::min(rest_.find_first_of("\"\\"), rest_.size());
    const std::string_view value = rest_.substr(0, length);
    rest_.remove_prefix(length);
    literally("\"");
    return value;
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::optional<LineHead> head_of(std::string_view line) {
  Spelling in(line);
  LineHead head;
  in.literally(R"({"v":1,"seq":)");
  if (!in.good()) return std::nullopt;
  head.seq = in.number();
  in.literally(R"(,"time":")");
  in.text();
  in.literally(R"(,"node":")");
  head.node = in.text();
  in.literally(R"(,"run":")");
  head.run = in.text();
  in.literally(R"(,"queue_id":")");
  head.queue_id = in.text();
  return in.good() ? std::optional(head) : std::nullopt;
}

}  // namespace waarmerk::reporting
