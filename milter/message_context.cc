#include "milter/message_context.h"

#include <algorithm>

#include "base/text.h"
#include "policy/author_domain.h"
#include "policy/dmarc/discovery.h"
#include "policy/spf/evaluate.h"

namespace waarmerk::milter {

namespace {

/// So many signatures have their key asked early, and so many of those the walk from their domain.
/// The rest is asked when it is needed.
constexpr unsigned kMaxEarlyKeys = 10;
constexpr unsigned kMaxEarlyWalks = 3;
/// So many From fields have the records of their domains asked early; honest mail has one.
constexpr unsigned kMaxEarlyAuthors = 3;

constexpr std::string_view kSignature = "DKIM-Signature";
constexpr std::string_view kFrom = "From";

/// The d= of a signature, from the name of its key.
Result<DomainName> signing_domain(const DomainName& key_name) {
  constexpr std::string_view kInfix = "._domainkey.";
  // The last one: a selector may hold another.
  const auto infix = key_name.text().rfind(kInfix);
  if (infix == std::string::npos) return fail("not the name of a key");
  return DomainName::from_octets(std::string_view(key_name.text()).substr(infix + kInfix.size()));
}

}  // namespace

std::string envelope_address(std::string_view argument) {
  std::string_view address = trim(argument);
  if (address.starts_with('<')) address.remove_prefix(1);
  if (address.ends_with('>')) address.remove_suffix(1);
  if (address.starts_with('@')) {
    const auto route_end = address.find(':');
    if (route_end != std::string_view::npos) address.remove_prefix(route_end + 1);
  }
  return std::string(address);
}

MessageContext::MessageContext(std::shared_ptr<const policy::Settings> settings, Origin origin,
                               dns::Lookup& lookup)
    : settings_(std::move(settings)),
      list_(policy::list_in_force(*settings_)),
      origin_(std::move(origin)),
      lookup_(lookup) {
  if (!is_exempt()) prefetch_envelope();
}

void MessageContext::prefetch_envelope() {
  const std::string& helo = origin_.client.helo;
  const auto sender = policy::spf::mail_from_identity(origin_.mail_from, helo);
  if (sender.domain) {
    policy::spf::prefetch(*sender.domain, lookup_);
    prefetch_identifier(*sender.domain);
  }
  const auto host = policy::spf::helo_identity(helo);
  if (host.domain) policy::spf::prefetch(*host.domain, lookup_);
}

void MessageContext::add_recipient(std::string address) {
  ++recipient_count_;
  if (recipients_.size() == kMaxRecipients ||
      recipient_bytes_ + address.size() > kMaxRecipientBytes) {
    return;
  }
  recipient_bytes_ += address.size();
  recipients_.push_back(std::move(address));
}

void MessageContext::add_field(policy::HeaderField field) {
  if (headers_ended_) {
    note_fault("a header field came after the end of the header");
    return;
  }
  const policy::HeaderField* kept = header_.add(std::move(field));
  if (header_.lost_claims()) note_fault("more fields that could be ours than can be removed");
  if (kept != nullptr && !is_exempt()) prefetch_for(*kept);
}

void MessageContext::prefetch_for(const policy::HeaderField& field) {
  if (field.is(kFrom)) {
    if (++authors_ > kMaxEarlyAuthors) return;
    const policy::Author author = policy::author_domains(policy::HeaderFields(&field, 1));
    for (const DomainName& domain : author.domains) prefetch_author(domain);
    return;
  }
  if (!field.is(kSignature) || signatures_ >= kMaxEarlyKeys) return;
  ++signatures_;
  const auto key = policy::dkim::key_question(field.value);
  if (!key) return;
  lookup_.prefetch(*key);
  if (signatures_ > kMaxEarlyWalks) return;
  if (const auto domain = signing_domain(key->name)) prefetch_identifier(*domain);
}

void MessageContext::prefetch_author(const DomainName& domain) {
  if (list_ != nullptr) return policy::dmarc::prefetch_listed(domain, *list_, lookup_);
  policy::dmarc::prefetch(domain, lookup_);
}

void MessageContext::prefetch_identifier(const DomainName& domain) {
  // By the list its organizational domain is known without a question.
  if (list_ == nullptr) policy::dmarc::prefetch(domain, lookup_);
}

void MessageContext::end_headers(policy::dkim::KeyCache& keys) {
  if (headers_ended_) return;
  headers_ended_ = true;
  if (is_exempt() || has_failed() || header_.is_oversized()) return;
  verifier_ = policy::dkim::make_verifier(settings_->engine, keys);
  verifier_->begin(fields(), policy::dkim_options(*settings_, policy::author_domains(fields())));
}

bool MessageContext::wants_body() const {
  return verifier_ != nullptr && !has_failed() && verifier_->wants_body();
}

void MessageContext::add_body(std::string_view chunk) {
  if (wants_body()) verifier_->feed(chunk);
}

void MessageContext::fail(std::string phrase) {
  if (failure_.empty()) failure_ = std::move(phrase);
}

void MessageContext::note_fault(std::string what) {
  if (fault_.empty()) fault_ = std::move(what);
}

policy::MessageParts MessageContext::parts() const {
  policy::MessageParts parts;
  parts.client = origin_.client;
  parts.exemption = origin_.exemption;
  parts.mail_from = origin_.mail_from;
  parts.recipients = recipients_;
  parts.recipient_count = recipient_count_;
  parts.fields = fields();
  parts.oversized_header = header_.is_oversized();
  if (!has_failed()) parts.verifier = verifier_.get();
  parts.internal_error = failure_;
  return parts;
}

}  // namespace waarmerk::milter
