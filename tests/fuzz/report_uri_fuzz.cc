// reporting/delivery/report_uri.h: any octets; what is taken can stand in SMTP and in a header.
#include "reporting/delivery/report_uri.h"

#include <algorithm>

#include "base/text.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  const auto address = reporting::address_of(text);
  if (!address) return;
  const std::string written = address->text();
  require(written.size() <= 64 + 1 + 253);
  require(std::ranges::all_of(
      written, [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>' && c != ','; }));
  require(std::ranges::count(written, '@') == 1);
  require(MailAddress::parse(written) == address);
  // Header fields of the URI change nothing.
  require(reporting::address_of(std::string(text) + "?subject=x") == address);
}

}  // namespace waarmerk
