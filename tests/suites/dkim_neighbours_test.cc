// Each signature of the suite that passes has neighbours that must not: the same message with one
// thing changed. Which ones is chance with a fixed seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "base/tag_list.h"
#include "base/text.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "policy/message.h"
#include "tests/suites/dkim_suite.h"
#include "tests/suites/known_failures.h"
#include "tests/suites/neighbours.h"

namespace waarmerk::policy::dkim {
namespace {

/// What a verification depends on, as plain texts.
struct Mail {
  std::vector<HeaderField> fields;
  std::string body;
  std::string zone;
  std::int64_t time = 0;
};

/// By the defaults: a signature that leaves a part of the body unsigned does not pass.
std::vector<bool> passes(const Mail& mail) {
  dns::Zone zone = read_suite_zone(mail.zone);
  KeyCache keys;
  const auto verifier = make_verifier(Engine::Native, keys);
  verifier->begin(mail.fields, {});
  verifier->feed(mail.body);
  const auto outcomes =
      verifier->finish(zone, WallTime(std::chrono::seconds(mail.time)), Instant::max());
  std::vector<bool> passed;
  for (const DkimOutcome& outcome : outcomes) passed.push_back(outcome.result == DkimResult::Pass);
  return passed;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

/// Changes one visible octet of `text` from `first` on into another; false if there is none.
bool change_octet(std::string& text, Chance& chance, std::size_t first = 0) {
  std::vector<std::size_t> places;
  for (std::size_t i = first; i < text.size(); ++i) {
    if (is_visible(text[i])) places.push_back(i);
  }
  if (places.empty()) return false;
  char& octet = text[places[below(places.size(), chance)]];
  octet = octet == 'q' ? 'z' : 'q';
  return true;
}

HeaderField* bottom_from(Mail& mail) {
  const auto found =
      std::ranges::find_if(mail.fields.rbegin(), mail.fields.rend(),
                           [](const HeaderField& field) { return field.is("From"); });
  return found == mail.fields.rend() ? nullptr : &*found;
}

/// Changes one octet in the value of a tag of every signature. Not in the last four: the last digit
/// of a base64 text has bits that mean nothing.
bool change_tag(Mail& mail, std::string_view name, Chance& chance) {
  bool changed = false;
  for (HeaderField& field : mail.fields) {
    if (!field.is("DKIM-Signature")) continue;
    const auto tags = TagList::parse(field.value);
    const auto value = tags ? tags->find(name) : std::nullopt;
    if (!value || value->size() < 6) return false;
    const auto begin = static_cast<std::size_t>(value->data() - field.value.data());
    std::string text(value->substr(0, value->size() - 4));
    if (!change_octet(text, chance)) return false;
    field.value.replace(begin, text.size(), text);
    changed = true;
  }
  return changed;
}

/// Turns one bit in the second half of every key, where its numbers are.
bool change_keys(Mail& mail, Chance& chance) {
  bool changed = false;
  std::string zone;
  for (const std::string_view line : split(mail.zone, '\n')) {
    const auto begin = line.find("p=");
    const auto text = begin == std::string_view::npos
                          ? std::string_view()
                          : line.substr(begin + 2, line.find(';', begin) - begin - 2);
    std::string compact;
    for (const char c : text) {
      if (is_visible(c)) compact += c;
    }
    auto key = decode_base64(compact);
    if (!key || key->size() < 16) {
      zone += std::string(line) + "\n";
      continue;
    }
    const std::size_t half = key->size() / 2;
    char& octet = (*key)[half + below(key->size() - half, chance)];
    octet = static_cast<char>(octet ^ (1 << below(8, chance)));
    zone += std::string(line.substr(0, begin + 2)) + encode_base64(*key) +
            std::string(line.substr(begin + 2 + text.size())) + "\n";
    changed = true;
  }
  mail.zone = zone;
  return changed;
}

struct Change {
  std::string name;
  /// False if it cannot be made to this message.
  std::function<bool(Mail&, Chance&)> make;
};

const std::vector<Change>& changes() {
  static const std::vector<Change> all = {
      {"an octet of the body", [](Mail& m, Chance& c) { return change_octet(m.body, c); }},
      {"an octet at the end of the body",
       [](Mail& m, Chance& c) {
         return change_octet(m.body, c, m.body.size() - std::min<std::size_t>(m.body.size(), 20));
       }},
      {"a line more",
       [](Mail& m, Chance&) {
         m.body += m.body.empty() || m.body.ends_with("\r\n") ? "x\r\n" : "\r\nx\r\n";
         return true;
       }},
      {"an octet of From",
       [](Mail& m, Chance& c) {
         HeaderField* from = bottom_from(m);
         return from != nullptr && change_octet(from->value, c);
       }},
      {"another From below",
       [](Mail& m, Chance&) {
         m.fields.push_back({"From", " someone@else.example"});
         return true;
       }},
      {"no From",
       [](Mail& m, Chance&) {
         return std::erase_if(m.fields, [](const HeaderField& f) { return f.is("From"); }) > 0;
       }},
      {"an octet of b=", [](Mail& m, Chance& c) { return change_tag(m, "b", c); }},
      {"an octet of bh=", [](Mail& m, Chance& c) { return change_tag(m, "bh", c); }},
      {"an octet of d=", [](Mail& m, Chance& c) { return change_tag(m, "d", c); }},
      {"an octet of h=", [](Mail& m, Chance& c) { return change_tag(m, "h", c); }},
      {"a bit of the key", change_keys},
      {"no key",
       [](Mail& m, Chance&) {
         m.zone.clear();
         return true;
       }},
  };
  return all;
}

class DkimNeighbours : public testing::TestWithParam<DkimCase> {};

NeighbourCount tried("dkim");

TEST_P(DkimNeighbours, DoNotPass) {
  constexpr int kRounds = 8;
  const std::string text = dkim_suite_file(GetParam().file);
  const SplitMessage message = split_message(text);
  const Mail mail{message.fields, std::string(message.body), dkim_suite_file(GetParam().zone),
                  GetParam().time};
  const std::vector<bool> before = passes(mail);
  Chance chance = same_chance_each_time();
  for (const Change& change : changes()) {
    for (int round = 0; round < kRounds; ++round) {
      Mail neighbour = mail;
      if (!change.make(neighbour, chance)) break;
      const std::vector<bool> after = passes(neighbour);
      ASSERT_EQ(before.size(), after.size());
      for (std::size_t i = 0; i < before.size(); ++i) {
        if (!before[i]) continue;
        tried.add_one();
        EXPECT_FALSE(after[i]) << change.name << ", signature " << i + 1 << ", round " << round;
      }
    }
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DkimNeighbours);
INSTANTIATE_TEST_SUITE_P(Cases, DkimNeighbours, testing::ValuesIn(dkim_suite()),
                         [](const auto& test) { return case_name(test.param.id); });

}  // namespace
}  // namespace waarmerk::policy::dkim
