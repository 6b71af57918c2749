// Reports to domain owners for tests: typical ones, and rows made by chance.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/document/document.h"

namespace waarmerk::support {

/// The policy that `record` publishes at `domain`.
[[nodiscard]] reporting::PublishedPolicy published_at(std::string_view domain,
                                                      std::string_view record);

/// The first part of the report to example.com by mx.example.net about 2026-05-01.
[[nodiscard]] reporting::DocumentKey report_key(
    std::string_view record = "v=DMARC1; p=reject; rua=mailto:reports@example.com");

/// Everything that a reporter can say of itself.
[[nodiscard]] reporting::Reporter example_reporter();

/// Three messages of example.com that pass everything; nothing in it is at its default by accident.
[[nodiscard]] reporting::CountedRow plain_report_row();

/// Texts that break careless writers of XML, of CSV or of lines; the last ones are long.
[[nodiscard]] const std::vector<std::string>& hostile_texts();

/// A row whose every member is drawn by `random`: all enumerators, lists of any length, hostile
/// texts everywhere. The same generator gives the same row.
[[nodiscard]] reporting::CountedRow chance_report_row(std::mt19937& random);

/// The row of that number: typical of a mail server, and no two are the same.
[[nodiscard]] reporting::CountedRow numbered_report_row(std::uint32_t number);

}  // namespace waarmerk::support
