// A JSON writer that cannot emit anything but one valid line of printable ASCII.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace waarmerk {

/// The integers that JSON numbers are written from: every integral type but bool and characters.
template <typename T>
concept JsonInteger = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

/// Appends JSON to a string: `object_begin (key value)* object_end`, values nest. The output is
/// printable ASCII on one line: control octets and everything beyond ASCII become escapes, an
/// ill-formed UTF-8 octet becomes U+FFFD, and no white space or newline is written. The caller
/// keeps begin and end in balance. Not thread-safe. RFC 8259 7
class JsonWriter {
 public:
  JsonWriter() = default;
  /// Sets `capacity` octets aside, so that a text of known size is written without growing.
  explicit JsonWriter(std::size_t capacity) { out_.reserve(capacity); }

  JsonWriter& object_begin() { return open('{'); }
  JsonWriter& object_end() { return close('}'); }
  JsonWriter& array_begin() { return open('['); }
  JsonWriter& array_end() { return close(']'); }
  /// The name of the next value: printable ASCII without quote and backslash; names are constants
  /// of the program, never input.
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  template <JsonInteger Number>
  JsonWriter& number(Number value) {
    // 20 characters hold every 64-bit number with its sign.
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return literal({digits.data(), end});
  }
  JsonWriter& boolean(bool value) { return literal(value ? "true" : "false"); }
  JsonWriter& null() { return literal("null"); }
  /// Adds the members of `object`, the complete text "{...}" of an object that a JsonWriter wrote,
  /// to the object that is open here.
  JsonWriter& members(std::string_view object);

  /// Shorthands for `key(name)` and a value.
  JsonWriter& field(std::string_view name, std::string_view text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, const char* text) { return key(name).string(text); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  template <JsonInteger Number>
  JsonWriter& field(std::string_view name, Number value) {
    return key(name).number(value);
  }

  [[nodiscard]] const std::string& text() const { return out_; }
  /// The text so far; the writer is as new afterwards.
  [[nodiscard]] std::string take() {
    needs_comma_ = false;
    return std::exchange(out_, {});
  }

 private:
  void separate();
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& literal(std::string_view text);

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace waarmerk
