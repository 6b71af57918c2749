// An address of mail that can be written to: strict, so that it can stand anywhere without quoting.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "base/domain_name.h"
#include "base/result.h"

namespace waarmerk {

/// local-part@domain of printable ASCII, always valid. The local part is a Dot-string of at most 64
/// octets: quoted local parts and UTF-8 are not taken, since nobody publishes them and each has to
/// be escaped in its own way in SMTP, in a header and in a URI. A value. RFC 5321 4.1.2, 4.5.3.1.1
class MailAddress {
 public:
  /// Error for anything else: an address literal, a display name, angle brackets, white space.
  static Result<MailAddress> parse(std::string_view text);

  /// As it was written; its case may matter to its owner.
  [[nodiscard]] const std::string& local_part() const { return local_part_; }
  [[nodiscard]] const DomainName& domain() const { return domain_; }
  [[nodiscard]] std::string text() const { return local_part_ + "@" + domain_.text(); }

  auto operator<=>(const MailAddress&) const = default;
  bool operator==(const MailAddress&) const = default;

 private:
  MailAddress(std::string local_part, DomainName domain)
      : local_part_(std::move(local_part)), domain_(std::move(domain)) {}

  std::string local_part_;
  DomainName domain_;
};

}  // namespace waarmerk
