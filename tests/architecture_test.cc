// The arrow base <- dns <- policy <- reporting <- milter, and every foreign header and dangerous
// call in its named home: read from the source text, so that a breach fails with the line that made
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

using Homes = std::set<std::string>;

/// What each folder may include besides itself. The arrow has one direction.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"base", {}},
    {"dns", {"base"}},
    {"policy", {"base", "dns"}},
    {"reporting", {"base", "dns", "policy"}},
    {"milter", {"base", "dns", "policy", "reporting"}},
    {"cli", {"base", "dns", "policy", "reporting", "milter"}},
};

/// The policy knows questions and answers, not who gives them; cli takes of milter the pure part
/// and the part that looks at a configuration: nothing that serves.
const std::map<std::string, Homes> kOnlyTheseHeaders = {
    {"policy dns", {"dns/types.h", "dns/lookup.h", "dns/recording.h", "dns/server_address.h"}},
    {"reporting dns", {"dns/lookup.h", "dns/types.h"}},
    {"cli milter", {"milter/actions.h", "milter/dry_run.h", "milter/reply.h"}},
};

/// Each foreign library is known to one file.
const std::map<std::string, Homes> kForeignHeaders = {
    {"ares.h", {"dns/ares_channel.cc"}},
    {"libmilter/mfapi.h", {"milter/libmilter_edge.cc"}},
    {"idn2.h", {"base/idna.cc"}},
    {"libpsl.h", {"policy/dmarc/public_suffix.cc"}},
    {"openssl/", {"base/crypto.cc"}},
    {"toml++/", {"policy/config_file.cc"}},
    {"simdjson.h", {"reporting/collect/json_members.h", "reporting/json_fields.h"}},
    {"zlib.h", {"reporting/document/gzip.cc", "reporting/gunzip.cc"}},
    {"soci/", {"reporting/store/database.cc"}},
    {"spdlog/", {"milter/daemon_log.cc"}},
    {"CLI/", {"milter/main.cc", "cli/main.cc", "cli/report_command.cc"}},
    {"curl/", {"reporting/delivery/smtp_mailer.cc"}},
    {"spf2/", {"policy/spf/libspf2_engine.cc"}},
    {"dkim.h", {"policy/dkim/libopendkim_engine.cc"}},
    {"nlohmann/", {}},
};

/// Calls and headers that reach outside the program, and the files that are there for that.
const std::map<std::string, Homes> kForbidden = {
    {R"(system_clock::now|steady_clock::now|\btime\(nullptr\)|gettimeofday|clock_gettime)",
     {"base/clock.cc"}},
    {R"(\brand\(|\brandom_device\b|\bmt19937\b|\barc4random)", {}},
    {R"(\bgetenv\()", {}},
    {R"(<fstream>|\bfopen\(|<fcntl.h>)",
     {"base/input_file.cc", "base/output_folder.cc", "milter/dry_run.cc", "reporting/log_input.cc",
      "reporting/posix_log_storage.cc", "reporting/store/sqlite_file.cc"}},
    {R"(<filesystem>)",
     {"milter/dry_run.cc", "milter/listener.cc", "milter/process.cc", "reporting/log_input.cc",
      "reporting/posix_log_storage.cc"}},
    {R"(<sys/socket.h>|<netinet/in.h>)",
     {"milter/listener.cc", "milter/mta_address.cc", "milter/mta_address.h",
      "milter/socket_trial.cc"}},
    {R"(<sys/random.h>)", {"dns/query_ids.cc"}},
    {R"(<sys/inotify.h>|<poll.h>)", {"reporting/log_follower.cc"}},
    {R"(<sys/epoll.h>|<sys/eventfd.h>)", {"dns/event_loop.cc"}},
    {R"(\bsystem\(|\bpopen\(|\bexecv)", {}},
    {R"(\busing namespace std;)", {}},
    // A connection changes its thread: nothing of it may be tied to one. M-36
    {R"(\bthread_local\b)", {}},
    // libmilter waits as long as its authors chose. M-35
    {R"(\bsmfi_settimeout\b)", {}},
    // DISCARD would let mail disappear. P-09, M-51
    {R"(\bSMFIS_DISCARD\b)", {}},
    {R"(\bsleep_for\b|\busleep\(|\bsleep\()", {}},
    // libopendkim: each has a fault of memory, asks the DNS by itself, or reads what our parsers
    // do.
    {R"(\bdkim_(ohdrs|diffheaders|chunk|get_key_dns|sig_getidentity|sig_getreportinfo|getsighdr\w*)\()",
     {}},
    {R"(\bdkim_(sig_process|atps_check|policy\w*|getdomain|getuser|dns_set_\w+)\()", {}},
    {R"(\bDKIM_LIBFLAGS_(STRICTHDRS|FIXCRLF|EOHCHECK|TMPFILES|CACHE)\b)", {}},
    // libspf2: guesses, lists of its own, its cache and resolver, and texts that are not escaped.
    {R"(\bSPF_(request_query_(rcptto|fallback)|server_set_localpolicy)\()", {}},
    {R"(\bSPF_(dns_\w+_new|server_new)\()", {}},
    {R"(\bSPF_response_get_(received_spf\w*|explanation|header_comment|smtp_comment)\()", {}},
};

/// Files whose functions depend on their arguments alone; they may not even know Lookup.
const Homes kPure = {
    "base/xml.cc",
    "dns/answer_store.cc",
    "dns/extended_error.cc",
    "dns/server_address.cc",
    "dns/wire.cc",
    "dns/wire_name.cc",
    "milter/actions.cc",
    "milter/agreement.cc",
    "milter/mta_address.cc",
    "milter/reply.cc",
    "policy/auth_results_content.cc",
    "policy/auth_results_forged.cc",
    "policy/auth_results_grammar.cc",
    "policy/auth_results_parser.cc",
    "policy/auth_results_writer.cc",
    "policy/author_domain.cc",
    "policy/block_reader.cc",
    "policy/config_file.cc",
    "policy/config_tests/facts.cc",
    "policy/config_tests/keys.cc",
    "policy/config_tests/read.cc",
    "policy/config_tests/run.cc",
    "policy/config_text.cc",
    "policy/configuration.cc",
    "policy/contradictions.cc",
    "policy/dkim/canonical.cc",
    "policy/dkim/key.cc",
    "policy/dkim/signature.cc",
    "policy/dmarc/alignment.cc",
    "policy/dmarc/record.cc",
    "policy/dmarc/tree_walk.cc",
    "policy/evaluate.cc",
    "policy/evidence.cc",
    "policy/exemption.cc",
    "policy/explain.cc",
    "policy/field_text.cc",
    "policy/list_trace.cc",
    "policy/opinion.cc",
    "policy/rules/apply.cc",
    "policy/rules/check.cc",
    "policy/rules/keys.cc",
    "policy/rules/list_files.cc",
    "policy/rules/match.cc",
    "policy/rules/patterns.cc",
    "policy/rules/read.cc",
    "policy/rules/rule.cc",
    "policy/spf/budget.cc",
    "policy/spf/identity.cc",
    "policy/spf/macro.cc",
    "policy/spf/questions.cc",
    "policy/spf/record.cc",
    "policy/story_authentication.cc",
    "policy/story_decision.cc",
    "policy/story_dmarc.cc",
    "policy/story_message.cc",
    "reporting/collect/aggregator.cc",
    "reporting/collect/evidence_text.cc",
    "reporting/collect/line_reader.cc",
    "reporting/collect/seen_numbers.cc",
    "reporting/collect/tuples.cc",
    "reporting/delivery/compose.cc",
    "reporting/delivery/report_mail.cc",
    "reporting/delivery/report_uri.cc",
    "reporting/delivery/smtp_conversation.cc",
    "reporting/delivery/smtp_server.cc",
    "reporting/document/elements.cc",
    "reporting/document/privacy.cc",
    "reporting/document/published.cc",
    "reporting/document/rfc7489_form.cc",
    "reporting/document/rfc9990_form.cc",
    "reporting/history_facts.cc",
    "reporting/line_buffer.cc",
    "reporting/opendmarc_history.cc",
    "reporting/opendmarc_history_writer.cc",
    "reporting/record_writer.cc",
    "reporting/replay.cc",
    "reporting/store/schema_steps.cc",
    "reporting/store/store_address.cc",
    "reporting/store/stored_lists.cc",
    "reporting/store/stored_row.cc",
    "reporting/store/stored_text.cc",
};

struct SourceFile {
  std::string path;  ///< relative to the checkout
  std::vector<std::string> lines;

  [[nodiscard]] std::string folder() const { return path.substr(0, path.find('/')); }
  [[nodiscard]] std::string at(std::size_t line) const {
    return path + ":" + std::to_string(line + 1) + ": " + lines[line];
  }
};

std::vector<SourceFile> sources() {
  std::vector<SourceFile> files;
  const fs::path root = WAARMERK_SOURCE_DIR;
  for (const auto& [folder, ignored] : kMayInclude) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h") continue;
      SourceFile file{fs::relative(entry.path(), root).string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      files.push_back(std::move(file));
    }
  }
  return files;
}

/// The header that a line includes, or nothing.
std::string included_by(const std::string& line) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::smatch match;
  return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

std::string without_comment(const std::string& line) { return line.substr(0, line.find("//")); }

/// Why `header` may not be included from `file`; empty if it may.
std::string breach(const SourceFile& file, const std::string& header) {
  const std::string target = header.substr(0, header.find('/'));
  const std::string folder = file.folder();
  if (kMayInclude.contains(target) && target != folder) {
    if (!kMayInclude.at(folder).contains(target)) {
      return folder + " stands before " + target + " and may not know it";
    }
    const auto only = kOnlyTheseHeaders.find(folder + " " + target);
    if (only != kOnlyTheseHeaders.end() && !only->second.contains(header)) {
      return folder + " may include only some headers of " + target;
    }
  }
  for (const auto& [foreign, homes] : kForeignHeaders) {
    if (header.starts_with(foreign) && !homes.contains(file.path)) {
      return "<" + foreign + "> belongs in " + (homes.empty() ? "tests only" : *homes.begin());
    }
  }
  if (kPure.contains(file.path) && header == "dns/lookup.h")
    return "a pure file may not ask the DNS";
  if (kPure.contains(file.path) && header == "policy/dmarc/public_suffix.h")
    return "a pure file may not ask the public suffix list";
  return {};
}

TEST(Architecture, IncludesFollowTheArrow) {
  const auto files = sources();
  ASSERT_GT(files.size(), 30U) << "the source folders were not found";
  for (const SourceFile& file : files) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string header = included_by(file.lines[i]);
      if (header.empty()) continue;
      const std::string why = breach(file, header);
      EXPECT_TRUE(why.empty()) << file.at(i) << "\n  " << why;
    }
  }
}

TEST(Architecture, DangerousCallsStayInTheirHomes) {
  const auto files = sources();
  for (const auto& [pattern, homes] : kForbidden) {
    const std::regex forbidden(pattern, std::regex::optimize);
    for (const SourceFile& file : files) {
      if (homes.contains(file.path)) continue;
      for (std::size_t i = 0; i < file.lines.size(); ++i) {
        EXPECT_FALSE(std::regex_search(without_comment(file.lines[i]), forbidden))
            << file.at(i) << "\n  belongs in "
            << (homes.empty() ? std::string("no file") : *homes.begin());
      }
    }
  }
}

/// libmilter is set up in one place, once; what reloads the settings does not know it. M-44
TEST(Architecture, TheMilterIsRegisteredOnce) {
  std::map<std::string, int> calls;
  for (const SourceFile& file : sources()) {
    for (const std::string& line : file.lines) {
      for (const char* name : {"smfi_register(", "smfi_opensocket(", "smfi_main("}) {
        if (without_comment(line).find(name) != std::string::npos) ++calls[name];
      }
      if (!file.path.starts_with("milter/reload.")) continue;
      EXPECT_NE(included_by(line), "milter/libmilter_edge.h") << file.path;
    }
  }
  EXPECT_EQ(calls.size(), 3U);
  for (const auto& [name, count] : calls) EXPECT_EQ(count, 1) << name;
}

TEST(Architecture, PureFilesExist) {
  for (const std::string& path : kPure) {
    EXPECT_TRUE(fs::exists(fs::path(WAARMERK_SOURCE_DIR) / path)) << path;
  }
}

TEST(Architecture, FilesStayReadable) {
  constexpr std::size_t kMaxLines = 400;
  for (const SourceFile& file : sources()) {
    EXPECT_LE(file.lines.size(), kMaxLines) << file.path << " is more than one room";
  }
}

TEST(Architecture, EveryHeaderSaysWhatItIs) {
  for (const SourceFile& file : sources()) {
    if (!file.path.ends_with(".h")) continue;
    ASSERT_FALSE(file.lines.empty()) << file.path;
    EXPECT_TRUE(file.lines.front().starts_with("// ")) << file.path;
  }
}

/// The test must be able to fail: planted breaches are found.
TEST(Architecture, FindsPlantedBreaches) {
  const SourceFile policy{"policy/evaluate.cc", {}};
  EXPECT_FALSE(breach(policy, "milter/session.h").empty());
  EXPECT_FALSE(breach(policy, "ares.h").empty());
  EXPECT_FALSE(breach(policy, "dns/ares_resolver.h").empty());
  EXPECT_FALSE(breach(policy, "dns/lookup.h").empty());
  EXPECT_FALSE(breach(policy, "policy/dmarc/public_suffix.h").empty());
  EXPECT_TRUE(breach(policy, "base/text.h").empty());
  EXPECT_TRUE(breach({"base/idna.cc", {}}, "idn2.h").empty());
  EXPECT_FALSE(breach({"base/text.cc", {}}, "dns/types.h").empty());
  EXPECT_FALSE(breach({"cli/check.cc", {}}, "milter/session.h").empty());
  EXPECT_FALSE(breach({"cli/config.cc", {}}, "milter/process.h").empty());
  EXPECT_TRUE(breach({"cli/check.cc", {}}, "milter/actions.h").empty());
}

TEST(Architecture, FindsPlantedCalls) {
  const auto is_forbidden = [](const std::string& line) {
    return std::ranges::any_of(kForbidden, [&line](const auto& entry) {
      return std::regex_search(line, std::regex(entry.first));
    });
  };
  EXPECT_TRUE(is_forbidden("  dkim_getdomain(message);"));
  EXPECT_TRUE(is_forbidden("  dkim_sig_getidentity(message, signature, text, size);"));
  EXPECT_TRUE(is_forbidden("  unsigned flags = DKIM_LIBFLAGS_FIXCRLF;"));
  EXPECT_TRUE(is_forbidden("  SPF_request_query_fallback(request, &response, \"\");"));
  EXPECT_TRUE(is_forbidden("  log(SPF_response_get_received_spf(response));"));
  EXPECT_FALSE(is_forbidden("  dkim_sig_gethashes(signature, &header);"));
  EXPECT_FALSE(is_forbidden("  SPF_server_new_dns(&resolver, 0);"));
}

}  // namespace
