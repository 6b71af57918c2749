// Rows into packed documents, one part after the other.
#include "reporting/document/document.h"

#include <utility>

#include "reporting/document/forms.h"
#include "reporting/document/gzip.h"

namespace waarmerk::reporting {
namespace {

/// More than what stands behind the last record: the end of the root, and gzip's check sum.
constexpr std::size_t kTail = 256;

/// A document under way.
struct Part {
  XmlWriter xml;
  Gzip gzip;
  std::uint64_t rows = 0;

  /// Packs what was written.
  Result<void> pack() {
    auto packed = gzip.add(xml.text());
    xml.forget();
    return packed;
  }
};

}  // namespace

const DocumentForm& form_of(policy::ReportFormat format) {
  switch (format) {
    case policy::ReportFormat::Rfc9990:
      return kRfc9990Form;
    case policy::ReportFormat::Rfc7489:
      return kRfc7489Form;
  }
  return kRfc9990Form;
}

struct DocumentWriter::State {
  Reporter reporter;
  /// Of the part under way.
  DocumentKey key;
  const DocumentForm& form;
  DocumentLimits limits;
  Take take;
  std::optional<Part> part;

  Result<void> begin_part();
  Result<void> end_part();
  /// True if what was written of a row still goes into the part.
  [[nodiscard]] bool has_room() const;
};

Result<void> DocumentWriter::State::begin_part() {
  part.emplace(form.begin(reporter, key), Gzip());
  return part->pack();
}

Result<void> DocumentWriter::State::end_part() {
  part->xml.finish();
  if (auto packed = part->pack(); !packed) return packed;
  auto octets = part->gzip.finish();
  if (!octets) return std::unexpected(std::move(octets.error()));
  Document document{.part = key.part,
                    .report_id = report_id(key),
                    .file_name = file_name(key),
                    .octets = std::move(*octets),
                    .rows = part->rows};
  part.reset();
  ++key.part;
  return take(std::move(document));
}

bool DocumentWriter::State::has_room() const {
  return part->rows < limits.max_rows &&
         part->gzip.size_at_most(part->xml.text().size() + kTail) <= limits.max_bytes;
}

DocumentWriter::DocumentWriter(Reporter reporter, DocumentKey key, policy::ReportFormat format,
                               DocumentLimits limits, Take take)
    : state_(std::make_unique<State>(std::move(reporter), std::move(key), form_of(format), limits,
                                     std::move(take), std::nullopt)) {}

DocumentWriter::~DocumentWriter() = default;
DocumentWriter::DocumentWriter(DocumentWriter&&) noexcept = default;
DocumentWriter& DocumentWriter::operator=(DocumentWriter&&) noexcept = default;

Result<void> DocumentWriter::add(const CountedRow& row) {
  State& state = *state_;
  if (!state.part) {
    if (auto begun = state.begin_part(); !begun) return begun;
  }
  state.form.record(state.part->xml, row);
  // A row that is alone in its part stays there, however large it is.
  if (state.part->rows > 0 && !state.has_room()) {
    state.part->xml.forget();
    if (auto ended = state.end_part(); !ended) return ended;
    if (auto begun = state.begin_part(); !begun) return begun;
    state.form.record(state.part->xml, row);
  }
  ++state.part->rows;
  return state.part->pack();
}

Result<void> DocumentWriter::finish() {
  if (!state_->part) return fail("a report without rows", "report");
  return state_->end_part();
}

}  // namespace waarmerk::reporting
