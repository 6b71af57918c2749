// Files of names and networks that the conditions of rules point to: "@partners".
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/options.h"
#include "policy/rules/patterns.h"

namespace waarmerk::policy {

/// Reads a file that a configuration names. Whatever is longer than `limit` octets may be cut
/// behind that or be an error. The policy itself opens no files.
using FileReader = std::function<Result<std::string>(const std::string& path, std::size_t limit)>;

/// Bounds of one file, and of their number.
inline constexpr std::size_t kMaxListBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kMaxListEntries = 100'000;
inline constexpr std::size_t kMaxListFiles = 100;

/// A file as it was understood.
template <typename Set>
struct ListFile {
  /// nullptr if there is a fault.
  std::shared_ptr<const Set> set;
  /// Each at its line of the file; empty as well for a file whose faults were told before.
  std::vector<ValueFault> faults;
};

/// The files of one configuration. Each is read once, and shared by the rules that name it. One
/// line holds one name, "*.name" or network; "#" begins a comment; a byte order mark at the
/// beginning is passed over. "" and "-" name no file. Not thread-safe.
class ListFiles {
 public:
  /// Relative names are those of files beside `config_file`. Without `read` there are no files.
  ListFiles(std::string_view config_file, FileReader read);

  [[nodiscard]] ListFile<NameSet> names(const std::string& file);
  [[nodiscard]] ListFile<NetworkSet> networks(const std::string& file);

  /// Where those are that were read and are without fault; each once.
  [[nodiscard]] std::set<std::string> paths() const;

 private:
  template <typename Set>
  using Known = std::map<std::string, std::shared_ptr<const Set>>;

  template <typename Set>
  ListFile<Set> look_up(const std::string& file, Known<Set>& known);
  template <typename Set>
  ListFile<Set> load(const std::string& path) const;

  std::string folder_;
  FileReader read_;
  Known<NameSet> names_;
  Known<NetworkSet> networks_;
};

}  // namespace waarmerk::policy
