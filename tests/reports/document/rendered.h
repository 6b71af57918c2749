// Reports as tests look at them: rendered, unpacked and read.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "reporting/document/document.h"
#include "tests/support/packed_file.h"
#include "tests/support/report_samples.h"
#include "tests/support/xml_schema.h"

namespace waarmerk::reporting {

inline const std::filesystem::path kSchemas =
    std::filesystem::path(WAARMERK_SUITES_DIR) / "dmarc-xsd";

/// The documents that rows become.
inline std::vector<Document> documents_of(const std::vector<CountedRow>& rows,
                                          policy::ReportFormat format,
                                          const DocumentKey& key = support::report_key(),
                                          DocumentLimits limits = {}) {
  std::vector<Document> documents;
  DocumentWriter writer(support::example_reporter(), key, format, limits,
                        [&documents](Document document) -> Result<void> {
                          documents.push_back(std::move(document));
                          return {};
                        });
  for (const CountedRow& row : rows) EXPECT_TRUE(writer.add(row).has_value());
  EXPECT_TRUE(writer.finish().has_value());
  return documents;
}

/// The XML of the only document.
inline std::string xml_of(const std::vector<CountedRow>& rows, policy::ReportFormat format,
                          const DocumentKey& key = support::report_key()) {
  const auto documents = documents_of(rows, format, key);
  EXPECT_EQ(documents.size(), 1U);
  return documents.empty() ? std::string() : support::unpacked(documents.front().octets);
}

/// Its root.
inline support::XmlElement read_report(const std::vector<CountedRow>& rows,
                                       policy::ReportFormat format,
                                       const DocumentKey& key = support::report_key()) {
  auto root = support::read_xml(xml_of(rows, format, key));
  EXPECT_TRUE(root.has_value());
  return root.value_or(support::XmlElement{});
}

}  // namespace waarmerk::reporting
