// The paragraphs of which explain() makes a story. They hold network text as it came; explain()
// makes it printable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/explain.h"

namespace waarmerk::policy::story {

/// Who connected, and how.
[[nodiscard]] Paragraph tell_connection(const Facts& facts);
/// Envelope, author, list fields, and what kept it from being judged.
[[nodiscard]] Paragraph tell_message(const Facts& facts);
/// The SPF records as they were then, and what they say of both identities.
[[nodiscard]] Paragraph tell_spf(const Facts& facts);
/// Each signature, its key, and why it passed or not.
[[nodiscard]] Paragraph tell_dkim(const Facts& facts);
/// The walks: what was asked, what was said, which organizational domains follow.
[[nodiscard]] Paragraph tell_dmarc_records(const Facts& facts);
/// For each author domain: the policy, how each identifier stands to it, and the result.
[[nodiscard]] Paragraph tell_alignment(const Facts& facts, const Verdict& verdict);
/// What was weighed under p=reject.
[[nodiscard]] Paragraph tell_evidence(const Verdict& verdict);
/// What was done, which setting or rule decided, and why.
[[nodiscard]] Paragraph tell_decision(const Verdict& verdict);

/// "1 lookup", "2 lookups".
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);
/// The text in quotes, with an apostrophe for each quote inside; of a long one only the beginning.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t max_length = 600);
/// A word that others chose: as it is if it is one of letters, digits and "-._:", else quoted. So
/// it cannot look like sentences of ours.
[[nodiscard]] std::string word(std::string_view text);
/// A phrase of ours that may hold what others wrote: as it is if no sentence ends in it, else
/// quoted.
[[nodiscard]] std::string phrase(std::string_view text);
/// " (DNSSEC: secure)", as it stands behind what a record says.
[[nodiscard]] std::string dnssec_note(dns::Security security);
/// What a question came to that found nothing, as a predicate: "does not exist".
[[nodiscard]] std::string outcome_phrase(dns::Status status);

}  // namespace waarmerk::policy::story
