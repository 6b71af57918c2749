// Tables for people: columns that align, cut only where there is a terminal to cut for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waarmerk::cli {

enum class Align : std::uint8_t { Left, Right };

struct Column {
  std::string_view heading;
  Align align = Align::Left;
};

/// Rows under headings. What is put in is made printable, so that nothing of it can steer a
/// terminal.
class Table {
 public:
  explicit Table(std::vector<Column> columns);

  /// `cells` has one text for each column.
  void add(const std::vector<std::string>& cells);
  /// Prints all of it; lines are cut to `width` columns when there is one.
  void print(std::ostream& out, std::optional<std::size_t> width) const;

 private:
  [[nodiscard]] std::string line_of(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

/// How many columns the terminal has that standard output is; nullopt if it is none.
[[nodiscard]] std::optional<std::size_t> terminal_width();

}  // namespace waarmerk::cli
