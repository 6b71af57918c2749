// reporting/document/document.h: rows of any octets, in both forms, give well-formed reports with
// as many records, and parts that are no larger than allowed unless a row is alone in one.
#include "reporting/document/document.h"

#include <algorithm>

#include "tests/fuzz/target.h"
#include "tests/support/packed_file.h"
#include "tests/support/report_samples.h"
#include "tests/support/xml_schema.h"

namespace waarmerk {
namespace {

using reporting::CountedRow;

constexpr std::size_t kMaxRows = 50;

/// Takes the input apart: numbers of one octet, and texts that end at a newline.
class Input {
 public:
  explicit Input(std::string_view octets) : left_(octets) {}

  [[nodiscard]] bool empty() const { return left_.empty(); }
  unsigned number(unsigned limit) {
    if (left_.empty()) return 0;
    const auto octet = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return octet % limit;
  }
  std::string text() {
    const auto end = std::min(left_.find('\n'), left_.size());
    std::string text(left_.substr(0, end));
    left_.remove_prefix(std::min(end + 1, left_.size()));
    return text;
  }

 private:
  std::string_view left_;
};

CountedRow next_row(Input& input) {
  CountedRow counted = support::plain_report_row();
  reporting::ReportRow& row = counted.row;
  row.disposition = reporting::kReportDispositionWords.table[input.number(4)].first;
  row.header_from = input.text();
  row.envelope_from = input.text();
  for (unsigned left = input.number(4); left > 0; --left) {
    const auto type = static_cast<policy::Override::Type>(input.number(5));
    row.reasons.push_back({type, input.text()});
  }
  for (unsigned left = input.number(4); left > 0; --left) {
    const auto result = static_cast<policy::DkimResult>(input.number(7));
    row.dkim.push_back({input.text(), input.text(), result, input.text()});
  }
  if (input.number(2) == 0) row.spf.reset();
  if (row.spf) row.spf = {input.text(), policy::SpfResult::PermError, input.text()};
  return counted;
}

/// Low, so that rows make several parts.
constexpr reporting::DocumentLimits kLimits{.max_bytes = 80'000, .max_rows = 20};

void render(const std::vector<CountedRow>& rows, policy::ReportFormat format) {
  std::size_t written = 0;
  reporting::DocumentWriter writer(
      support::example_reporter(), support::report_key(), format, kLimits,
      [&written](const reporting::Document& document) -> Result<void> {
        require(document.octets.size() <= kLimits.max_bytes || document.rows == 1);
        require(document.rows <= kLimits.max_rows);
        const auto root = support::read_xml(support::unpacked(document.octets));
        require(root.has_value());
        require(root->all("record").size() == document.rows);
        require(root->children.size() == document.rows + 3);
        written += document.rows;
        return {};
      });
  for (const CountedRow& row : rows) require(writer.add(row).has_value());
  require(writer.finish().has_value() == !rows.empty());
  require(written == rows.size());
}

}  // namespace

void fuzz_one(std::string_view text) {
  Input input(text);
  std::vector<CountedRow> rows;
  while (!input.empty() && rows.size() < kMaxRows) rows.push_back(next_row(input));
  render(rows, policy::ReportFormat::Rfc9990);
  render(rows, policy::ReportFormat::Rfc7489);
}

}  // namespace waarmerk
