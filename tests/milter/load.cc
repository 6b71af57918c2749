#include "tests/milter/load.h"

#include <algorithm>
#include <utility>

namespace waarmerk::support {

namespace {

constexpr const char* kExemptAddress = "192.0.2.1";
constexpr const char* kOtherAddress = "198.51.100.1";

/// A label of 60 octets.
std::string long_label(unsigned number) {
  constexpr std::size_t kLength = 60;
  std::string label = "n" + std::to_string(number);
  label.resize(kLength, 'x');
  return label;
}

WireMessage message_without_author(unsigned recipients) {
  WireMessage message{.mail_from = "<>", .recipients = {}, .fields = {{"Subject", " Hello"}}};
  for (unsigned i = 0; i < recipients; ++i) {
    const std::string label = long_label(i);
    message.recipients.push_back("<user@" + label + "." + label + "." + label + ".example>");
  }
  return message;
}

void greet(MilterWire& mta, const std::string& client_name, const char* address) {
  mta.negotiate();
  mta.connect({.host = client_name, .address = address});
  mta.helo("[" + std::string(address) + "]");
}

}  // namespace

std::size_t LoadOutcome::count(char reply) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(answers, [reply](const auto& one) { return one.second == reply; }));
}

std::size_t LoadOutcome::unexpected() const {
  return static_cast<std::size_t>(std::ranges::count_if(answers, [](const auto& one) {
    return one.second != (one.first.starts_with("exempt") ? 'c' : 'y');
  }));
}

std::string message_name(const policy::Facts& facts) {
  return facts.client.name + " " + facts.queue_id;
}

Load::Load(LoadPlan plan) : plan_(std::move(plan)) {
  for (unsigned session = 0; session < plan_.sessions; ++session) {
    threads_.emplace_back([this, session] { run(session); });
  }
}

Load::~Load() {
  stops_ = true;
  wait_until_cut_off();
}

void Load::run(unsigned session) {
  for (unsigned connection = 0; !stops_; ++connection) {
    const bool is_exempt = (session + connection) % 2 == 0;
    const std::string name = std::string(is_exempt ? "exempt" : "other") + std::to_string(session) +
                             "-" + std::to_string(connection) + "." + plan_.name + ".example";
    if (converse(name, is_exempt)) continue;
    const std::lock_guard lock(mutex_);
    ++outcome_.cut_off;
    changed_.notify_all();
    return;
  }
}

bool Load::converse(const std::string& client_name, bool is_exempt) {
  MilterWire mta(plan_.socket_path, Personality::Postfix);
  greet(mta, client_name, is_exempt ? kExemptAddress : kOtherAddress);
  const WireMessage message = message_without_author(plan_.recipients);
  for (unsigned number = 1; number <= plan_.messages_per_connection && !stops_; ++number) {
    const char reply = mta.send(message).reply;
    if (reply == '\0') return false;
    remember(client_name + " 4P" + std::to_string(number), reply);
  }
  mta.quit();
  return true;
}

void Load::remember(const std::string& name, char reply) {
  const std::lock_guard lock(mutex_);
  outcome_.answers[name] = reply;
  changed_.notify_all();
}

bool Load::wait_for_answers(std::size_t more) {
  std::unique_lock lock(mutex_);
  const std::size_t enough = outcome_.answers.size() + more;
  changed_.wait(lock, [&] {
    return outcome_.answers.size() >= enough || outcome_.cut_off == plan_.sessions;
  });
  return outcome_.answers.size() >= enough;
}

LoadOutcome Load::stop() {
  stops_ = true;
  return wait_until_cut_off();
}

LoadOutcome Load::wait_until_cut_off() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  const std::lock_guard lock(mutex_);
  return outcome_;
}

WireOutcome send_one(const std::string& socket_path, const std::string& client_name) {
  MilterWire mta(socket_path, Personality::Postfix);
  greet(mta, client_name, kOtherAddress);
  return mta.send(message_without_author(1));
}

}  // namespace waarmerk::support
