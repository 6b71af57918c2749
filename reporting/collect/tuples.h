// From a message in the log to what reports say of it: the mapping of RFC 9990 3.1, in one place.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/dmarc/record.h"
#include "reporting/record.h"
#include "reporting/report.h"

namespace waarmerk::reporting {

/// Policy records by their text: that of a domain comes with every message. One thread.
class PublishedRecords {
 public:
  /// What the tags in `text` say, as far as a line holds them. A text of kMaxText octets is the
  /// beginning of a longer one: then the last tag is left out, for half an address is another's.
  /// Holds until the next call.
  [[nodiscard]] const policy::dmarc::Record& of(const std::string& text);

 private:
  /// Whoever publishes records without end cannot fill the memory with them.
  static constexpr std::size_t kMaxKept = 20'000;
  std::unordered_map<std::string, policy::dmarc::Record> known_;
};

/// True if messages of that kind are counted: they were judged (no exempt mail, no error of ours),
/// came from an address, and do not come again (deferred mail does).
[[nodiscard]] bool is_counted(const Record& record);

/// False for report traffic: the null sender, or mail to our mailboxes for reports alone. A-38
[[nodiscard]] bool is_ordinary(const policy::Envelope& envelope);

/// True if the evaluation at that position makes a tuple: the message is counted, and a policy
/// record applies.
[[nodiscard]] bool has_tuple(const Record& record, std::size_t position);
/// That tuple. All texts are printable ASCII without local parts. Reads of `record` only what
/// LineReader reads. A-02..A-15, A-17, A-20, A-21
[[nodiscard]] ReportTuple tuple_of(const Record& record, std::size_t position,
                                   PublishedRecords& known);
/// All of a message: one for each author domain that a record applies to, in their order.
[[nodiscard]] std::vector<ReportTuple> tuples_of(const Record& record, PublishedRecords& known);

/// Appends everything that tuple_of() reads, in a form that is the same for the same evidence and
/// differs for other: messages of equal evidence have equal tuples.
void append_evidence(const Record& record, std::size_t position, std::string& to);

}  // namespace waarmerk::reporting
