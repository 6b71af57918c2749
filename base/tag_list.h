// The tag=value lists that DKIM signatures and key records share. RFC 6376 3.2
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace waarmerk {

/// Longer lists are refused. RFC 6376 knows eleven tags.
inline constexpr std::size_t kMaxTags = 1000;

/// One `name=value`. Both are views into the text that was parsed; the value has no white space at
/// its ends, but may hold folding white space inside.
struct Tag {
  std::string_view name;
  std::string_view value;
};

/// A parsed list, in the order of the text. Tag names are case-sensitive.
class TagList {
 public:
  /// Reads `text` strictly by the ABNF of RFC 6376 3.2: names begin with a letter and go on with
  /// letters, digits and '_'; values are VALCHARs with inner folding white space (octets from 0x80
  /// on are taken, RFC 8616 5); a final ';' is optional. A name given twice, an empty tag between
  /// two ';', a control character, or more than kMaxTags is an error. `text` must outlive the list.
  static Result<TagList> parse(std::string_view text);

  /// The value of `name`, or nullopt when the tag is absent.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] const std::vector<Tag>& tags() const { return tags_; }

 private:
  std::vector<Tag> tags_;
};

}  // namespace waarmerk
