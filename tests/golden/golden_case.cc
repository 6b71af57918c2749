#include "tests/golden/golden_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "base/text.h"
#include "policy/config_file.h"

namespace waarmerk::golden {
namespace {

namespace fs = std::filesystem;

fs::path folder() { return fs::path(WAARMERK_SOURCE_DIR) / "tests" / "golden"; }

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream octets;
  octets << in.rdbuf();
  return octets.str();
}

/// The lines of `envelope`: ip, helo, mail-from, rcpt (repeated), time.
void read_envelope(const std::string& text, policy::MessageParts& parts) {
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto colon = line.find(':');
    const std::string_view key = line.substr(0, colon);
    const std::string value(trim(line.substr(colon + 1)));
    if (key == "ip") {
      parts.client.ip = IpAddress::parse(value).value();
    } else if (key == "helo") {
      parts.client.helo = value;
    } else if (key == "mail-from") {
      parts.mail_from = value;
    } else if (key == "rcpt") {
      parts.recipients.push_back(value);
    } else if (key == "time") {
      parts.time = WallTime(std::chrono::seconds(std::stoll(value)));
    } else {
      throw std::runtime_error("unknown line in envelope: " + std::string(line));
    }
  }
}

policy::Settings read_settings(const fs::path& path) {
  policy::Settings settings;
  if (!fs::exists(path)) return settings;
  const auto parsed = policy::parse_config(read_file(path), path.string());
  if (!parsed) throw std::runtime_error(parsed.error().front().text);
  return *parsed;
}

}  // namespace

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder())) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string test_name(std::string_view case_name) {
  std::string name = "G";
  for (const char c : case_name) name += is_alnum(c) ? c : '_';
  return name;
}

GoldenCase read_case(const std::string& name) {
  const fs::path path = folder() / name;
  GoldenCase golden;
  golden.name = name;
  if (read_file(path / "why").empty()) throw std::runtime_error(name + " does not say why");
  golden.parts.queue_id = "G01d3n";
  read_envelope(read_file(path / "envelope"), golden.parts);
  golden.octets = read_file(path / "message.eml");
  golden.message = policy::split_message(golden.octets);
  golden.settings = read_settings(path / "settings.toml");
  auto zone = dns::Zone::parse(read_file(path / "zone"), (path / "zone").string());
  if (!zone) throw std::runtime_error(zone.error().where + ": " + zone.error().text);
  golden.zone = std::move(*zone);
  return golden;
}

void expect_file(const GoldenCase& golden, std::string_view file, const std::string& got) {
  const fs::path path = folder() / golden.name / file;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::ofstream(path, std::ios::binary) << got;
    return;
  }
  ASSERT_TRUE(fs::exists(path)) << path << " is missing; make it with UPDATE_GOLDEN=1";
  EXPECT_EQ(got, read_file(path)) << path;
}

}  // namespace waarmerk::golden
