// Domain names in one canonical form, so that equality is equality.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace waarmerk {

/// A domain name that the DNS can carry: lower-case, without the final dot, 1 to 253 octets, labels
/// of 1 to 63 octets. There is no empty and no invalid DomainName; only the two parsers make one.
/// A value; copies are independent. RFC 1035 2.3.4, RFC 4343
class DomainName {
 public:
  /// Reads a name as people and mail write it. U-labels become A-labels (IDNA2008 with the UTS-46
  /// mapping; dot variants such as U+3002 separate labels), one final dot is dropped. Only letters,
  /// digits, '-' and '_' may stand in a label: an address literal, a space or a stray '>' is an
  /// error, and so is invalid UTF-8 or an "xn--" label that does not decode. RFC 5890, RFC 8616 3
  static Result<DomainName> parse(std::string_view text);

  /// Reads a name as it may occur in the DNS: any octet except '.' may stand in a label, nothing is
  /// mapped but the case of ASCII letters. For answers, and for names that a macro expanded to.
  static Result<DomainName> from_octets(std::string_view text);

  /// The canonical text, without a final dot.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// Number of labels; at least one.
  [[nodiscard]] std::size_t label_count() const;
  /// The rightmost `count` labels; the whole name if it has not more. `count` must not be 0.
  [[nodiscard]] DomainName last_labels(std::size_t count) const;
  /// True if this name is `ancestor` or stands below it, by whole labels.
  [[nodiscard]] bool is_at_or_below(const DomainName& ancestor) const;
  /// `labels` + "." + this name, e.g. "_dmarc". Error when the result is too long for the DNS.
  [[nodiscard]] Result<DomainName> prefixed(std::string_view labels) const;

  auto operator<=>(const DomainName&) const = default;
  bool operator==(const DomainName&) const = default;

 private:
  explicit DomainName(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace waarmerk

template <>
struct std::hash<waarmerk::DomainName> {
  std::size_t operator()(const waarmerk::DomainName& name) const noexcept {
    return std::hash<std::string>{}(name.text());
  }
};
