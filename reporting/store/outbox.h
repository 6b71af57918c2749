// The store as the sender sees it: reports on their way, from the first message counted to the last
// copy handed over.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/words.h"
#include "reporting/report.h"
#include "reporting/store/database.h"

namespace waarmerk::reporting {

/// The states of a report, in their order. Each step is one transaction.
enum class ReportState : std::uint8_t {
  Collecting,  ///< mail is counted in it
  Frozen,      ///< its day is over; nothing in it changes any more
  Rendered,    ///< its documents and destinations are stored
  Submitted,   ///< every destination has got it, or never will
  Done,        ///< the documents are removed; `outcome` says what became of it
};
inline constexpr Words<ReportState, 5> kReportStateWords{{{{ReportState::Collecting, "collecting"},
                                                           {ReportState::Frozen, "frozen"},
                                                           {ReportState::Rendered, "rendered"},
                                                           {ReportState::Submitted, "submitted"},
                                                           {ReportState::Done, "done"}}}};

/// A report without its rows.
struct StoredReport {
  std::int64_t id = 0;
  ReportKey key;
  /// 0, or for mail that was counted after the report of the same key was frozen: 1, 2, ...
  unsigned generation = 0;
  ReportState state = ReportState::Collecting;
  MessageCount messages;
  WallTime frozen{};
  /// How often sending was put off, as for a DNS error.
  unsigned delays = 0;
  /// Why nothing was sent, or to how many addresses it was; one phrase, when it is done.
  std::string outcome;
};

/// A document of a report: itself, unless the report is too large for one.
struct StoredDocument {
  /// From 1.
  unsigned part = 1;
  unsigned parts = 1;
  /// RFC 9990 3.5.1: letters and digits.
  std::string report_id;
  std::string file_name;
  /// As it is sent: packed with gzip.
  std::string octets;
  std::uint64_t rows = 0;
};

enum class DeliveryState : std::uint8_t {
  Pending,     ///< to be handed over
  Submitting,  ///< being handed over, or it was when its sender was killed
  Submitted,   ///< taken by the mail server
  Failed,      ///< refused for good
};
inline constexpr Words<DeliveryState, 4> kDeliveryStateWords{
    {{{DeliveryState::Pending, "pending"},
      {DeliveryState::Submitting, "submitting"},
      {DeliveryState::Submitted, "submitted"},
      {DeliveryState::Failed, "failed"}}}};

/// A document to an address.
struct StoredDelivery {
  unsigned part = 1;
  std::string address;
  DeliveryState state = DeliveryState::Pending;
  unsigned attempts = 0;
  /// Not before.
  WallTime due{};
  /// What the mail server said last.
  std::string reply;
};

/// Who holds a report while working on it, and how long if nothing is heard of him.
struct Lease {
  /// Different for every process.
  std::string owner;
  WallTime until{};
};

/// What a sender may do with reports. Every function that changes something takes effect as a whole
/// or not at all, and only while `owner` holds the report: else it is an error. One thread for each
/// object; several processes may work on one store.
class Outbox {
 public:
  /// `database` must outlive this object.
  explicit Outbox(Database& database) : database_(database) {}

  /// The last day that is over for every node that was heard of in the last week, so far as the
  /// newest lines that were counted tell; nullopt when nothing was counted.
  [[nodiscard]] Result<std::optional<std::chrono::sys_days>> last_closed_day(WallTime now);
  /// Freezes what is collected of days up to `day`. Returns how many reports.
  [[nodiscard]] Result<std::uint64_t> freeze(std::chrono::sys_days day, WallTime now);

  /// Takes a report that is frozen, rendered or submitted, is due, and is nobody's: so that its
  /// mail is spread over `spread` from the moment it was frozen. nullopt: there is none.
  [[nodiscard]] Result<std::optional<StoredReport>> claim(const Lease& lease, WallTime now,
                                                          std::chrono::minutes spread);
  /// Holds it longer. Error: it has become somebody else's.
  [[nodiscard]] Result<void> renew(std::int64_t report, const Lease& lease);
  /// Gives it back; it is due again at `due`. `delayed` counts in `delays`.
  enum class Delayed : std::uint8_t { No, Yes };
  [[nodiscard]] Result<void> release(std::int64_t report, const std::string& owner, WallTime due,
                                     Delayed delayed);

  /// frozen -> rendered: with the documents and a pending delivery of each to each address.
  [[nodiscard]] Result<void> store_rendered(std::int64_t report, const std::string& owner,
                                            const std::vector<StoredDocument>& documents,
                                            const std::vector<std::string>& addresses);
  [[nodiscard]] Result<StoredDocument> document(std::int64_t report, unsigned part);
  [[nodiscard]] Result<std::vector<StoredDelivery>> deliveries(std::int64_t report);
  [[nodiscard]] Result<void> store_delivery(std::int64_t report, const std::string& owner,
                                            const StoredDelivery& delivery, WallTime now);
  /// How many were handed over at `since` or later, by all nodes.
  [[nodiscard]] Result<std::uint64_t> submitted_since(WallTime since);
  /// rendered -> submitted.
  [[nodiscard]] Result<void> store_submitted(std::int64_t report, const std::string& owner);
  /// Any state but collecting -> done: documents are removed, the lease ends.
  [[nodiscard]] Result<void> finish(std::int64_t report, const std::string& owner,
                                    const std::string& outcome);

  /// The rows of a report in an order that does not change, read in pages of bounded memory; ends
  /// early when `take` returns an error, with it.
  [[nodiscard]] Result<void> each_row(std::int64_t report,
                                      const std::function<Result<void>(const CountedRow&)>& take);
  /// Whether mail of this policy domain passed in alignment on `first` or later.
  [[nodiscard]] Result<bool> had_pass_since(const DomainName& policy_domain,
                                            std::chrono::sys_days first);
  /// For --dry-run and `report status`: all reports of days from `first`, any state, by day and
  /// policy domain.
  [[nodiscard]] Result<std::vector<StoredReport>> list(std::chrono::sys_days first);

 private:
  Database& database_;
};

}  // namespace waarmerk::reporting
