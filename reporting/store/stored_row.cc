#include "reporting/store/stored_row.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/crypto.h"
#include "reporting/store/stored_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kTupleSize = 11;
/// 128 bits: enough that nobody makes two of the same.
constexpr std::size_t kHashOctets = 16;

/// In the words of policy_evaluated. RFC 9990 3.1.1.9
std::string aligned_word(bool is_aligned) { return is_aligned ? "pass" : "fail"; }

std::optional<bool> is_aligned(const SqlValue& value) {
  if (text_of(value) == "pass") return true;
  if (text_of(value) == "fail") return false;
  return std::nullopt;
}

/// Of columns one after the other, none of which holds the separator.
std::string hash_of(const std::vector<SqlValue>& columns) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string octets;
  for (const SqlValue& column : columns) {
    if (const auto* text = std::get_if<std::string>(&column)) octets += *text;
    octets += '\0';
  }
  crypto::Sha256 hash;
  hash.update(octets);
  const crypto::Digest digest = hash.finish();
  std::string hex;
  for (const std::uint8_t octet : std::span(digest).first(kHashOctets)) {
    hex += kDigits[octet >> 4U];
    hex += kDigits[octet & 0x0FU];
  }
  return hex;
}

/// The three columns of SPF: all NULL when there was no domain to check.
std::optional<std::optional<ReportedSpf>> spf_from(std::span<const SqlValue> columns) {
  using Spf = std::optional<ReportedSpf>;
  if (std::holds_alternative<std::monostate>(columns[1])) return Spf{};
  auto domain = octets_of(text_of(columns[0]));
  const auto result = policy::spf_result_from(text_of(columns[1]));
  auto human_result = octets_of(text_of(columns[2]));
  if (!domain || !result || !human_result) return std::nullopt;
  return Spf{{std::move(*domain), *result, std::move(*human_result)}};
}

}  // namespace

StoredTuple stored_tuple(const ReportRow& row) {
  StoredTuple tuple;
  tuple.columns = {
      row.source_ip.text(),
      std::string(kReportDispositionWords.word(row.disposition)),
      aligned_word(row.dkim_aligned),
      aligned_word(row.spf_aligned),
      stored_text(row.header_from),
      stored_text(row.envelope_from),
      stored_list(row.dkim),
      row.spf ? SqlValue(stored_text(row.spf->domain)) : SqlValue(),
      row.spf ? SqlValue(std::string(policy::to_string(row.spf->result))) : SqlValue(),
      row.spf ? SqlValue(stored_text(row.spf->human_result)) : SqlValue(),
      stored_list(row.reasons),
  };
  tuple.hash = hash_of(tuple.columns);
  return tuple;
}

std::vector<SqlType> tuple_types() { return std::vector<SqlType>(kTupleSize, SqlType::Text); }

std::optional<ReportRow> tuple_from(const SqlRow& values, ListReader& lists) {
  const auto source_ip = IpAddress::parse(text_of(values[0]));
  const auto disposition = kReportDispositionWords.find(text_of(values[1]));
  const auto dkim_aligned = is_aligned(values[2]);
  const auto spf_aligned = is_aligned(values[3]);
  auto header_from = octets_of(text_of(values[4]));
  auto envelope_from = octets_of(text_of(values[5]));
  auto dkim = lists.signatures(text_of(values[6]));
  auto spf = spf_from(std::span(values).subspan(7, 3));
  auto reasons = lists.reasons(text_of(values[10]));
  if (!source_ip || !disposition || !dkim_aligned || !spf_aligned || !header_from ||
      !envelope_from || !dkim || !spf || !reasons) {
    return std::nullopt;
  }
  return ReportRow{.source_ip = *source_ip,
                   .disposition = *disposition,
                   .dkim_aligned = *dkim_aligned,
                   .spf_aligned = *spf_aligned,
                   .reasons = std::move(*reasons),
                   .header_from = std::move(*header_from),
                   .envelope_from = std::move(*envelope_from),
                   .dkim = std::move(*dkim),
                   .spf = std::move(*spf)};
}

}  // namespace waarmerk::reporting
