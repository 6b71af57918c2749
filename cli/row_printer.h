// Rows for people and for programs: a table, JSON or CSV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/words.h"
#include "cli/table.h"

namespace waarmerk::cli {

enum class RowFormat : std::uint8_t { Table, Json, Csv };
inline constexpr Words<RowFormat, 3> kRowFormatWords{
    {{{RowFormat::Table, "table"}, {RowFormat::Json, "json"}, {RowFormat::Csv, "csv"}}}};

/// A column as a table shows it, and its name in CSV.
struct RowColumn {
  std::string_view heading;
  std::string_view name;
  Align align = Align::Left;
};

/// Prints rows as they come, but for a table, which is printed as a whole. Texts in a table are
/// made printable; CSV has them as they are, in quotes. One thread.
class RowPrinter {
 public:
  /// `out` must outlive this object.
  RowPrinter(std::vector<RowColumn> columns, RowFormat format, std::ostream& out);

  [[nodiscard]] RowFormat format() const { return format_; }
  /// A row of a table or of CSV: one text for each column.
  void add(const std::vector<std::string>& cells);
  /// A row of JSON: the complete text "{...}" of an object.
  void add_object(std::string_view object);
  /// Ends the answer. A table is cut to `width`; without rows nothing is printed of it.
  void end(std::optional<std::size_t> width);

  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  std::ostream& out_;
  RowFormat format_;
  Table table_;
  std::uint64_t rows_ = 0;
};

}  // namespace waarmerk::cli
