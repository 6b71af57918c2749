// Escaping for XML, and which element ends where.
#include "base/xml.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace waarmerk {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// The octets that stand in a document as they are. A line end of the Unix form is one of them;
/// readers make other forms the same, so a CR must be escaped to survive. XML 1.0 2.11
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t octet = 0x20; octet < 0x80; ++octet) plain[octet] = true;
  plain['\t'] = true;
  plain['\n'] = true;
  for (const char c : {'<', '>', '&', '"'}) plain[static_cast<unsigned char>(c)] = false;
  return plain;
}();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

/// What stands for an octet that may not stand for itself.
std::string_view escape_of(char c) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\r':
      return "&#13;";
    default:
      return kReplacement;
  }
}

/// U+FFFE and U+FFFF: UTF-8 that XML does not know.
bool is_no_character(std::string_view sequence) {
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

/// Writes what stands for the beginning of `text`, which is not plain; returns how many octets of
/// it that were.
std::size_t append_escaped(std::string& out, std::string_view text) {
  const std::size_t length = utf8_sequence_length(text);
  const std::string_view sequence = text.substr(0, length);
  if (length < 2) {
    out += escape_of(text.front());
  } else {
    out += is_no_character(sequence) ? kReplacement : sequence;
  }
  return std::max<std::size_t>(length, 1);
}

void append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain_end = std::ranges::find_if_not(text, is_plain);
    const auto plain = static_cast<std::size_t>(plain_end - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_escaped(out, text));
  }
}

}  // namespace

XmlWriter::XmlWriter(XmlName root, std::string_view name_space) : open_{root.text()} {
  out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<";
  out_ += root.text();
  if (!name_space.empty()) {
    out_ += " xmlns=\"";
    append_text(out_, name_space);
    out_ += '"';
  }
  out_ += ">\n";
}

XmlWriter& XmlWriter::begin(XmlName name) {
  if (open_.empty()) return *this;
  start_tag(name);
  out_ += '\n';
  open_.push_back(name.text());
  return *this;
}

XmlWriter& XmlWriter::end() {
  if (open_.size() < 2) return *this;
  const std::string_view name = open_.back();
  open_.pop_back();
  indent();
  end_tag(name);
  return *this;
}

XmlWriter& XmlWriter::leaf(XmlName name, std::string_view text) {
  if (open_.empty()) return *this;
  start_tag(name);
  append_text(out_, text);
  end_tag(name.text());
  return *this;
}

void XmlWriter::finish() {
  while (open_.size() > 1) end();
  if (!open_.empty()) end_tag(open_.back());
  open_.clear();
}

void XmlWriter::indent() { out_.append(2 * open_.size(), ' '); }

void XmlWriter::start_tag(XmlName name) {
  indent();
  out_ += '<';
  out_ += name.text();
  out_ += '>';
}

void XmlWriter::end_tag(std::string_view name) {
  out_ += "</";
  out_ += name;
  out_ += ">\n";
}

}  // namespace waarmerk
