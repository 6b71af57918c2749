// The settings of a command that verifies mail, on a host with a public suffix list and without.
#include "cli/settings.h"

#include <gtest/gtest.h>
#include <sysexits.h>

#include <ostream>
#include <sstream>
#include <string>

#include "tests/support/scratch_folder.h"

namespace waarmerk::cli {
namespace {

/// Settings, the list that the host has, and what becomes of them.
struct Row {
  const char* name;
  const char* settings;
  const char* list;
  /// EX_OK: they are taken.
  int status;
  /// Behind the name of the file; of an error or a warning.
  const char* said;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class VerifyingSettings : public testing::TestWithParam<Row> {};

TEST_P(VerifyingSettings, NeedTheListThatTheyName_T_20) {
  support::ScratchFolder folder;
  const std::string file = folder.write("w.toml", GetParam().settings);
  std::ostringstream err;
  const auto settings = load_verifying_settings(file, GetParam().list, err);
  ASSERT_EQ(settings ? EX_OK : settings.error().status, GetParam().status);
  const std::string said = settings ? err.str() : to_string(settings.error().errors.at(0));
  const std::string expected = GetParam().said;
  EXPECT_EQ(said, expected.empty() ? "" : file + expected);
}

constexpr const char* kByList = "mode = \"tag\"\n[dmarc]\norg_domain = \"psl\"\n";
constexpr const char* kCompared = "mode = \"tag\"\n[dmarc]\ncompare_psl = true\n";
constexpr const char* kWalked = "mode = \"tag\"\n[dmarc]\norg_domain = \"treewalk\"\n";

INSTANTIATE_TEST_SUITE_P(
    Table, VerifyingSettings,
    testing::Values(
        Row{"by_list", kByList, "/list of 2026-05-01", EX_OK, ""},
        Row{"by_a_list_that_is_not_there", kByList, "", EX_CONFIG,
            ":3: dmarc.org_domain: this host has no public suffix list; expected that of the "
            "package publicsuffix"},
        Row{"compared", kCompared, "/list of 2026-05-01", EX_OK, ""},
        Row{"compared_with_a_list_that_is_not_there", kCompared, "", EX_OK,
            ":3: warning: dmarc.compare_psl: this host has no public suffix list; expected that "
            "of the package publicsuffix\n"},
        Row{"walked", kWalked, "", EX_OK, ""},
        Row{"warned_of", "mode = \"tag\"\n[exempt]\nnetworks = [\"0.0.0.0/0\"]\n", "", EX_OK,
            ":3: warning: exempt.networks: 0.0.0.0/0 is every address of its family: no mail from "
            "there is judged\n"},
        Row{"no_configuration", "[dmarc\n", "", EX_CONFIG,
            ":1: Error while parsing table header: expected ']', saw '\\n'"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(VerifyingSettings, OfNoFileAreTheDefaults) {
  std::ostringstream err;
  EXPECT_TRUE(load_verifying_settings("", "", err));
  EXPECT_EQ(err.str(), "");
  const auto missing = load_verifying_settings("/no/such/file", "", err);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().status, EX_NOINPUT);
}

}  // namespace
}  // namespace waarmerk::cli
