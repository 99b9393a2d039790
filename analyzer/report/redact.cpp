#include "report/redact.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::string_view mask = "***";

/// A token of a known form: what it starts with, and how many more of its characters make it one.
struct TokenForm {
  std::string_view prefix;
  std::size_t least;
};
constexpr std::array<TokenForm, 25> token_forms{{
    {"AKIA", 16},        {"ASIA", 16},     {"ghp_", 20},      {"gho_", 20},  {"ghs_", 20},  {"ghu_", 20},  {"ghr_", 20},
    {"github_pat_", 20}, {"glpat-", 16},   {"xoxb-", 10},     {"xoxp-", 10}, {"xoxa-", 10}, {"xoxs-", 10}, {"sk-", 20},
    {"sk_live_", 10},    {"rk_live_", 10}, {"AIza", 30},      {"ya29.", 20}, {"npm_", 30},  {"pypi-", 30}, {"hvs.", 20},
    {"SG.", 30},         {"dop_v1_", 30},  {"dckr_pat_", 20}, {"eyJ", 30},
}};

/// Words of a key whose value is a secret.
constexpr std::array<std::string_view, 10> secret_words{"password",    "passwd",    "passphrase", "secret",
                                                        "token",       "api_key",   "apikey",     "access_key",
                                                        "private_key", "credential"};

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool of_token(char c) {
  return alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '=' || c == '+' || c == '/';
}
bool of_key(char c) { return alphanumeric(c) || c == '_' || c == '-' || c == '.'; }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Length of a known token at the start of `text`, or 0.
std::size_t token_length(std::string_view text) {
  for (const TokenForm& form : token_forms) {
    if (text.substr(0, form.prefix.size()) != form.prefix) continue;
    std::size_t end = form.prefix.size();
    while (end < text.size() && of_token(text[end])) ++end;
    if (end >= form.prefix.size() + form.least) return end;
  }
  return 0;
}

/// Length of a private key in PEM at the start of `text`, to its end line or the end of the text; or 0.
std::size_t private_key_length(std::string_view text) {
  if (text.substr(0, 11) != "-----BEGIN ") return 0;
  const auto head = text.find("-----", 11);
  if (head == std::string_view::npos || text.substr(0, head).find("PRIVATE KEY") == std::string_view::npos) return 0;
  const auto tail = text.find("-----END ", head);
  if (tail == std::string_view::npos) return text.size();
  const auto end = text.find("-----", tail + 9);
  return end == std::string_view::npos ? text.size() : end + 5;
}

/// The password of `://user:password@` at the start of `text`, as offset and length; length 0 for none.
std::pair<std::size_t, std::size_t> url_password(std::string_view text) {
  if (text.substr(0, 3) != "://") return {0, 0};
  std::size_t colon = 0;
  for (std::size_t i = 3; i < text.size() && i < 512; ++i) {
    const char c = text[i];
    if (blank(c) || c == '/' || c == '"' || c == '\'') return {0, 0};
    if (c == ':' && colon == 0) colon = i;
    if (c == '@') return colon == 0 ? std::pair<std::size_t, std::size_t>{0, 0} : std::pair{colon + 1, i - colon - 1};
  }
  return {0, 0};
}

bool is_reference(std::string_view value) {
  constexpr std::array<std::string_view, 14> starts{"$",    "var.", "local.", "data.",      "module.",   "{{", "<",
                                                    "null", "true", "false",  "(sensitive", "sensitive", mask, "%"};
  return std::any_of(starts.begin(), starts.end(),
                     [&](std::string_view start) { return value.substr(0, start.size()) == start; });
}

bool secret_key(std::string_view key) {
  const std::string lower = lower_ascii(key);
  return std::any_of(secret_words.begin(), secret_words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// The value that is assigned to the key ending at `at`, as offset and length in `text`; length 0 for none. `=` takes any word,
/// `:` only a quoted one (prose has colons too), a blank only behind an option (`--password x`).
std::pair<std::size_t, std::size_t> value_behind(std::string_view text, std::size_t at, bool option) {
  constexpr std::pair<std::size_t, std::size_t> none{0, 0};
  if (at < text.size() && (text[at] == '"' || text[at] == '\'')) ++at;
  std::size_t i = at;
  while (i < text.size() && blank(text[i])) ++i;
  const bool gap = i > at;
  const char separator = i < text.size() ? text[i] : '\0';
  if (separator == '=' || separator == ':') {
    ++i;
    while (i < text.size() && (text[i] == '=' || text[i] == '>' || blank(text[i]))) ++i;
  } else if (!(option && gap)) {
    return none;
  }
  if (i >= text.size()) return none;
  const char quote = text[i] == '"' || text[i] == '\'' ? text[i] : '\0';
  if (separator == ':' && quote == '\0') return none;
  const std::size_t begin = i + (quote != '\0');
  std::size_t end = begin;
  while (end < text.size() &&
         (quote != '\0' ? text[end] != quote : !blank(text[end]) && text[end] != ',' && text[end] != ';'))
    ++end;
  const std::string_view value = text.substr(begin, end - begin);
  if (value.empty() || value.front() == '-' || is_reference(value)) return none;
  return {begin, end - begin};
}

/// The secret that shows at `at` (it may stand behind its key), as offset and length in `text`; length 0 for none.
std::pair<std::size_t, std::size_t> secret_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (const auto [offset, length] = url_password(rest); length > 0) return {at + offset, length};
  if (const std::size_t length = private_key_length(rest); length > 0) return {at, length};
  if (!of_key(text[at]) || (at > 0 && of_key(text[at - 1]))) return {at, 0};  // inside of a word
  if (const std::size_t length = token_length(rest); length > 0) return {at, length};
  std::size_t end = at;
  while (end < text.size() && of_key(text[end])) ++end;
  if (!secret_key(text.substr(at, end - at))) return {at, 0};
  return value_behind(text, end, text[at] == '-');
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto [begin, length] = secret_at(text, i);
    if (length == 0) {
      result += text[i++];
      continue;
    }
    result += text.substr(i, begin - i);
    result += mask;
    i = begin + length;
  }
  return result;
}

std::string quotable(std::string_view text) {
  constexpr std::size_t limit = 4000;
  return redacted(shortened(text, limit));
}

}  // namespace redtag
