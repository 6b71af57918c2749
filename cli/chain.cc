#include "cli/chain.h"

#include <utility>

#include "dns/recording.h"
#include "policy/auth_results.h"
#include "policy/author_domain.h"
#include "policy/dkim/key_cache.h"
#include "policy/dkim/verify.h"
#include "policy/evaluate.h"
#include "policy/header_section.h"

namespace waarmerk::cli {

ChainOutput run_chain(ChainInput input) {
  const policy::Settings& settings = input.settings;
  policy::HeaderSection header;
  for (const policy::HeaderField& field : input.message.fields) header.add(field);
  const policy::HeaderFields fields = header.fields();
  const std::string& id = settings.milter.authserv_id;
  const std::string authserv_id = id.empty() ? input.host : id;
  const auto forged =
      policy::unwanted_fields(fields, settings.milter, authserv_id, header.unread_claims());

  dns::MessageLookup lookup(input.resolver);
  policy::dkim::KeyCache keys;
  const auto verifier = policy::dkim::make_verifier(settings.engine, keys);
  if (!header.is_oversized()) {
    verifier->begin(fields, policy::dkim_options(settings, policy::author_domains(fields)));
    for (const dns::Question& question : verifier->key_questions()) lookup.prefetch(question);
    if (verifier->wants_body()) verifier->feed(input.message.body);
  }

  policy::MessageParts parts = std::move(input.parts);
  parts.fields = fields;
  parts.oversized_header = header.is_oversized();
  parts.verifier = verifier.get();
  parts.receiver = input.host;
  parts.forged_fields = static_cast<unsigned>(forged.size());

  ChainOutput output;
  reporting::Record& record = output.record;
  record.node = input.host;
  record.mode = settings.mode;
  record.engine = settings.engine;
  record.facts = policy::gather(parts, settings, lookup, input.now + settings.dns.message_budget);
  record.verdict = policy::evaluate(record.facts, settings);
  output.actions = milter::plan(record.verdict, record.facts, forged, authserv_id);
  return output;
}

}  // namespace waarmerk::cli
