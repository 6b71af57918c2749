// The only file that knows libpsl.
#include "policy/dmarc/public_suffix.h"

#include <fmt/format.h>
#include <libpsl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <utility>

#include "base/text.h"

namespace waarmerk::policy::dmarc {
namespace {

/// A name of more labels is under no rule of its own: the longest of the list have five. Bounds the
/// work on a name that someone made of 126.
constexpr std::size_t kMaxRuleLabels = 10;

struct Free {
  void operator()(psl_ctx_t* list) const { psl_free(list); }
};

/// The list, and what is known of its age.
struct Loaded {
  std::unique_ptr<psl_ctx_t, Free> list;
  std::string description;
};

std::string date_of(std::time_t seconds) {
  using namespace std::chrono;
  const year_month_day date{floor<days>(sys_seconds(std::chrono::seconds(seconds)))};
  return fmt::format("{:04}-{:02}-{:02}", int{date.year()}, unsigned{date.month()},
                     unsigned{date.day()});
}

/// libpsl does not say which list it took: the one that is not its own is the host's.
std::string description_of(const psl_ctx_t* list) {
  if (list == psl_builtin()) return "that of libpsl of " + date_of(psl_builtin_file_time());
  const std::string file = psl_dist_filename();
  struct stat found{};
  if (::stat(file.c_str(), &found) != 0) return file;
  return file + " of " + date_of(found.st_mtime);
}

const Loaded& loaded() {
  static const Loaded once = [] {
    Loaded fresh{std::unique_ptr<psl_ctx_t, Free>(psl_latest(nullptr)), {}};
    if (fresh.list) fresh.description = description_of(fresh.list.get());
    return fresh;
  }();
  return once;
}

/// What no rule of the list can hold becomes "_": so the name ends where it ends, and needs no
/// conversion. A wildcard takes any label, and takes this one.
std::string plain(std::string name) {
  const auto is_odd = [](char c) { return !is_alnum(c) && c != '-' && c != '.'; };
  std::ranges::replace_if(name, is_odd, '_');
  return name;
}

int rules_of(PslSections sections) {
  switch (sections) {
    case PslSections::All:
      return PSL_TYPE_ANY;
    case PslSections::Icann:
      return PSL_TYPE_ICANN;
  }
  return PSL_TYPE_ANY;
}

}  // namespace

const PublicSuffixList* PublicSuffixList::of_host(PslSections sections) {
  static const PublicSuffixList all(PslSections::All);
  static const PublicSuffixList icann(PslSections::Icann);
  if (!loaded().list) return nullptr;
  return sections == PslSections::All ? &all : &icann;
}

DomainName PublicSuffixList::organizational_domain(const DomainName& name) const {
  const DomainName end = name.last_labels(kMaxRuleLabels);
  const std::string text = plain(end.text());
  const psl_ctx_t* list = loaded().list.get();
  const int rules = rules_of(sections_);
  std::size_t labels = end.label_count();
  std::size_t begin = 0;
  // The longest rule that fits prevails, so the longest name is tried first.
  while (labels > 1 && psl_is_public_suffix2(list, text.c_str() + begin, rules) == 0) {
    begin = text.find('.', begin) + 1;
    --labels;
  }
  return name.last_labels(labels + 1);
}

std::string describe_public_suffix_list() { return loaded().description; }

}  // namespace waarmerk::policy::dmarc
