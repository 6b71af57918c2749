// Verification of signed messages whose keys have been seen before.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dns/recording.h"
#include "dns/zone.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "tests/bench/engines.h"
#include "tests/support/dkim_signer.h"

namespace waarmerk::bench {
namespace {

using support::TestKey;

constexpr WallTime kNow{std::chrono::seconds(1'760'000'000)};
constexpr std::size_t kKilo = 1024;
// What libmilter hands over at most in one piece.
constexpr std::size_t kChunk = 65'535;

struct Mail {
  std::vector<policy::HeaderField> fields;
  std::string body;
  std::string zone;
};

/// Lines as people write them, and some white space that the relaxed algorithm has to look at.
std::string text_of(std::size_t size) {
  constexpr std::string_view kLine =
      "The figures of last week are below; the  table is attached, as you asked. \r\n";
  std::string body;
  while (body.size() + kLine.size() <= size) body += kLine;
  return body;
}

/// A message as a mail server receives it, signed by as many domains.
Mail signed_mail(TestKey key, std::size_t size, int signatures) {
  Mail mail;
  mail.fields = {{"Received",
                  " from mail.example.com (mail.example.com [192.0.2.1])\r\n\tby mx.example.net;"
                  " Thu, 9 Oct 2025 10:13:20 +0200"},
                 {"From", " Ada Example <ada@example.com>"},
                 {"To", " Bob Example <bob@example.net>, Carol Example <carol@example.net>"},
                 {"Subject", " The figures of last week"},
                 {"Date", " Thu, 9 Oct 2025 10:13:19 +0200"},
                 {"Message-ID", " <20251009101319.4711@mail.example.com>"},
                 {"MIME-Version", " 1.0"},
                 {"Content-Type", " text/plain; charset=utf-8"},
                 {"Content-Transfer-Encoding", " 7bit"},
                 {"Reply-To", " Ada Example <ada@example.com>"},
                 {"User-Agent", " Example Mail 7.2"}};
  mail.body = text_of(size);
  for (int i = 1; i <= signatures; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".example.com";
    mail.fields.insert(mail.fields.begin(),
                       support::sign(mail.fields, mail.body,
                                     {.key = key,
                                      .domain = domain,
                                      .names = {"From", "To", "Subject", "Date", "Message-ID",
                                                "MIME-Version", "Content-Type"}}));
    mail.zone += "sel._domainkey." + domain + " TXT " + support::key_record(key) + "\n";
  }
  return mail;
}

std::vector<policy::DkimOutcome> verify(policy::Engine engine, const Mail& mail,
                                        policy::dkim::KeyCache& keys, dns::Lookup& lookup) {
  const auto verifier = policy::dkim::make_verifier(engine, keys);
  verifier->begin(mail.fields, {});
  for (std::string_view rest = mail.body; !rest.empty();) {
    const auto chunk = rest.substr(0, kChunk);
    verifier->feed(chunk);
    rest.remove_prefix(chunk.size());
  }
  return verifier->finish(lookup, kNow, Instant::max());
}

void check(benchmark::State& state, policy::Engine engine, const Mail& mail) {
  policy::dkim::KeyCache keys;
  auto zone = dns::Zone::parse(mail.zone).value();
  dns::MessageLookup recorded(zone);
  for (const auto& outcome : verify(engine, mail, keys, recorded)) {
    if (outcome.result == policy::DkimResult::Pass) continue;
    state.SkipWithError(("unexpected result: " + outcome.reason).c_str());
    return;
  }
  dns::ReplayLookup answers(recorded.trace());
  for ([[maybe_unused]] const auto& iteration : state) {
    benchmark::DoNotOptimize(verify(engine, mail, keys, answers));
  }
}

}  // namespace

void register_dkim() {
  for_each_engine("dkim/rsa2048 4 KB", check, signed_mail(TestKey::Rsa2048, 4 * kKilo, 1));
  for_each_engine("dkim/rsa2048 40 KB", check, signed_mail(TestKey::Rsa2048, 40 * kKilo, 1));
  for_each_engine("dkim/rsa2048 1 MB", check, signed_mail(TestKey::Rsa2048, kKilo * kKilo, 1));
  for_each_engine("dkim/ed25519 4 KB", check, signed_mail(TestKey::Ed25519, 4 * kKilo, 1));
  for_each_engine("dkim/rsa2048 4 KB, 5 signatures", check,
                  signed_mail(TestKey::Rsa2048, 4 * kKilo, 5));
}

}  // namespace waarmerk::bench
