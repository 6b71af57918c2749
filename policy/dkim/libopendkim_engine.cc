// Canonicalization and hashes by libopendkim. The only file that knows the library.
#include "policy/dkim/libopendkim_engine.h"

#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

// The header is written for C99.
#define _Bool bool
#include <opendkim/dkim.h>
#undef _Bool

#include "base/tag_list.h"
#include "base/text.h"

namespace waarmerk::policy::dkim {
namespace {

constexpr std::size_t kMaxSignatureField = std::size_t{32} << 10U;
constexpr std::size_t kMaxSignedNames = 4'000;
constexpr std::size_t kMaxIdentity = 200;
/// The library reads l= into a signed number.
constexpr std::uint64_t kMaxBodyLength = std::uint64_t{1} << 31U;
/// Seconds that a date may be off the library's clock, which is not the time that we verify at: far
/// more than any honest date is, since dates are judged by the verifier and not here. It is taken
/// from t= without regard to a sign, so no date may be earlier; DKIM is younger than 2001.
constexpr std::uint64_t kClockDrift = 1'000'000'000;
constexpr std::chrono::seconds kEarliestDate{kClockDrift};
constexpr std::chrono::seconds kLatestDate{253'402'300'799};
/// Every piece of memory that the library gets is zeroed and longer than it asked for.
constexpr std::size_t kSlack = 128;

void* allocate(void*, std::size_t size) { return std::calloc(1, size + kSlack); }
void release(void*, void* memory) { std::free(memory); }

DKIM_CBSTAT no_key(DKIM*, DKIM_SIGINFO*, unsigned char*, std::size_t) {
  return DKIM_CBSTAT_NOTFOUND;
}

/// Made when it is first needed, and kept: handles of messages refer to it.
DKIM_LIB* library() {
  static DKIM_LIB* const made = [] {
    DKIM_LIB* lib = dkim_init(allocate, release);
    if (lib == nullptr) return lib;
    unsigned flags = DKIM_LIBFLAGS_DELAYSIGPROC | DKIM_LIBFLAGS_BADSIGHANDLES;
    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags, sizeof flags);
    std::uint64_t drift = kClockDrift;
    dkim_options(lib, DKIM_OP_SETOPT, DKIM_OPTS_CLOCKDRIFT, &drift, sizeof drift);
    dkim_set_key_lookup(lib, no_key);
    return lib;
  }();
  return made;
}

struct MessageDeleter {
  void operator()(DKIM* message) const { dkim_free(message); }
};
using Message = std::unique_ptr<DKIM, MessageDeleter>;

bool has_odd_octets(std::string_view text) {
  return text.find_first_of(std::string_view("\0\v\f", 3)) != std::string_view::npos;
}

/// Watches octets for a CR or LF that stands alone, in any chunking.
class LineEndWatch {
 public:
  void look_at(std::string_view chunk) {
    for (const char c : chunk) {
      saw_bare_ = saw_bare_ || (c == '\n') != after_cr_;
      after_cr_ = c == '\r';
      in_line_ = c != '\n';
    }
  }
  /// Also when the text ends here.
  [[nodiscard]] bool saw_bare() const { return saw_bare_ || after_cr_; }
  /// One was seen that nothing can complete.
  [[nodiscard]] bool is_sure() const { return saw_bare_; }
  /// The last line has no end yet.
  [[nodiscard]] bool in_line() const { return in_line_; }

 private:
  bool saw_bare_ = false;
  bool after_cr_ = false;
  bool in_line_ = false;
};

bool has_bare_line_end(std::string_view text) {
  LineEndWatch watch;
  watch.look_at(text);
  return watch.saw_bare();
}

/// Why the library is not given this signature; nullptr if it is.
const char* signature_problem(const HeaderField& field, const Signature& signature) {
  const std::string_view value = field.value;
  if (value.size() > kMaxSignatureField) return "the signature field is too long";
  if (!is_all_ascii(value)) return "the signature field is not ASCII";
  const auto tags = TagList::parse(value);
  if (!tags) return "the signature field cannot be read";
  for (const Tag& tag : tags->tags()) {
    const std::string_view name = tag.name;
    if (name == "h" && tag.value.size() > kMaxSignedNames) return "h= is too long";
    if (name == "i" &&
        (tag.value.size() > kMaxIdentity || std::ranges::count(tag.value, '@') > 1)) {
      return "i= is too long or has more than one @";
    }
    if (name == "i" && tag.value.find('=') != std::string_view::npos) return "i= has escapes";
    // The library finds the value of b= by the one letter before a '='.
    if (name != "b" && name.ends_with('b')) return "the name of a tag ends in b";
  }
  if (!trim(signature.before_b).ends_with("b=")) return "white space before the = of b=";
  const auto is_extreme = [](const std::optional<std::chrono::seconds>& date) {
    return date && (*date < kEarliestDate || *date > kLatestDate);
  };
  if (is_extreme(signature.timestamp) || is_extreme(signature.expiration)) return "an extreme date";
  if (signature.body_length && *signature.body_length > kMaxBodyLength) return "l= is too large";
  for (std::string_view names = signature.signed_names; !names.empty();) {
    if (iequals(take_name(names), "DKIM-Signature")) return "signs other signatures";
  }
  return nullptr;
}

/// Why the library is given none of this header; nullptr if it is.
const char* header_problem(HeaderFields fields) {
  if (fields.size() > kMaxLibraryFields) return "too many header fields";
  std::size_t octets = 0;
  std::size_t others = 0;
  for (const HeaderField& field : fields) {
    octets += field.name.size() + field.value.size() + 3;
    if (field.name.empty() || has_odd_octets(field.name) || has_odd_octets(field.value) ||
        has_bare_line_end(field.name) || has_bare_line_end(field.value)) {
      return "odd octets in the header";
    }
    if (!field.is("DKIM-Signature")) ++others;
  }
  if (octets > kMaxLibraryHeader) return "too long a header";
  return others == 0 ? "no header field but signatures" : nullptr;
}

unsigned char* as_octets(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::optional<crypto::Digest> digest_of(const void* octets, std::size_t size) {
  crypto::Digest digest{};
  if (octets == nullptr || size != digest.size()) return std::nullopt;
  std::memcpy(digest.data(), octets, digest.size());
  return digest;
}

class LibopendkimHasher final : public Hasher {
 public:
  void begin(HeaderFields fields, std::vector<HashTask> tasks) override;
  void feed(std::string_view chunk) override;
  void end_of_body() override;
  [[nodiscard]] std::expected<Hashes, std::string> hashes(std::size_t task) override;

 private:
  void give_up(std::string why);
  [[nodiscard]] Coverage coverage(DKIM_SIGINFO* signature) const;
  void feed_field(const HeaderField& field);

  std::vector<HashTask> tasks_;
  /// For each task its number among those that were fed, or why it was not.
  std::vector<std::expected<std::size_t, std::string>> fed_;
  Message message_;
  /// Why the library has no hashes for this message; empty if it has.
  std::string problem_;
  LineEndWatch line_ends_;
  std::uint64_t body_length_ = 0;
};

void LibopendkimHasher::give_up(std::string why) {
  if (problem_.empty()) problem_ = std::move(why);
  message_.reset();
}

/// The library numbers signatures as they are fed: only those that it can take are.
void LibopendkimHasher::begin(HeaderFields fields, std::vector<HashTask> tasks) {
  tasks_ = std::move(tasks);
  fed_.assign(tasks_.size(), std::unexpected(std::string()));
  if (const char* problem = header_problem(fields)) return give_up(problem);
  DKIM_LIB* lib = library();
  DKIM_STAT status = DKIM_STAT_OK;
  if (lib != nullptr) {
    const std::string id = "message";
    const void* name = id.c_str();
    message_.reset(dkim_verify(lib, static_cast<const unsigned char*>(name), nullptr, &status));
  }
  if (message_ == nullptr) return give_up("the library gave no handle");

  std::size_t count = 0;
  for (std::size_t i = 0; i < fields.size() && message_ != nullptr; ++i) {
    if (!fields[i].is("DKIM-Signature")) {
      feed_field(fields[i]);
      continue;
    }
    const auto task = std::ranges::find(tasks_, i, &HashTask::position);
    if (task == tasks_.end()) continue;
    auto& place = fed_[static_cast<std::size_t>(task - tasks_.begin())];
    if (const char* problem = signature_problem(fields[i], *task->signature)) {
      place = std::unexpected(std::string(problem));
      continue;
    }
    place = count++;
    feed_field(fields[i]);
  }
  if (message_ == nullptr) return;
  if (count == 0) return give_up("no signature that the library can take");
  status = dkim_eoh(message_.get());
  if (status != DKIM_STAT_OK) give_up("the library refused the header");
}

void LibopendkimHasher::feed_field(const HeaderField& field) {
  std::string line = field.name + ':' + field.value;
  if (dkim_header(message_.get(), as_octets(line), line.size()) != DKIM_STAT_OK) {
    give_up("the library refused a header field");
  }
}

void LibopendkimHasher::feed(std::string_view chunk) {
  if (message_ == nullptr || chunk.empty()) return;
  line_ends_.look_at(chunk);
  if (line_ends_.is_sure()) return give_up("a bare CR or LF in the body");
  body_length_ += chunk.size();
  std::string octets(chunk);
  if (dkim_body(message_.get(), as_octets(octets), octets.size()) != DKIM_STAT_OK) {
    give_up("the library refused the body");
  }
}

/// The library wants the end of the last line that both canonicalizations add. RFC 6376 3.4.3
void LibopendkimHasher::end_of_body() {
  if (line_ends_.saw_bare()) give_up("a bare CR or LF in the body");
  if (message_ != nullptr && line_ends_.in_line()) feed("\r\n");
  if (message_ == nullptr) return;
  bool is_test_key = false;
  // Its verdict is about keys that it was not given.
  static_cast<void>(dkim_eom(message_.get(), &is_test_key));
}

std::expected<Hashes, std::string> LibopendkimHasher::hashes(std::size_t task) {
  const auto& fed = fed_[task];
  if (!fed && !fed.error().empty()) return std::unexpected(fed.error());
  if (!problem_.empty()) return std::unexpected(problem_);
  DKIM_SIGINFO** signatures = nullptr;
  int count = 0;
  if (dkim_getsiglist(message_.get(), &signatures, &count) != DKIM_STAT_OK ||
      std::cmp_greater_equal(*fed, count)) {
    return std::unexpected("the library lost a signature");
  }
  DKIM_SIGINFO* signature = signatures[*fed];
  // A signature with another error than the missing key was not hashed, and the library ends the
  // process when it is asked for those hashes.
  const int error = dkim_sig_geterror(signature);
  if (error != DKIM_SIGERROR_NOKEY) {
    return std::unexpected("the library found an error: " +
                           printable(dkim_sig_geterrorstr(error), 100));
  }
  void* header = nullptr;
  void* body = nullptr;
  std::size_t header_size = 0;
  std::size_t body_size = 0;
  if (dkim_sig_gethashes(signature, &header, &header_size, &body, &body_size) != DKIM_STAT_OK) {
    return std::unexpected("the library made no hash");
  }
  const auto header_digest = digest_of(header, header_size);
  const auto body_digest = digest_of(body, body_size);
  if (!header_digest || !body_digest)
    return std::unexpected("the library's hashes are not SHA-256");
  return Hashes{*header_digest, {*body_digest, coverage(signature)}};
}

/// The library does not count what it left out behind l=: only a body that is as long as l= before
/// canonicalization is sure to be covered whole.
Coverage LibopendkimHasher::coverage(DKIM_SIGINFO* signature) const {
  ssize_t canonical = 0;
  ssize_t limit = 0;
  const auto status = dkim_sig_getcanonlen(message_.get(), signature, nullptr, &canonical, &limit);
  if (status != DKIM_STAT_OK) return Coverage::TooShort;
  if (limit < 0) return Coverage::Whole;
  if (canonical < limit) return Coverage::TooShort;
  return std::cmp_equal(body_length_, limit) ? Coverage::Whole : Coverage::Part;
}

}  // namespace

std::unique_ptr<Hasher> make_libopendkim_hasher() { return std::make_unique<LibopendkimHasher>(); }

}  // namespace waarmerk::policy::dkim
