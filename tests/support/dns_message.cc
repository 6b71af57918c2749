// Writes DNS replies.
#include "tests/support/dns_message.h"

#include "base/text.h"

namespace waarmerk::test {
namespace {

constexpr unsigned kClassIn = 1;
constexpr unsigned kTypeOpt = 41;
/// Points to the name of the question.
constexpr std::string_view kSameName("\xC0\x0C", 2);

std::string tail(unsigned rr_class, std::uint32_t ttl, std::string_view rdata) {
  return wire_u16(rr_class) + wire_u32(ttl) + wire_u16(static_cast<unsigned>(rdata.size())) +
         std::string(rdata);
}

}  // namespace

std::string wire_u16(unsigned value) {
  return {static_cast<char>(value >> 8U & 0xFFU), static_cast<char>(value & 0xFFU)};
}

std::string wire_u32(std::uint32_t value) {
  return wire_u16(value >> 16U) + wire_u16(value & 0xFFFFU);
}

std::string wire_string(std::string_view octets) {
  return static_cast<char>(octets.size()) + std::string(octets);
}

std::string wire_name(std::string_view text) {
  std::string wire;
  if (!text.empty() && text != ".") {
    for (const auto label : split(text, '.')) wire += wire_string(label);
  }
  return wire + '\0';
}

std::string wire_soa(std::uint32_t minimum) {
  std::string rdata = wire_name("ns.example") + wire_name("hostmaster.example");
  for (const std::uint32_t number : {1U, 7200U, 3600U, 86400U, minimum}) rdata += wire_u32(number);
  return rdata;
}

std::string wire_extended_error(unsigned code, std::string_view text) {
  return wire_u16(15) + wire_u16(static_cast<unsigned>(text.size() + 2)) + wire_u16(code) +
         std::string(text);
}

ReplyWriter::ReplyWriter(std::uint16_t id, const dns::Question& question)
    : id_(id),
      question_(wire_name(question.name.text()) + wire_u16(static_cast<unsigned>(question.type)) +
                wire_u16(kClassIn)) {}

ReplyWriter& ReplyWriter::flags(unsigned bits) {
  flags_ |= bits;
  return *this;
}

ReplyWriter& ReplyWriter::answer(unsigned type, std::uint32_t ttl, std::string_view rdata) {
  return answer(kSameName, type, ttl, rdata);
}

ReplyWriter& ReplyWriter::answer(std::string_view owner, unsigned type, std::uint32_t ttl,
                                 std::string_view rdata) {
  return record(answers_, owner, type, tail(kClassIn, ttl, rdata));
}

ReplyWriter& ReplyWriter::authority(std::string_view owner, unsigned type, std::uint32_t ttl,
                                    std::string_view rdata) {
  return record(authorities_, owner, type, tail(kClassIn, ttl, rdata));
}

ReplyWriter& ReplyWriter::opt(std::string_view options, unsigned upper_rcode) {
  return record(additionals_, wire_name("."), kTypeOpt, tail(1232, upper_rcode << 24U, options));
}

ReplyWriter& ReplyWriter::record(unsigned& count, std::string_view owner, unsigned type,
                                 std::string_view class_ttl_rdata) {
  ++count;
  records_ += owner;
  records_ += wire_u16(type);
  records_ += class_ttl_rdata;
  return *this;
}

std::string ReplyWriter::octets() const {
  std::string message = wire_u16(id_) + wire_u16(flags_);
  for (const unsigned count : {1U, answers_, authorities_, additionals_}) {
    message += wire_u16(count);
  }
  return message + question_ + records_;
}

}  // namespace waarmerk::test
