// RSA and Ed25519 signatures over messages, made with OpenSSL from keys that stand here.
#include "tests/support/dkim_signer.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "base/base64.h"
#include "base/text.h"

namespace waarmerk::support {
namespace {

// Private keys in DER form (RFC 8017 A.1.2 and RFC 8410 7), base64. For tests only.
constexpr std::string_view kRsa2048 =
    "MIIEowIBAAKCAQEA8/0exsKyahfMZSfHYhRSxzZtZxps77FPa7jWZlg0QCb9TuWYar0HDTQb5aNufTU4y6UuOlKT"
    "/Agv1vUd8vq/AINBdNoTE2REW4mYRPp2lQ27GVxlFnAKO5PY5fbuJ3/GvR8jU7Nh6GQxqnbfso8N8T1OGuJ3obck"
    "JzpTI91VONHzUu25g8+nns8j/KBAScUSseAqwtD7KQgvxwB/AOaPhY8ONf1UNuJLwGIz+qbjeTN0sEe4MGBWknRR"
    "7LkULp51vsSwbDCBMmoSkvgYnJ1sHVlao3NvC9KoMyzCfWePZfmheOCMo12M1E8iJuVY2f/4RE8FC6A+BV2wiZHX"
    "GHBBHQIDAQABAoIBAA5IM5A+bture3UzZCYvWt4a50IJB7XrKuM7HV+9y4cy0RKYeXjMCljhQz3IuIu/PQ0cpO1Y"
    "jp2K7CP40rE5sMsKo97/cezpal/yWLW29JCKjnhwUmGDGvI8WA60CuJIhj1lUHfSkQldrhOUpEkLOy1zIXqM5aRT"
    "eFwMe7fmeZnbARCwzZknHFizsZtu4K0eSYMBCio5bOSlK6uRYhsnBEzwbpqSIdXcTrsMLT8E+bGIRAM6vVcyq3Vu"
    "cpfix18PGYA017poKpJz+NUNoU+b9LdoK3eVtzqy9o6ZjgJ8wYEx/KKs/85wBWvOPl+6Wusf8xRtqdgrK5l+zW6y"
    "WTVSq5ECgYEA/Ndp4ytUbu/0gZMMza8+diktj9ltRspmJns2FcCbuTIUCSCxAru/6sYmUC+9YRU3DxvtUFtohkFc"
    "wj7l7+2wL0lgIIj4xTFnOQYZnjqLx5Ha9yYu7shmS6D5dX012nvfn/l0gyE/GxP9ddxKAncS03KtQSnZGN2F8bfc"
    "eHRum7ECgYEA9wllSccoqFI6QdfNIUqIkkVttbyoC/vdlxGQRq6CKToGBPdaZ6t40uX8rNexdQKkwhqAK8+P4pgz"
    "eF4J6UpKtiWxLLDTVnaoCset0quF2ef5lYEowMPvmyUJTW6EfPJG3GaSdY0kJIVM6Aj18xL5Rn5EgYL7/ttw+7IC"
    "QEhs0y0CgYB7+ghSuqFZEFHc40To6h//gmtz2JIrnvz9q3a2rc3tvi9y1lPVWkhdjzGkKfR7URLBVtlDiL607gHU"
    "wVCwF+VHGnyHF4Kb9oB9xo7zNhPqFIvAmjlzHlKCjPkk8fNhIVJit8e4sKmn1mJ200B6+vYBNn7br/Bir+SIxLXX"
    "XogJ0QKBgQDZ6Q3R4L46jB4bipLF9Qs3i8rU7w+FUq0K31FXKARk/Wvl4ZN7s0QnNPyIMtO0lZpkJiA9hSA1D3EH"
    "klxHz2LL/b+l3mzt7kkZCT6JgQfXSctdV8ttDulC/46PIRf5Z3WeYVR8IP5qwLMwUwcxXeFJj4Q6giJrk4K8Yy+d"
    "KMXmGQKBgAwVMR0fiNAnDlR6wdRRQOOJKdA61f++QLJ2Rc0vPyEzhQ5g3mK9zKzmRP5wmuydfciH2Jy/vdOAmLSe"
    "0kYdjxIzkH9iHwkp8mEzup5wi6VYTt34+WazFlfQh4f846yYtVJY2A+xB7tJAPGJ7ULStWRJDE/O6Ew0bYhw3U7L"
    "Hgf4";
constexpr std::string_view kOtherRsa2048 =
    "MIIEpQIBAAKCAQEA1b1EV9d5CkgmWg98FkhtXhHj6lJaOiee//BninBh5SSyvca9kpjHcZyOdhdh9mS3f1pb5+kI"
    "peaGx3Qk1tIBScULVOtSy4/vkpoJa2BZFYk3CoVYmPU+gWlRNkT7WUQBfpMIO3LWJLKl9geU3MhrbptY8Jw8T2pH"
    "N8XH4z9+4nOFT8QpCaVM1SLLeViQ9kwyRzCAugcmV3gf7yNW/rQ3myx19EZA8yNhM9BxWYZJWxASERkkRhose/Pf"
    "PqJEseYfLSjDihRbkYP/ylH3bomT3C4P6PNoC41bK6tOTp+e4nHfIBN1B3qa6gkuaC6mJHkHk216W39U37Cds3Aa"
    "qK7hQwIDAQABAoIBACYqE2fz64LwexidpzR7XjvrydxvM/kqVfOxQ2uuwWwe72N/dx4T9ZjNsYpYhn9uYG12/u4b"
    "6BVnYi1/CYzqFpzLeEiDdFcwrkBpDMGFhKKZy6AvSzCUqcKFwaCFFLRNtk6ZhmDHEoGe/I8/r0704mnvhyP/Ya10"
    "dp74y8ZB8jAQyKt7aJ3xy0zDwDzJhufINQjWrsQSo6hcY1aK0e5fnB0+m3Th3NUBGYss5LNMUSzHcngbSEKHidnj"
    "gg4lYAJyEH0i4idrsSHxv3DtP4/Zeyy4LfnG9q4/GMmkWx/VZRYIP+DniVn5vamrDlw9qpik6aSgDDattlHUwfdH"
    "lVwUtTECgYEA/kHq9nDeCQiIObLCYIaWTnQmmgLLkNzfyNGOHJTMm413ZBmU3sJt9ix5nWd2qZn5HblYkrLbyttj"
    "C6Pz733A54jQXM9Y4ddcuxVPvohUSHmDQDLvQTHt2wAN1KNVM54cjX2OiIR/U7fh9qNYO7Go3fPrt58ItaGDRcvL"
    "x82eGF8CgYEA1zRDFAcHB6BYp7piesnGJfTShLEqAEIyOhY6mt0HievIZLC0aKWTMOsb2e+ARzew5Qn25vEZRTM9"
    "kMHD2yLceqVHImFZD/vOxOOib5EV23XYYxKfBzCnLbkhuXUGfnGASVcZ/EYCavSIb9UGkd0DTcX5A3mcLyg7sukj"
    "rN0IcZ0CgYEA0K4Ph7b5NZbQH/MMwCaWZMvGBu+2Xi46ads8dU7XY/BHBlxMqEwR7lNweXU6mlbqdK/z92tfI+7O"
    "KvaktnKTCjVrNlFkFPAqhs4mBi5kZpt80ws6/Vpaaz1vHI/11Qi3TJW5j2iYDIFGr6Q/PbdB7vFNDQc1IcXvNTDg"
    "Dxw+3qcCgYEAkqj8Oc7cPJdLM+typ8mQr1dcjK+MNyblwe5aPCX7uEOmivBd0p9cY08m6OwumNpcRIr458RRe3aD"
    "M37JsjLc3Px8MPL01k6+SDH2BmBy6+Aw+ru7AxRmKmPrls8pAMzrJ5AjlmhDx44k2UntM0TStpL/tB2RkhWyMahu"
    "9qSf14UCgYEA0TyssGp5+2OGrE2jlqA4nlbyiWM5iP8J37A1zqN6LpHX7cpIon+kg/OmgUSaxhW58622dDtH03LW"
    "2vOFn7EpSpxpRjHgwhSBDntGTQJhtnaQuYa6K0kB35pPAj/pu2JOah4KShSR1FSK/jrlS/aB3VTYtmSZ3EqdNfm7"
    "TWEJ+Xk=";
constexpr std::string_view kRsa1024 =
    "MIICXQIBAAKBgQDC/rvxUi7+/YHh417fjL6n8OC5FC3olBY9QgS589beXkDnNgXfnByHmWEKlXRYcyPnKScxnz3E"
    "kz911EZLSL+NnCuKWsRgb2eMcsvt6rcYDBUs5sKR+gzQobOFLKK8aAD2NXhySrsDvqi6Mo1GFc59FRWvXYmJhFEJ"
    "He+T3cOWeQIDAQABAoGASzCc2h4dnxez2J2rPLpx3iJlFRjx5ugLd02YsveSmCZyEnXjZ+kzmxoKsGEW/vBPHNji"
    "kyDbWYyKAO58uJTxv4TACZx1VIJYs06kBP+xAkqvyZXnGeS0pfi2PzM3xmTS5dz/OdtYhJXgmgCgainz//WdciXa"
    "ovtYwdmaIu3D230CQQD7e6M0VQ6JqiLLuXBg/plRqq3k4C/eDJO/Wq9IAOmJfRYOzxI3kBsEPuFSleJxYH1JWGA6"
    "c0MHtmdKfKnyE30LAkEAxn9a+9u2mEMYHHzpYwslvNDo2cg1ekwgWAHHDstSJiHzQfOR/ZtVqgqLJ1wV3n6IVZ4M"
    "vaKmqbTOeeiFFfQFCwJAUGjw/zuvIU94PsG1cB4YMeesIIGabJqC5218nD5GbgLD+co2HfQC33GnpDtuoyfiB4Ct"
    "jCLsrNui3UtNH60hjwJBAJtsDt6T68YPCusLd2bAzLyqSxhzJkRrJQwj4CwaUWlgPeuO/um3Xfz1on2gIdOD+dYo"
    "GcvGdn78/or/4G0PE38CQQDky811ZxwZQECvqCNjS87B91RFOawxhCy5EZgBrt9xczt07mSFm9rYI+DjbJ87jqzQ"
    "D8Nmyazisdsz+m+u9IXv";
constexpr std::string_view kRsa768 =
    "MIIBzAIBAAJhAMh4C2EU2ZhJ4WY9gEyRAQv6teoPW6S5xCyr2UjHiWvDvayZdzkCUpfyS3hspP1wJjR4jB0SaRNz"
    "1PRxD18TLNPy1Z8IT8oZmrpKl0DOHmVQrGhTCuepbmEWqWAh4xv07wIDAQABAmEAt7TScLejo5vok0G+xeuHswug"
    "EwrZ531Y2brtlnVMaFXrBjVofPS07YtbP9MH6zwOFRU0jpE8BunYZtbtKBj6x/EO3RjWCENBifxi8fUTc8q87hPa"
    "jGE5QHUfg/KHvDdZAjEA/JBNmcevC2ylFmywkN1q30y0sHb0W2XdKzTE7/BysNJgeYzEdrTmqMJhY9PavsO9AjEA"
    "yzJKqYum/4ZSjJuzqDVLJOGSWMFQuFVVNpomiQNURmtBtjTMQsZkpglneA17H5AbAjEAq/hV3m/o8I55mltHnlwl"
    "eQZxwfY9TD5/6ft0XSwL6/pTVnBTFcD3jdFNHvwR5fLBAjEAgbien7TPLUwkgS2ZuWYkjewQEOeBT9zyZMRum4Pr"
    "lnU840S7rlmXwcQ5MRRyKQlHAjBc16zwF7cQO9zo/taneBjDAwrr1ydnKyAz/LDD4lNUtIuZIFm2gB8G1We1+bBE"
    "iss=";
constexpr std::string_view kEd25519 =
    "MC4CAQAwBQYDK2VwBCIEIGbyts+iHtZw0DM7PCzy6z80Z7rLdwQvc9CuibCa2B2f";

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL refuses a test key");
}

const unsigned char* bytes(std::string_view octets) {
  return reinterpret_cast<const unsigned char*>(octets.data());
}

bool is_rsa(TestKey key) { return key != TestKey::Ed25519; }

Key load(TestKey key) {
  constexpr std::array kKeys{kRsa2048, kOtherRsa2048, kRsa1024, kRsa768, kEd25519};
  const std::string der = decode_base64(kKeys.at(static_cast<std::size_t>(key))).value_or("");
  const unsigned char* begin = bytes(der);
  Key loaded(d2i_AutoPrivateKey(nullptr, &begin, static_cast<long>(der.size())), EVP_PKEY_free);
  require(loaded != nullptr);
  return loaded;
}

/// What an i2d function writes for the key.
std::string encoded(TestKey key, int (*encode)(const EVP_PKEY*, unsigned char**)) {
  const Key loaded = load(key);
  const int size = encode(loaded.get(), nullptr);
  require(size > 0);
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* place = reinterpret_cast<unsigned char*>(der.data());
  encode(loaded.get(), &place);
  return der;
}

std::string sha256(std::string_view octets) {
  std::string digest(32, '\0');
  require(EVP_Digest(octets.data(), octets.size(), reinterpret_cast<unsigned char*>(digest.data()),
                     nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

/// White space runs as one space, none at the end.
std::string squeezed(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (!is_wsp(c)) {
      out += c;
    } else if (out.empty() || out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (;;) {
    const auto end = text.find("\r\n");
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 2);
  }
}

/// The fields that `names` select, each one's canonical form with CRLF.
std::string canonical_headers(std::string_view canonicalization, policy::HeaderFields fields,
                              const std::vector<std::string>& names) {
  std::string out;
  std::vector<bool> used(fields.size());
  for (const std::string& name : names) {
    for (std::size_t i = fields.size(); i-- > 0;) {
      if (used[i] || !fields[i].is(name)) continue;
      used[i] = true;
      out += canonical_header(canonicalization, fields[i]) + "\r\n";
      break;
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ":") + name;
  return out;
}

}  // namespace

std::string public_key_info(TestKey key) { return encoded(key, i2d_PUBKEY); }
std::string bare_public_key(TestKey key) { return encoded(key, i2d_PublicKey); }

std::string published_key(TestKey key) {
  const std::string info = public_key_info(key);
  // The last 32 octets of the SubjectPublicKeyInfo are the raw Ed25519 key. RFC 8410 4
  return is_rsa(key) ? info : info.substr(info.size() - 32);
}

std::string key_record(TestKey key, std::string_view more_tags) {
  return "v=DKIM1; k=" + std::string(is_rsa(key) ? "rsa" : "ed25519") + "; " +
         std::string(more_tags) + "p=" + encode_base64(published_key(key));
}

std::string sign_octets(TestKey key, std::string_view octets) {
  const Key loaded = load(key);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  require(EVP_DigestSignInit(context.get(), nullptr, is_rsa(key) ? EVP_sha256() : nullptr, nullptr,
                             loaded.get()) == 1);
  // RSA hashes what it is given; Ed25519 signs the digest itself. RFC 8463 3
  const std::string input = is_rsa(key) ? std::string(octets) : sha256(octets);
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                         bytes(input), input.size()) == 1);
  signature.resize(size);
  return signature;
}

std::string canonical_body(std::string_view name, std::string_view body) {
  std::vector<std::string> lines = lines_of(body);
  if (name == "relaxed") std::ranges::transform(lines, lines.begin(), squeezed);
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string out;
  for (const std::string& line : lines) out += line + "\r\n";
  return out.empty() && name == "simple" ? "\r\n" : out;
}

std::string canonical_header(std::string_view name, const policy::HeaderField& field) {
  if (name == "simple") return field.name + ":" + field.value;
  std::string value;
  for (const std::string& line : lines_of(field.value)) value += line;
  value = squeezed(value);
  if (value.starts_with(' ')) value.erase(0, 1);
  return to_lower(field.bare_name()) + ":" + value;
}

policy::HeaderField sign(policy::HeaderFields fields, std::string_view body,
                         const SignOptions& options) {
  const auto slash = options.canonicalization.find('/');
  const std::string header = options.canonicalization.substr(0, slash);
  const std::string body_form =
      slash == std::string::npos ? "simple" : options.canonicalization.substr(slash + 1);
  const std::string hashed =
      canonical_body(body_form, body).substr(0, options.body_length.value_or(std::string::npos));
  const std::string algorithm = is_rsa(options.key) ? "rsa-sha256" : "ed25519-sha256";

  policy::HeaderField field{options.field_name, " v=1; "};
  field.value += "a=" + (options.algorithm.empty() ? algorithm : options.algorithm);
  field.value += "; c=" + options.canonicalization + "; d=" + options.domain;
  field.value += "; s=" + options.selector + "; h=" + joined(options.names) + ";\r\n\t";
  if (options.body_length) field.value += "l=" + std::to_string(*options.body_length) + "; ";
  field.value += options.more_tags + "bh=" + encode_base64(sha256(hashed)) + ";\r\n\t";
  field.value += options.b_tag;
  const std::string signed_text =
      canonical_headers(header, fields, options.names) + canonical_header(header, field);
  field.value += encode_base64(sign_octets(options.key, signed_text));
  return field;
}

}  // namespace waarmerk::support
