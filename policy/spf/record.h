// SPF records: which TXT is one, and what its terms say. Pure. RFC 7208 4.5, 4.6, 5, 6, 12
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.h"
#include "policy/spf/macro.h"

namespace waarmerk::policy::spf {

// record           = version terms *SP
// version          = "v=spf1"
// terms            = *( 1*SP ( directive / modifier ) )
// directive        = [ qualifier ] mechanism
// qualifier        = "+" / "-" / "?" / "~"
// mechanism        = all / include / a / mx / ptr / ip4 / ip6 / exists
// modifier         = redirect / explanation / unknown-modifier
// dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
// ip4-cidr-length  = "/" ("0" / %x31-39 0*1DIGIT)   ; at most 32
// ip6-cidr-length  = "/" ("0" / %x31-39 0*2DIGIT)   ; at most 128

/// What a match means. RFC 7208 4.6.2
enum class Qualifier : std::uint8_t { Pass, Fail, SoftFail, Neutral };

/// How much of an address has to be equal. RFC 7208 5.3, 5.4
struct DualCidr {
  unsigned v4 = 32;
  unsigned v6 = 128;

  bool operator==(const DualCidr&) const = default;
};

/// all = "all"
struct All {
  bool operator==(const All&) const = default;
};
/// include = "include" ":" domain-spec
struct Include {
  MacroString domain;
  bool operator==(const Include&) const = default;
};
/// a = "a" [ ":" domain-spec ] [ dual-cidr-length ]
struct A {
  std::optional<MacroString> domain;
  DualCidr cidr;
  bool operator==(const A&) const = default;
};
/// mx = "mx" [ ":" domain-spec ] [ dual-cidr-length ]
struct Mx {
  std::optional<MacroString> domain;
  DualCidr cidr;
  bool operator==(const Mx&) const = default;
};
/// ptr = "ptr" [ ":" domain-spec ]
struct Ptr {
  std::optional<MacroString> domain;
  bool operator==(const Ptr&) const = default;
};
/// ip4 = "ip4" ":" ip4-network [ ip4-cidr-length ]; bits behind the prefix do not matter.
struct Ip4 {
  IpPrefix network;
  bool operator==(const Ip4&) const = default;
};
/// ip6 = "ip6" ":" ip6-network [ ip6-cidr-length ]
struct Ip6 {
  /// nullopt for a network of nothing but IPv4-mapped addresses: clients with such addresses count
  /// as IPv4, so it matches none. RFC 7208 5
  std::optional<IpPrefix> network;
  [[nodiscard]] bool contains(const IpAddress& ip) const {
    return network && network->contains(ip);
  }
  bool operator==(const Ip6&) const = default;
};
/// exists = "exists" ":" domain-spec
struct Exists {
  MacroString domain;
  bool operator==(const Exists&) const = default;
};

using Mechanism = std::variant<All, Include, A, Mx, Ptr, Ip4, Ip6, Exists>;

struct Directive {
  Qualifier qualifier = Qualifier::Pass;
  Mechanism mechanism;
  /// As published; a view into the text of the record.
  std::string_view text;

  bool operator==(const Directive&) const = default;
};

/// redirect = "redirect" "=" domain-spec
struct Redirect {
  MacroString domain;
  /// As published; a view into the text of the record.
  std::string_view text;

  bool operator==(const Redirect&) const = default;
};

/// A record that is right from its first to its last octet. Modifiers have no place among the
/// directives, so they stand apart. RFC 7208 4.6, 6
struct Record {
  /// In the order of the text.
  std::vector<Directive> directives;
  std::optional<Redirect> redirect;
  /// exp = "exp" "=" domain-spec
  std::optional<MacroString> explanation;
  /// Valid, and ignored: name "=" macro-string, as published.
  std::vector<std::string_view> unknown_modifiers;

  bool operator==(const Record&) const = default;
};

/// Those of the TXT texts that are SPF records: "v=spf1" in any case, then a space or the end.
/// More than one is a permerror for the domain. The views live as long as `texts`. RFC 7208 4.5
[[nodiscard]] std::vector<std::string_view> spf_records(std::span<const std::string> texts);

/// Reads one whole record strictly, or refuses it as a whole. `text` is one of spf_records() and
/// must outlive the record. Linear in the length of the text. RFC 7208 4.6
[[nodiscard]] Parsed<Record> parse_record(std::string_view text);

}  // namespace waarmerk::policy::spf
