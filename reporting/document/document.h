// Aggregate reports as XML, packed, in as many parts as needed. RFC 9990 3.1, RFC 7489 Appendix C
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/settings.h"
#include "reporting/document/identity.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// Who reports. RFC 9990 3.1.1.3
struct Reporter {
  std::string organization;
  std::string email;
  /// May be empty.
  std::string contact;
  /// "waarmerk 0.1.0".
  std::string generator;
  DomainName submitter;
};

/// A finished document.
struct Document {
  unsigned part = 1;
  std::string report_id;
  std::string file_name;
  /// Packed with gzip; the same octets for the same rows.
  std::string octets;
  std::uint64_t rows = 0;
};

/// Limits of one document; what does not fit goes into the next part.
struct DocumentLimits {
  /// Packed.
  std::size_t max_bytes = std::size_t{7} << 20U;
  /// Receivers read XML into memory.
  std::uint64_t max_rows = 250'000;
};

/// Writes the rows of a report one by one: `DocumentWriter add* finish`. Holds a packed document
/// and a row, however many there are. One thread. A-01..A-23
class DocumentWriter {
 public:
  /// `key.part` is where counting begins. `take` is given each part as soon as it is full; an error
  /// of it ends the writing.
  using Take = std::function<Result<void>(Document)>;
  DocumentWriter(Reporter reporter, DocumentKey key, policy::ReportFormat format,
                 DocumentLimits limits, Take take);
  ~DocumentWriter();
  DocumentWriter(DocumentWriter&&) noexcept;
  DocumentWriter& operator=(DocumentWriter&&) noexcept;

  [[nodiscard]] Result<void> add(const CountedRow& row);
  /// Ends the last part. Error: there was no row, and a report without rows must not be. A-22
  [[nodiscard]] Result<void> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace waarmerk::reporting
