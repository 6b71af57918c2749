#include "reporting/delivery/smtp_conversation.h"

#include "base/text.h"

namespace waarmerk::reporting {
namespace {

constexpr std::size_t kMaxReply = 300;

}  // namespace

void SmtpConversation::sent(std::string_view line) {
  if (stage_ == Stage::Over) return;
  if (istarts_with(line, "RCPT ")) stage_ = Stage::Recipient;
  if (istarts_with(line, "DATA")) stage_ = Stage::Data;
  // What comes of saying goodbye concerns nobody.
  if (istarts_with(line, "QUIT")) stage_ = Stage::Over;
}

void SmtpConversation::received(std::string_view line) {
  if (stage_ == Stage::Over) return;
  reply_ = printable(trim_right(line), kMaxReply);
  replied_ = stage_;
  if (stage_ == Stage::Data && line.starts_with('3')) {
    stage_ = Stage::Content;
    reply_.clear();
  }
}

Handover SmtpConversation::outcome(std::string_view trouble) const {
  const char kind = reply_.empty() ? '\0' : reply_.front();
  if (replied_ == Stage::Content && kind == '2') return {Handover::Kind::Taken, reply_};
  if (kind == '5' && replied_ != Stage::Opening) return {Handover::Kind::Refused, reply_};
  if (kind == '4' || kind == '5') return {Handover::Kind::NotNow, reply_};
  return {Handover::Kind::NotNow, printable(trouble, kMaxReply)};
}

}  // namespace waarmerk::reporting
