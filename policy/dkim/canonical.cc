// The "simple" and "relaxed" algorithms as streams. What may be the end of a body is withheld as a
// count until something follows it.
#include "policy/dkim/canonical.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Appends header values in relaxed form to a text or a hash; the pieces of one value may come one
/// by one.
template <typename Sink>
class RelaxedValue {
 public:
  explicit RelaxedValue(Sink& sink) : sink_(sink) {}

  void append(std::string_view piece) {
    while (!piece.empty()) {
      if (is_wsp(piece.front())) {
        has_space_ = true;
        piece.remove_prefix(1);
      } else if (piece.starts_with(kLineEnd)) {
        piece.remove_prefix(kLineEnd.size());
      } else {
        const std::size_t length = word_length(piece);
        if (has_space_ && has_words_) sink_.append(std::string_view(" "));
        sink_.append(piece.substr(0, length));
        has_space_ = false;
        has_words_ = true;
        piece.remove_prefix(length);
      }
    }
  }

 private:
  /// Octets up to white space or a line end; the first one is known to be neither.
  static std::size_t word_length(std::string_view text) {
    std::size_t end = 1;
    while (end < text.size() && !is_wsp(text[end]) && !text.substr(end).starts_with(kLineEnd))
      ++end;
    return end;
  }

  Sink& sink_;
  bool has_space_ = false;
  bool has_words_ = false;
};

/// A field of which the value comes in two pieces, without its final CRLF.
template <typename Sink>
void append_field(Sink& sink, Canonicalization canonicalization, std::string_view name,
                  std::pair<std::string_view, std::string_view> value) {
  switch (canonicalization) {
    case Canonicalization::Simple:
      sink.append(name);
      sink.append(std::string_view(":"));
      sink.append(value.first);
      sink.append(value.second);
      return;
    case Canonicalization::Relaxed:
      sink.append(std::string_view(to_lower(trim_right(name)) + ":"));
      RelaxedValue<Sink> relaxed(sink);
      relaxed.append(value.first);
      relaxed.append(value.second);
      return;
  }
}

}  // namespace

void append_header(HashStream& hash, Canonicalization canonicalization, const HeaderField& field) {
  append_field(hash, canonicalization, field.name, {field.value, {}});
  hash.append(kLineEnd);
}

std::string canonical_header(Canonicalization canonicalization, const HeaderField& field) {
  std::string text;
  text.reserve(field.name.size() + field.value.size() + 3);
  append_field(text, canonicalization, field.name, {field.value, {}});
  text += kLineEnd;
  return text;
}

void append_signature(HashStream& hash, Canonicalization canonicalization, std::string_view name,
                      std::string_view before_b, std::string_view after_b) {
  append_field(hash, canonicalization, name, {before_b, after_b});
}

namespace {

/// The same octet in all eight places of a word.
constexpr std::uint64_t each(unsigned char octet) { return 0x0101010101010101U * octet; }

std::uint64_t load(const char* place) {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

/// The top bit of each octet that is at most 0x20: all white space and line ends are.
std::uint64_t low_octets(std::uint64_t word) {
  const std::uint64_t above = (word & each(0x7F)) + each(0x7F - 0x20);
  return ~(above | word) & each(0x80);
}

/// The top bit of each octet that is a HTAB.
std::uint64_t tabs(std::uint64_t word) {
  const std::uint64_t differs = word ^ each('\t');
  return ~(((differs & each(0x7F)) + each(0x7F)) | differs) & each(0x80);
}

/// True if `c` is not data, or is changed in relaxed form, because `next` follows it.
bool ends_run(char c, char next) {
  if (c == ' ') return is_wsp(next) || next == '\r';
  return c == '\t' || (c == '\r' && next == '\n');
}

/// Length of the run at the beginning of `text` that is its own relaxed form; the first octet is
/// known to be data. A space or CR that ends `text` is left out: what follows it is not known.
std::size_t plain_length(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::size_t i = 1;
  // A run can only end at a HTAB, or where two octets in a row are at most 0x20.
  while (i + kWord < text.size()) {
    const std::uint64_t here = load(text.data() + i);
    const std::uint64_t next = load(text.data() + i + 1);
    if (((low_octets(here) & low_octets(next)) | tabs(here)) != 0) break;
    i += kWord;
  }
  while (i + 1 < text.size() && !ends_run(text[i], text[i + 1])) ++i;
  const bool is_last = i + 1 == text.size();
  return is_last && !is_wsp(text[i]) && text[i] != '\r' ? i + 1 : i;
}

/// Octets in front of the line ends, or the CR, at the end of `text`.
std::size_t length_without_line_ends(std::string_view text) {
  if (text.ends_with('\r')) text.remove_suffix(1);
  while (text.ends_with(kLineEnd)) text.remove_suffix(kLineEnd.size());
  return text.size();
}

}  // namespace

BodyHasher::BodyHasher(Canonicalization canonicalization, std::vector<BodyLimit> limits)
    : canonicalization_(canonicalization), limits_(std::move(limits)) {
  for (const BodyLimit& limit : limits_) {
    if (limit) {
      cuts_.push_back({*limit, {}});
    } else {
      wants_whole_ = true;
    }
  }
  std::ranges::sort(cuts_, {}, &Cut::limit);
  const auto repeated = std::ranges::unique(cuts_, {}, &Cut::limit);
  cuts_.erase(repeated.begin(), repeated.end());
}

void BodyHasher::feed(std::string_view chunk) {
  if (chunk.empty()) return;
  if (withheld_cr_) {
    withheld_cr_ = false;
    if (chunk.front() == '\n') {
      ++withheld_line_ends_;
      withheld_space_ = false;
      chunk.remove_prefix(1);
    } else {
      release_withheld();
      append("\r");
    }
  }
  switch (canonicalization_) {
    case Canonicalization::Simple:
      return feed_simple(chunk);
    case Canonicalization::Relaxed:
      return feed_relaxed(chunk);
  }
}

void BodyHasher::feed_simple(std::string_view chunk) {
  const std::size_t length = length_without_line_ends(chunk);
  if (length > 0) {
    release_withheld();
    append(chunk.substr(0, length));
  }
  withheld_line_ends_ += (chunk.size() - length) / kLineEnd.size();
  withheld_cr_ = chunk.ends_with('\r');
}

void BodyHasher::feed_relaxed(std::string_view chunk) {
  while (!chunk.empty()) {
    if (is_wsp(chunk.front())) {
      withheld_space_ = true;
      chunk.remove_prefix(1);
    } else if (chunk == "\r") {
      withheld_cr_ = true;
      return;
    } else if (chunk.starts_with(kLineEnd)) {
      ++withheld_line_ends_;
      withheld_space_ = false;
      chunk.remove_prefix(kLineEnd.size());
    } else {
      release_withheld();
      const std::size_t length = plain_length(chunk);
      append(chunk.substr(0, length));
      chunk.remove_prefix(length);
    }
  }
}

void BodyHasher::release_withheld() {
  static constexpr auto kLineEnds = [] {
    std::array<char, 512> ends{};
    for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = kLineEnd[i % kLineEnd.size()];
    return ends;
  }();
  while (withheld_line_ends_ > 0) {
    const auto count = std::min<std::uint64_t>(withheld_line_ends_, kLineEnds.size() / 2);
    append({kLineEnds.data(), 2 * static_cast<std::size_t>(count)});
    withheld_line_ends_ -= count;
  }
  if (withheld_space_) append(" ");
  withheld_space_ = false;
}

void BodyHasher::append(std::string_view canonical) {
  while (next_cut_ < cuts_.size() && cuts_[next_cut_].limit - length_ <= canonical.size()) {
    const std::size_t part = cuts_[next_cut_].limit - length_;
    hash_.append(canonical.substr(0, part));
    length_ += part;
    canonical.remove_prefix(part);
    take_cut();
  }
  length_ += canonical.size();
  if (wants_whole_ || next_cut_ < cuts_.size()) hash_.append(canonical);
}

void BodyHasher::take_cut() { cuts_[next_cut_++].digest = hash_.so_far(); }

std::vector<BodyDigest> BodyHasher::finish() {
  if (withheld_cr_) {
    release_withheld();
    append("\r");
  }
  // Whatever was withheld ends the body and counts as one line end; a body that ends without one
  // is given it. An empty body is an empty line for simple and nothing for relaxed.
  if (length_ > 0 || canonicalization_ == Canonicalization::Simple) append(kLineEnd);
  append({});
  const crypto::Digest whole = hash_.finish();
  std::vector<BodyDigest> digests;
  for (const BodyLimit& limit : limits_) {
    const std::uint64_t end = limit.value_or(length_);
    if (end > length_) {
      digests.push_back({whole, Coverage::TooShort});
      continue;
    }
    const auto cut = std::ranges::lower_bound(cuts_, end, {}, &Cut::limit);
    digests.push_back(
        {limit ? cut->digest : whole, end < length_ ? Coverage::Part : Coverage::Whole});
  }
  return digests;
}

}  // namespace waarmerk::policy::dkim
