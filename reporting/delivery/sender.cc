// The steps of a report, each stored before the next one begins.
#include "reporting/delivery/sender.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "reporting/delivery/compose.h"
#include "reporting/delivery/sending_plan.h"

namespace waarmerk::reporting {
namespace {

using std::chrono::days;
using Kind = Handover::Kind;

/// For all questions of one report.
constexpr std::chrono::seconds kDnsPatience{60};
/// How long the limit of an hour puts a report off.
constexpr std::chrono::minutes kLimitWait{10};
/// After an error of ours.
constexpr std::chrono::minutes kTroubleWait{15};

std::string name_of(const StoredReport& report) {
  std::string name = report.key.policy.domain.text() + " " + day_text(report.key.day);
  if (report.generation > 0) name += " (late mail " + std::to_string(report.generation) + ")";
  return name;
}

bool is_final(const StoredDelivery& delivery) {
  return delivery.state == DeliveryState::Submitted || delivery.state == DeliveryState::Failed;
}

std::chrono::minutes wait_after(unsigned attempts) {
  return std::min<std::chrono::minutes>(kFirstWait * attempts, kLongestWait);
}

/// What became of a report, in one phrase.
std::string outcome_of(const std::vector<StoredDelivery>& deliveries) {
  const auto taken =
      std::ranges::count(deliveries, DeliveryState::Submitted, &StoredDelivery::state);
  std::string outcome = std::to_string(taken) + " of " + std::to_string(deliveries.size()) +
                        (deliveries.size() == 1 ? " mail" : " mails") + " handed over";
  const auto failed = std::ranges::find(deliveries, DeliveryState::Failed, &StoredDelivery::state);
  if (failed != deliveries.end()) outcome += "; " + failed->address + ": " + failed->reply;
  return outcome;
}

/// One run.
class Run {
 public:
  Run(const Sender::Parts& parts, const policy::Settings& settings, const Reporter& reporter,
      const std::string& owner)
      : parts_(parts), settings_(settings), reporter_(reporter), owner_(owner) {}

  Result<SendSummary> go(const std::function<void(const std::string&)>& say,
                         const std::function<bool()>& stop) {
    say_ = &say;
    stop_ = &stop;
    if (auto closed = close_days(); !closed) return std::unexpected(closed.error());
    while (!ends_ && !stop()) {
      auto report = parts_.outbox.claim(lease(), parts_.clock.now(), settings_.report.spread);
      if (!report) return std::unexpected(report.error());
      if (!*report) break;
      const auto stepped = go_on(**report);
      if (stepped) continue;
      ++summary_.troubles;
      (*say_)(name_of(**report) + ": " + to_string(stepped.error()));
      // It may be another's by now, or the store may be gone: then the lease ends by itself.
      static_cast<void>(parts_.outbox.release(
          (*report)->id, owner_, parts_.clock.now() + kTroubleWait, Outbox::Delayed::No));
    }
    return summary_;
  }

 private:
  /// Of the days that are over, those that all mail servers have closed, and those whose grace has
  /// passed.
  Result<void> close_days() {
    const WallTime now = parts_.clock.now();
    const auto heard = parts_.outbox.last_closed_day(now);
    if (!heard) return std::unexpected(heard.error());
    if (*heard) {
      const auto frozen = parts_.outbox.freeze(**heard, now);
      if (!frozen) return std::unexpected(frozen.error());
      summary_.frozen += *frozen;
    }
    const auto late = last_day_by_grace(now, settings_.report.grace);
    if (*heard && late <= **heard) return {};
    const auto frozen = parts_.outbox.freeze(late, now);
    if (!frozen) return std::unexpected(frozen.error());
    summary_.frozen += *frozen;
    if (*frozen > 0) {
      (*say_)(day_text(late) +
              " is closed by report.grace_minutes: not every mail server was "
              "heard of since. `waarmerk report status` names them.");
    }
    return {};
  }

  [[nodiscard]] Lease lease() const { return {owner_, parts_.clock.now() + kLease}; }

  /// From the state that is stored, as far as it goes now.
  Result<void> go_on(const StoredReport& report) {
    switch (report.state) {
      case ReportState::Frozen: {
        const auto prepared = prepare(report);
        if (!prepared) return std::unexpected(prepared.error());
        return *prepared ? deliver(report) : Result<void>();
      }
      case ReportState::Rendered:
        return deliver(report);
      case ReportState::Submitted:
        return conclude(report);
      case ReportState::Collecting:
      case ReportState::Done:
        break;
    }
    return fail("claimed in a state in which there is nothing to do");
  }

  // ---- frozen -> rendered -----------------------------------------------------------------------

  /// True if it is rendered now, false if it is done or put off.
  Result<bool> prepare(const StoredReport& report) {
    const auto plan = plan_sending(report, parts_.outbox, settings_, parts_.lookup,
                                   parts_.clock.instant() + kDnsPatience);
    if (!plan) return std::unexpected(plan.error());
    if (plan->is_open() && report.delays < kMaxDelays) return put_off(report, *plan);
    const auto addresses = plan->addresses();
    if (addresses.empty()) {
      ++summary_.reports_without;
      return done_without(report, "not sent: " + plan->why_nobody());
    }
    if (auto held = parts_.outbox.renew(report.id, lease()); !held) {
      return std::unexpected(held.error());
    }
    const auto documents = render(report);
    if (!documents) return std::unexpected(documents.error());
    const auto stored = parts_.outbox.store_rendered(report.id, owner_, *documents, addresses);
    if (!stored) return std::unexpected(stored.error());
    return true;
  }

  Result<bool> put_off(const StoredReport& report, const SendingPlan& plan) {
    const auto open =
        std::ranges::find(plan.destinations, Destination::Kind::Open, &Destination::kind);
    ++summary_.delayed;
    (*say_)(name_of(report) + ": put off for an hour: " + open->why);
    const auto released = parts_.outbox.release(report.id, owner_, parts_.clock.now() + kOpenDelay,
                                                Outbox::Delayed::Yes);
    if (!released) return std::unexpected(released.error());
    return false;
  }

  Result<bool> done_without(const StoredReport& report, const std::string& outcome) {
    (*say_)(name_of(report) + ": " + outcome);
    const auto finished = parts_.outbox.finish(report.id, owner_, outcome);
    if (!finished) return std::unexpected(finished.error());
    return false;
  }

  Result<std::vector<StoredDocument>> render(const StoredReport& report) {
    std::vector<StoredDocument> documents;
    DocumentWriter writer(
        reporter_,
        {.submitter = reporter_.submitter, .report = report.key, .generation = report.generation},
        settings_.report.format, {.max_bytes = settings_.report.max_bytes},
        [&documents](Document document) -> Result<void> {
          documents.push_back({.part = document.part,
                               .report_id = std::move(document.report_id),
                               .file_name = std::move(document.file_name),
                               .octets = std::move(document.octets),
                               .rows = document.rows});
          return {};
        });
    auto written = parts_.outbox.each_row(
        report.id, [&writer](const CountedRow& row) { return writer.add(row); });
    if (written) written = writer.finish();
    if (!written) return std::unexpected(written.error());
    for (StoredDocument& document : documents) {
      document.parts = static_cast<unsigned>(documents.size());
    }
    return documents;
  }

  // ---- rendered -> submitted --------------------------------------------------------------------

  Result<void> deliver(const StoredReport& report) {
    auto deliveries = parts_.outbox.deliveries(report.id);
    if (!deliveries) return std::unexpected(deliveries.error());
    for (StoredDelivery& delivery : *deliveries) {
      if (is_final(delivery) || delivery.due > parts_.clock.now()) continue;
      if ((*stop_)()) return give_back(report, parts_.clock.now());
      const auto room = has_room_in_hour();
      if (!room) return std::unexpected(room.error());
      if (!*room) return stop_at_limit(report);
      if (auto handed = hand_over(report, delivery); !handed) return handed;
      if (ends_) break;
    }
    return after_deliveries(report, *deliveries);
  }

  Result<bool> has_room_in_hour() {
    const auto count = parts_.outbox.submitted_since(parts_.clock.now() - std::chrono::hours(1));
    if (!count) return std::unexpected(count.error());
    return *count < settings_.report.max_per_hour;
  }

  Result<void> stop_at_limit(const StoredReport& report) {
    ends_ = true;
    ++summary_.delayed;
    (*say_)(name_of(report) + ": put off: report.max_per_hour is reached");
    return give_back(report, parts_.clock.now() + kLimitWait);
  }

  Result<void> give_back(const StoredReport& report, WallTime due) {
    return parts_.outbox.release(report.id, owner_, due, Outbox::Delayed::No);
  }

  /// pending -> submitting -> what came of it.
  Result<void> hand_over(const StoredReport& report, StoredDelivery& delivery) {
    if (auto held = parts_.outbox.renew(report.id, lease()); !held) return held;
    delivery.state = DeliveryState::Submitting;
    auto stored = parts_.outbox.store_delivery(report.id, owner_, delivery, parts_.clock.now());
    if (!stored) return stored;
    const auto mail = mail_for(report, delivery);
    if (!mail) return std::unexpected(mail.error());
    take_note(parts_.mailer.hand_over(*mail), report, delivery);
    return parts_.outbox.store_delivery(report.id, owner_, delivery, parts_.clock.now());
  }

  Result<ReportMail> mail_for(const StoredReport& report, const StoredDelivery& delivery) {
    auto address = MailAddress::parse(delivery.address);
    if (!address) return std::unexpected(address.error());
    auto document = parts_.outbox.document(report.id, delivery.part);
    if (!document) return std::unexpected(document.error());
    const MailAddress& from = *settings_.report.email;
    return compose_mail(report, std::move(*document),
                        {settings_.report.sender.value_or(from), from, std::move(*address)},
                        parts_.clock.now());
  }

  void take_note(const Handover& handover, const StoredReport& report, StoredDelivery& delivery) {
    delivery.reply = handover.reply;
    if (handover.kind != Kind::NotNow) in_vain_ = 0;
    switch (handover.kind) {
      case Kind::Taken:
        delivery.state = DeliveryState::Submitted;
        ++summary_.mails;
        return;
      case Kind::Refused:
        delivery.state = DeliveryState::Failed;
        ++summary_.refused;
        return;
      case Kind::NotNow: {
        ++delivery.attempts;
        const WallTime now = parts_.clock.now();
        const bool is_lost = now - report.frozen >= kPatience;
        delivery.state = is_lost ? DeliveryState::Failed : DeliveryState::Pending;
        delivery.due = now + wait_after(delivery.attempts);
        if (is_lost) ++summary_.refused;
        if (++in_vain_ >= kMaxInVain) ends_ = true;
        return;
      }
    }
  }

  Result<void> after_deliveries(const StoredReport& report,
                                const std::vector<StoredDelivery>& deliveries) {
    const StoredDelivery* next = nullptr;
    for (const StoredDelivery& delivery : deliveries) {
      if (is_final(delivery)) continue;
      if (next == nullptr || delivery.due < next->due) next = &delivery;
    }
    if (next != nullptr) {
      ++summary_.delayed;
      (*say_)(name_of(report) + ": " + next->address + " waits: " + next->reply);
      return give_back(report, next->due);
    }
    if (auto stored = parts_.outbox.store_submitted(report.id, owner_); !stored) return stored;
    return conclude(report);
  }

  // ---- submitted -> done ------------------------------------------------------------------------

  Result<void> conclude(const StoredReport& report) {
    const auto deliveries = parts_.outbox.deliveries(report.id);
    if (!deliveries) return std::unexpected(deliveries.error());
    const std::string outcome = outcome_of(*deliveries);
    auto finished = parts_.outbox.finish(report.id, owner_, outcome);
    if (!finished) return finished;
    const bool was_sent = std::ranges::any_of(*deliveries, [](const StoredDelivery& delivery) {
      return delivery.state == DeliveryState::Submitted;
    });
    ++(was_sent ? summary_.reports_sent : summary_.reports_without);
    (*say_)(name_of(report) + ": " + outcome);
    return {};
  }

  const Sender::Parts& parts_;
  const policy::Settings& settings_;
  const Reporter& reporter_;
  const std::string& owner_;
  const std::function<void(const std::string&)>* say_ = nullptr;
  const std::function<bool()>* stop_ = nullptr;
  SendSummary summary_;
  /// Mails in a row that were not taken.
  unsigned in_vain_ = 0;
  bool ends_ = false;
};

}  // namespace

Sender::Sender(Parts parts, const policy::Settings& settings, Reporter reporter, std::string owner)
    : parts_(parts),
      settings_(settings),
      reporter_(std::move(reporter)),
      owner_(std::move(owner)) {}

Result<SendSummary> Sender::run(const std::function<void(const std::string&)>& say,
                                const std::function<bool()>& stop) {
  return Run(parts_, settings_, reporter_, owner_).go(say, stop);
}

}  // namespace waarmerk::reporting
