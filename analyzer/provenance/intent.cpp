#include "provenance/intent.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

extern "C" {
extern const char redtag_embedded_provenance_intent_begin[];
extern const char redtag_embedded_provenance_intent_end[];
}

namespace redtag {
namespace {

constexpr std::size_t text_bytes = std::size_t{64} << 10;
constexpr std::size_t most_texts = 1000;
constexpr std::size_t least_name = 3;  ///< letters of a word that says something

using Words = std::vector<std::string>;

bool of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// Small letters, digits and other alphabets; everything else separates. `aws_db_instance` is three words, as in prose.
Words words_of(std::string_view text) {
  const std::string lower = lower_ascii(text);
  Words words;
  for (std::size_t at = 0; at < lower.size();) {
    if (!of_word(lower[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < lower.size() && of_word(lower[end])) ++end;
    words.push_back(lower.substr(at, end - at));
    at = end;
  }
  return words;
}

bool same_word(std::string_view pattern, std::string_view word) {
  if (!pattern.empty() && pattern.back() == '*') return word.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == word;
}

/// True if the words of a phrase stand in a row in `text`.
bool holds_phrase(const Words& text, const Words& phrase) {
  if (phrase.empty() || text.size() < phrase.size()) return false;
  for (std::size_t i = 0; i + phrase.size() <= text.size(); ++i) {
    bool all = true;
    for (std::size_t j = 0; all && j < phrase.size(); ++j) all = same_word(phrase[j], text[i + j]);
    if (all) return true;
  }
  return false;
}

/// The table: kind → phrases. A trailing `*` belongs to its word.
std::map<std::string, std::vector<Words>, std::less<>> read_phrases() {
  const std::string_view table(
      redtag_embedded_provenance_intent_begin,
      static_cast<std::size_t>(redtag_embedded_provenance_intent_end - redtag_embedded_provenance_intent_begin));
  std::map<std::string, std::vector<Words>, std::less<>> phrases;
  for (const std::string_view line : split(table, '\n')) {
    const auto tab = line.find('\t');
    if (line.empty() || line.front() == '#' || tab == std::string_view::npos) continue;
    Words words;
    for (const std::string_view word : split(line.substr(tab + 1), ' ')) words.emplace_back(word);
    phrases[std::string(line.substr(0, tab))].push_back(std::move(words));
  }
  return phrases;
}

bool any_phrase(const Words& text, std::string_view kind) {
  static const auto phrases = read_phrases();
  const auto found = phrases.find(kind);
  if (found == phrases.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const Words& phrase) { return holds_phrase(text, phrase); });
}

/// Words that stand in so many addresses that they name nothing.
bool says_nothing(std::string_view word) {
  constexpr auto common = std::to_array<std::string_view>(
      {"aws",    "azurerm", "data", "default", "dev",      "env",  "google", "infra",   "live",      "main",
       "module", "modules", "prod", "public",  "resource", "root", "src",    "staging", "terraform", "this"});
  return word.size() < least_name || std::find(common.begin(), common.end(), word) != common.end();
}

/// What an address calls the thing, and what else is in it.
struct Named {
  Words name;
  Words others;
};

Named named_in(std::string_view entity) {
  const auto cut = entity.find_last_of(".:/ ");
  Named named;
  const std::string_view last = cut == std::string_view::npos ? entity : entity.substr(cut + 1);
  named.name = words_of(last.substr(0, last.find('[')));
  if (cut != std::string_view::npos) named.others = words_of(entity.substr(0, cut));
  const bool empty =
      std::all_of(named.name.begin(), named.name.end(), [](const std::string& word) { return says_nothing(word); });
  if (empty) named.name.clear();
  return named;
}

struct Said {
  bool entity = false, type = false, action = false;
};

Said said_by(const Words& text, const IntentQuestion& question, const Named& named) {
  const auto in_text = [&](const std::string& word) {
    return !says_nothing(word) && std::find(text.begin(), text.end(), word) != text.end();
  };
  Said said;
  said.entity = holds_phrase(text, named.name);
  said.type = in_text(question.entity_class) || std::any_of(named.others.begin(), named.others.end(), in_text);
  said.action = any_phrase(text, question.action);
  return said;
}

/// `docs(api): …` claims by its first word; other claims may stand anywhere in the subject.
bool claims_small(std::string_view message) {
  const std::string_view subject = message.substr(0, message.find('\n'));
  const Words words = words_of(subject);
  if (any_phrase(words, "small")) return true;
  return !words.empty() && subject.find(':') != std::string_view::npos && any_phrase({words.front()}, "small-type");
}

}  // namespace

ChangeWords::ChangeWords(const ChangeSet& changes) {
  for (const std::string& message : changes.messages) add(message, {});
  if (!texts_.empty()) return;
  for (const CommitRecord& commit : changes.commits) {
    if (texts_.size() == most_texts) break;
    add(commit.message, commit.paths);
  }
}

void ChangeWords::add(std::string_view message, std::vector<Path> paths) {
  const std::string_view text = trim(message).substr(0, text_bytes);
  if (text.empty()) return;
  std::sort(paths.begin(), paths.end());
  texts_.push_back({words_of(text), std::move(paths), claims_small(text)});
}

Announcement ChangeWords::announcement(const IntentQuestion& question) const {
  const Named named = named_in(question.entity);
  bool any = false, mentioned = false, all_small = true;
  for (const Text& text : texts_) {
    const bool concerns =
        text.paths.empty() || std::any_of(question.paths.begin(), question.paths.end(), [&](const Path& path) {
          return std::binary_search(text.paths.begin(), text.paths.end(), path);
        });
    if (!concerns) continue;
    const Said said = said_by(text.words, question, named);
    if (said.entity || (said.type && said.action)) return Announcement::Announced;
    any = true;
    mentioned = mentioned || said.type || said.action;
    all_small = all_small && text.small;
  }
  if (!any) return Announcement::NoText;
  return all_small && !mentioned ? Announcement::Contradicted : Announcement::Unannounced;
}

std::string_view announcement_sentence(Announcement announcement) {
  switch (announcement) {
    case Announcement::NoText: return {};
    case Announcement::Announced: return "the change's own words name it";
    case Announcement::Unannounced: return "the change's own words do not name it";
    case Announcement::Contradicted: return "the change calls itself something small and does not mention it";
  }
  return {};
}

}  // namespace redtag
