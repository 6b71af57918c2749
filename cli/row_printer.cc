#include "cli/row_printer.h"

#include <ostream>

#include "cli/csv.h"

namespace waarmerk::cli {
namespace {

std::vector<Column> headings_of(const std::vector<RowColumn>& columns) {
  std::vector<Column> headings;
  for (const RowColumn& column : columns) headings.push_back({column.heading, column.align});
  return headings;
}

std::string names_of(const std::vector<RowColumn>& columns) {
  std::string line;
  for (const RowColumn& column : columns) {
    line += line.empty() ? "" : ",";
    line += column.name;
  }
  return line + "\r\n";
}

}  // namespace

RowPrinter::RowPrinter(std::vector<RowColumn> columns, RowFormat format, std::ostream& out)
    : out_(out), format_(format), table_(headings_of(columns)) {
  if (format_ == RowFormat::Csv) out_ << names_of(columns);
}

void RowPrinter::add(const std::vector<std::string>& cells) {
  ++rows_;
  if (format_ == RowFormat::Table) {
    table_.add(cells);
  } else {
    out_ << csv_line(cells);
  }
}

void RowPrinter::add_object(std::string_view object) {
  out_ << (rows_++ == 0 ? "[" : ",\n") << object;
}

void RowPrinter::end(std::optional<std::size_t> width) {
  switch (format_) {
    case RowFormat::Table:
      if (rows_ > 0) table_.print(out_, width);
      break;
    case RowFormat::Json:
      out_ << (rows_ == 0 ? "[]\n" : "]\n");
      break;
    case RowFormat::Csv:
      break;
  }
}

}  // namespace waarmerk::cli
