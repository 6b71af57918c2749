// A session without libmilter: a mail server that records what it is told, and services in memory.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "dns/zone.h"
#include "milter/service.h"
#include "milter/session.h"
#include "tests/support/fake_log_storage.h"

namespace waarmerk::support {

/// A mail server that does everything it is asked, unless told otherwise.
class RecordingMta final : public milter::MtaHandle {
 public:
  std::map<std::string, std::string> macros{{"j", "mx.example.org"}, {"i", "Q1"}};
  bool obeys = true;
  /// Macros cannot be read any more.
  bool breaks_down = false;

  std::vector<policy::FieldPosition> deleted;
  std::vector<milter::NewField> inserted;
  std::optional<std::string> quarantined;
  std::optional<milter::Reply> reply;

  [[nodiscard]] std::optional<std::string> macro(const char* name) const override {
    if (breaks_down) throw std::runtime_error("the mail server broke down");
    const auto found = macros.find(name);
    return found == macros.end() ? std::nullopt : std::optional(found->second);
  }
  bool delete_field(const policy::FieldPosition& position) override {
    deleted.push_back(position);
    return obeys;
  }
  bool insert_field(const milter::NewField& field) override {
    inserted.push_back(field);
    return obeys;
  }
  bool quarantine(const std::string& reason) override {
    quarantined = reason;
    return obeys;
  }
  bool set_reply(const milter::Reply& text) override {
    reply = text;
    return obeys;
  }

  [[nodiscard]] std::string field(std::string_view name) const {
    for (const milter::NewField& one : inserted) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

class FixedClock final : public Clock {
 public:
  WallTime time{std::chrono::sys_days{std::chrono::year{2026} / 5 / 1}};

  [[nodiscard]] WallTime now() const override { return time; }
  [[nodiscard]] Instant instant() const override { return Instant{} + std::chrono::hours{1}; }
};

class MemoryDaemonLog final : public milter::DaemonLog {
 public:
  struct Line {
    Level level;
    std::string text;
  };
  void write(Level level, std::string_view line) override {
    lines_.with([&](auto& lines) { lines.push_back({level, std::string(line)}); });
  }
  [[nodiscard]] std::vector<Line> lines() const {
    return lines_.with([](const auto& lines) { return lines; });
  }

 private:
  Guarded<std::vector<Line>> lines_;
};

/// A zone that counts its prefetches, and can break down.
class TestLookup final : public dns::Lookup {
 public:
  explicit TestLookup(std::string_view zone) : zone_(*dns::Zone::parse(zone)) {}

  bool breaks_down = false;
  std::vector<dns::Question> prefetched;
  /// How many answers were asked for.
  std::size_t asked = 0;

  void prefetch(const dns::Question& question) override { prefetched.push_back(question); }
  [[nodiscard]] dns::AnswerPtr get(const dns::Question& question, Instant deadline) override {
    if (breaks_down) throw std::runtime_error("the resolver broke down");
    ++asked;
    return zone_.get(question, deadline);
  }
  [[nodiscard]] bool has_prefetched(std::string_view name) const {
    for (const dns::Question& question : prefetched) {
      if (question.name.text() == name) return true;
    }
    return false;
  }

 private:
  dns::Zone zone_;
};

/// Everything that a session needs.
class World {
 public:
  explicit World(std::string_view zone, policy::Settings settings = {})
      : lookup(zone),
        log({"mx.example.org", "1-1"}, {"log", std::chrono::seconds{0}}, storage,
            [this](std::string_view line, const Error&) { lost.emplace_back(line); }),
        service(std::move(settings), {lookup, keys, log, clock, daemon_log, "host.example.org"}) {}

  /// The lines of the aggregate log.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> found;
    std::istringstream text(storage.content("log/aggregate-2026-05-01.jsonl"));
    for (std::string line; std::getline(text, line) && !text.eof();) found.push_back(line);
    return found;
  }

  TestLookup lookup;
  policy::dkim::KeyCache keys;
  FixedClock clock;
  MemoryDaemonLog daemon_log;
  FakeLogStorage storage;
  std::vector<std::string> lost;
  reporting::LogFile log;
  milter::Service service;
};

}  // namespace waarmerk::support
