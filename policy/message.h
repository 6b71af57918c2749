// A message as it came in: the octets that the verifiers work on.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waarmerk::policy {

/// One header field, octet for octet.
struct HeaderField {
  /// Everything before the colon, also obsolete white space ("From ").
  std::string name;
  /// Everything after the colon: the leading space if there was one, folds as CRLF + WSP, without
  /// the final CRLF.
  std::string value;

  /// The name without white space at its end. RFC 5322 4.5
  [[nodiscard]] std::string_view bare_name() const;
  /// True if this field has that name, in any case, also with white space before the colon.
  [[nodiscard]] bool is(std::string_view field_name) const;

  bool operator==(const HeaderField&) const = default;
};

/// The header section, from the top. Positions in it are stable while a message is looked at.
using HeaderFields = std::span<const HeaderField>;

/// `text` cut into a header section and the place where the body begins.
struct SplitMessage {
  std::vector<HeaderField> fields;
  /// Lines of the header section that are no field, and were left out.
  std::size_t ignored_lines = 0;
  /// Everything after the empty line; a view into the text that was split.
  std::string_view body;
};

/// Splits a whole message in CRLF form. The header section ends at the first empty line. A line in
/// it that is no field (the "From " line of an mbox, a line without colon) is left out together
/// with the lines that continue it. Bare CR and LF are data. RFC 5322 2.1, 2.2
[[nodiscard]] SplitMessage split_message(std::string_view text);

}  // namespace waarmerk::policy
