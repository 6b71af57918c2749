// A file system in memory for the log: it can be full, refuse to open, and lose its files.
#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reporting/log_storage.h"

namespace waarmerk::support {

/// Files by their paths. What goes wrong is set beforehand; nothing goes wrong by itself.
class FakeLogStorage final : public reporting::LogStorage {
 public:
  struct File {
    std::string octets;
    bool has_a_name = true;
  };

  /// The coming appends take so many octets at most; nullopt fails the append.
  std::deque<std::optional<std::size_t>> appends;
  /// Set: nothing can be opened, for this reason.
  std::optional<std::string> open_problem;
  bool sync_fails = false;

  /// Every path that was opened, in order.
  std::vector<std::string> opened;
  std::atomic<int> syncs = 0;

  /// The content of a file; empty when there is none.
  [[nodiscard]] std::string content(const std::string& path) const {
    const auto file = files_.find(path);
    return file == files_.end() ? std::string() : file->second->octets;
  }
  void put(const std::string& path, std::string octets) {
    files_[path] = std::make_shared<File>(File{std::move(octets)});
  }
  /// Deletes every file; who has one open keeps writing into nothing.
  void delete_all() {
    for (auto& [path, file] : files_) file->has_a_name = false;
    files_.clear();
  }

  Result<reporting::OpenedLog> open(const std::string& path) override {
    opened.push_back(path);
    if (open_problem) return fail(*open_problem);
    auto& file = files_[path];
    if (file == nullptr) file = std::make_shared<File>();
    const bool ends_cleanly = file->octets.empty() || file->octets.ends_with('\n');
    return reporting::OpenedLog{std::make_unique<Stream>(*this, file), ends_cleanly};
  }

 private:
  class Stream final : public reporting::LogStream {
   public:
    Stream(FakeLogStorage& storage, std::shared_ptr<File> file)
        : storage_(storage), file_(std::move(file)) {}

    Result<std::size_t> append(std::string_view octets) override {
      std::optional<std::size_t> room = octets.size();
      if (!storage_.appends.empty()) {
        room = storage_.appends.front();
        storage_.appends.pop_front();
      }
      if (!room) return fail("no space left on device");
      const std::string_view taken = octets.substr(0, *room);
      file_->octets += taken;
      return taken.size();
    }
    Result<void> sync() override {
      ++storage_.syncs;
      if (storage_.sync_fails) return fail("input/output error");
      return {};
    }
    [[nodiscard]] bool has_a_name() const override { return file_->has_a_name; }

   private:
    FakeLogStorage& storage_;
    std::shared_ptr<File> file_;
  };

  std::map<std::string, std::shared_ptr<File>> files_;
};

}  // namespace waarmerk::support
