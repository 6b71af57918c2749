#include "cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include "base/text.h"

namespace waarmerk::cli {

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const Column& column : columns_) widths_.push_back(column.heading.size());
}

void Table::add(const std::vector<std::string>& cells) {
  std::vector<std::string> row;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    row.push_back(i < cells.size() ? printable(cells[i], 1200) : std::string());
    widths_[i] = std::max(widths_[i], row.back().size());
  }
  rows_.push_back(std::move(row));
}

std::string Table::line_of(const std::vector<std::string>& cells) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths_[i] - cells[i].size(), ' ');
    if (i > 0) line += "  ";
    line += columns_[i].align == Align::Right ? padding + cells[i] : cells[i] + padding;
  }
  return std::string(trim_right(line));
}

void Table::print(std::ostream& out, std::optional<std::size_t> width) const {
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.emplace_back(column.heading);
  out << line_of(headings).substr(0, width.value_or(std::string::npos)) << "\n";
  for (const auto& row : rows_) {
    out << line_of(row).substr(0, width.value_or(std::string::npos)) << "\n";
  }
}

std::optional<std::size_t> terminal_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
    return std::nullopt;
  }
  return size.ws_col == 0 ? std::nullopt : std::optional<std::size_t>(size.ws_col);
}

}  // namespace waarmerk::cli
