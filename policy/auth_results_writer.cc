// Writes our Authentication-Results field: the syntax. What it says is in auth_results_content.cc.
// RFC 8601 2.2
#include <algorithm>

#include "policy/auth_results.h"
#include "policy/auth_results_grammar.h"
#include "policy/field_text.h"

namespace waarmerk::policy {
namespace {

/// A value, a reason or a comment has at most so many octets, which is room for any domain name.
constexpr std::size_t kMaxText = 256;

/// What stands before the body on its first line: the name, the colon and a space.
constexpr std::size_t kNameWidth = kAuthResultsName.size() + 2;

/// Network text that cannot pass for a result of ours. Many filters do not parse the field, they
/// search it for "dmarc=pass" or cut it at every ';', in quotes or not: so no text keeps a ';', and
/// only base64 padding keeps its '='.
std::string defused(std::string_view text) {
  std::string safe = phrase(text, kMaxText);
  const auto last = safe.find_last_not_of('=');
  const std::size_t end = last == std::string::npos ? 0 : last;
  std::ranges::replace(safe, ';', ',');
  std::replace(safe.begin(), safe.begin() + static_cast<std::ptrdiff_t>(end), '=', ':');
  return safe;
}

/// True for an address without quotes, such as "@example.com".
bool is_bare_address(std::string_view text) {
  if (text.find('@') == std::string_view::npos) return false;
  if (text.find_first_of("\" ") != std::string_view::npos) return false;
  AuthResultsLexer lexer(text);
  const auto segment = lexer.next();
  // Comments and a ';' would be lost on the way.
  return segment && lexer.done() && raw_text(*segment) == text && is_address(*segment);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// A token as it is, anything else quoted. RFC 8601 2.2, R-10
std::string value(std::string_view text) {
  return is_token(text) ? std::string(text) : quoted(text);
}

/// The same, but an address needs no quotes either. RFC 8601 2.2, R-10
std::string property_value(std::string_view text) {
  return is_bare_address(text) ? std::string(text) : value(text);
}

/// ` (text)`, or nothing for an empty text. The text cannot open or close a comment.
std::string comment(std::string_view text) {
  std::string safe = defused(text);
  if (safe.empty()) return safe;
  std::ranges::replace(safe, '(', '[');
  std::ranges::replace(safe, ')', ']');
  std::ranges::replace(safe, '\\', '/');
  return " (" + safe + ")";
}

std::string resinfo(const MethodResult& result) {
  std::string text = result.method;
  if (result.version != 1) text += "/" + std::to_string(result.version);
  text += "=" + result.result + comment(result.comment);
  if (const std::string reason = defused(result.reason); !reason.empty()) {
    text += " reason=" + value(reason);
  }
  for (const auto& [name, property] : result.properties) {
    text += " " + name + "=" + property_value(defused(property));
  }
  return text;
}

}  // namespace

std::string write_auth_results(const AuthenticationResults& results) {
  std::string id = value(phrase(results.authserv_id, kMaxText));
  if (results.version != 1) id += " " + std::to_string(results.version);
  std::string out;
  std::size_t column = kNameWidth;
  append_folded(out, column, id + ";");
  std::size_t written = 0;
  for (; written < std::min(results.results.size(), kMaxWrittenResults); ++written) {
    std::string line = "\n ";
    std::size_t line_column = 1;
    append_folded(line, line_column, resinfo(results.results[written]) + ";");
    if (out.size() + line.size() > kMaxWrittenOctets) break;
    out += line;
    column = line_column;
  }
  std::string rest = comment(results.comment);
  if (results.results.empty()) {
    rest = " none" + rest;
  } else {
    out.pop_back();
  }
  if (const std::size_t left = results.results.size() - written; left > 0) {
    rest += comment(std::to_string(left) + " more results are not listed");
  }
  append_folded(out, column, rest);
  return out;
}

std::string write_auth_results(std::string_view authserv_id, const Facts& facts,
                               const Verdict& verdict, const Login& login) {
  return write_auth_results(auth_results_of(authserv_id, facts, verdict, login));
}

}  // namespace waarmerk::policy
