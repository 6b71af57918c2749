// Measuring and cutting; the syntax is JsonWriter's.
#include "reporting/cutting_writer.h"

#include <algorithm>

#include "base/text.h"
#include "reporting/record_text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
/// Ours are fewer and shorter.
constexpr std::size_t kMaxPaths = 100;
constexpr std::size_t kMaxPath = 40;

/// As much of `text` as fits into `max` octets by whole characters, ill-formed octets replaced.
std::string fitting(std::string_view text, std::size_t max) {
  std::string fit;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const std::string_view next = length == 0 ? kReplacement : text.substr(0, length);
    if (fit.size() + next.size() > max) break;
    fit += next;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return fit;
}

}  // namespace

void CuttingWriter::text(std::string_view name, std::string_view value, std::size_t max) {
  json_.key(name);
  put_text(name, {}, value, max);
}

void CuttingWriter::word(std::string_view name, std::string_view value) {
  json_.key(name);
  if (value.empty()) {
    json_.null();
  } else {
    json_.string(value);
  }
}

void CuttingWriter::domain(std::string_view name, const std::optional<DomainName>& value) {
  if (value) {
    domain(name, *value);
  } else {
    null(name);
  }
}

void CuttingWriter::domain(std::string_view name, const DomainName& value) {
  json_.key(name);
  put_domain(value);
}

void CuttingWriter::texts(std::string_view name, const std::vector<std::string>& values,
                          std::size_t max) {
  json_.key(name).array_begin();
  const std::size_t count = kept(name, values.size(), max);
  for (std::size_t i = 0; i < count && !is_too_long(); ++i) {
    put_text(name, "[]", values[i], max_text_);
  }
  json_.array_end();
}

void CuttingWriter::domains(std::string_view name, const std::vector<DomainName>& values,
                            std::size_t max) {
  json_.key(name).array_begin();
  const std::size_t count = kept(name, values.size(), max);
  for (std::size_t i = 0; i < count && !is_too_long(); ++i) put_domain(values[i]);
  json_.array_end();
}

void CuttingWriter::cut(const std::vector<std::string>& earlier) {
  std::vector<std::string> all = earlier;
  for (std::string& path : cut_) {
    if (std::ranges::find(all, path) == all.end()) all.push_back(std::move(path));
  }
  if (all.size() > kMaxPaths) all.resize(kMaxPaths);
  json_.key("cut").array_begin();
  for (const std::string& path : all) json_.string(fitting(path, kMaxPath));
  json_.array_end();
}

std::size_t CuttingWriter::enter(std::string_view name, std::string_view separator) {
  const std::size_t outer = path_.size();
  path_ += name;
  path_ += separator;
  return outer;
}

std::size_t CuttingWriter::kept(std::string_view name, std::size_t size, std::size_t max) {
  if (size <= max) return size;
  note_cut(name, "[]");
  return max;
}

void CuttingWriter::note_cut(std::string_view name, std::string_view suffix) {
  std::string path = path_;
  path += name;
  path += suffix;
  if (std::ranges::find(cut_, path) == cut_.end()) cut_.push_back(std::move(path));
}

void CuttingWriter::put_text(std::string_view path_end, std::string_view suffix,
                             std::string_view value, std::size_t max) {
  // Nearly every text is ASCII, and that is seen sooner than well-formedness.
  if (value.size() <= max && (is_all_ascii(value) || is_valid_utf8(value))) {
    json_.string(value);
    return;
  }
  json_.string(fitting(value, max));
  note_cut(path_end, suffix);
}

void CuttingWriter::put_domain(const DomainName& value) {
  if (is_plain_name(value)) {
    json_.string(value.text());
  } else {
    json_.string(spell_name(value));
  }
}

}  // namespace waarmerk::reporting
