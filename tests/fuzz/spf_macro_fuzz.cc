// policy/spf/macro.h: any octets as a macro-string and as values, no crash, no fault.
#include "policy/spf/macro.h"
#include "tests/fuzz/target.h"

namespace waarmerk {

void fuzz_one(std::string_view text) {
  using policy::spf::MacroString;
  using policy::spf::MacroUse;
  const auto line_end = text.find('\n');
  const std::string_view spec = text.substr(0, line_end);
  const std::string_view value = line_end == std::string_view::npos ? "" : text.substr(line_end);
  static const auto client = IpAddress::parse("2001:db8::cb01");
  const policy::spf::MacroContext context{.client = *client,
                                          .local_part = value,
                                          .sender_domain = "email.example.com",
                                          .domain = "example.com",
                                          .helo = value,
                                          .receiver = "mx.example.org",
                                          .client_name = "mail.example.com"};
  if (const auto name = MacroString::parse_domain_spec(spec)) {
    static_cast<void>(policy::spf::expand_name(*name, context));
  }
  if (const auto explanation = MacroString::parse(spec, MacroUse::Explanation)) {
    constexpr std::size_t kLongest = 500;
    require(policy::spf::expand_text(*explanation, context, kLongest).size() <= kLongest);
  }
}

}  // namespace waarmerk
