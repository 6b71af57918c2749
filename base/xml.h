// An XML writer that cannot emit anything but one well-formed document in UTF-8.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace waarmerk {

/// The name of an element: ASCII letters, digits, '_', '-' and '.', and no digit, '-' or '.' at its
/// beginning. A constant of the program; another text does not compile.
class XmlName {
 public:
  // Not explicit, so that names stand in calls as they are.
  consteval XmlName(const char* text) : text_(text) {
    if (!is_name(text_)) is_no_xml_name();
  }
  [[nodiscard]] constexpr std::string_view text() const { return text_; }

 private:
  static constexpr bool is_name(std::string_view text) {
    if (text.empty() || (!is_alpha(text.front()) && text.front() != '_')) return false;
    for (const char c : text) {
      if (!is_alnum(c) && c != '_' && c != '-' && c != '.') return false;
    }
    return true;
  }
  /// No constant expression may call it: the compiler shows its name.
  static void is_no_xml_name();

  std::string_view text_;
};

/// Writes one document of XML 1.0, one element a line: `XmlWriter begin* leaf* end* finish`. Values
/// are escaped; a character that XML 1.0 does not know (as most controls) and an octet that is no
/// UTF-8 become U+FFFD each. Elements are closed in the right order by themselves. Pure; one
/// thread. XML 1.0 2.2, 2.4
class XmlWriter {
 public:
  /// Begins with the declaration and the root. `name_space` is that of the root and of all
  /// elements without another; empty: none.
  explicit XmlWriter(XmlName root, std::string_view name_space = {});

  /// Begins an element in the one that is open.
  XmlWriter& begin(XmlName name);
  /// Ends the element that was begun last; never the root.
  XmlWriter& end();
  /// An element that holds `text` and nothing else.
  XmlWriter& leaf(XmlName name, std::string_view text);
  template <std::integral Number>
  XmlWriter& leaf(XmlName name, Number value) {
    // 20 characters hold every 64-bit number with its sign.
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return leaf(name, std::string_view(digits.data(), end));
  }
  /// Ends all elements, the root too. What is asked for afterwards is not written.
  void finish();

  /// The text so far, but for what was forgotten; valid until the next call.
  [[nodiscard]] const std::string& text() const { return out_; }
  /// Forgets the text so far, which the caller has passed on.
  void forget() { out_.clear(); }

 private:
  void indent();
  void start_tag(XmlName name);
  void end_tag(std::string_view name);

  std::string out_;
  /// From the root to the innermost; empty: the document is complete.
  std::vector<std::string_view> open_;
};

}  // namespace waarmerk
