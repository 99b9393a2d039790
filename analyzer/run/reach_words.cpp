#include "run/reach_words.h"

#include <fmt/format.h>

namespace redtag {

namespace {

constexpr std::size_t named_users = 5;

std::string users_in_words(const ReachWords& words) {
  const std::size_t count = words.users.size();
  if (count == 0) return {};
  std::string text = count == 1 ? "one uses it directly: " : fmt::format("{} use it directly: ", count);
  for (std::size_t i = 0; i < count && i < named_users; ++i) text += (i == 0 ? "" : ", ") + words.users[i];
  if (count > named_users) text += fmt::format(" and {} more", count - named_users);
  return text;
}

std::string entries_in_words(const ReachWords& words) {
  constexpr std::size_t named_entries = 3;
  std::string text;
  for (std::size_t i = 0; i < words.entries.size() && i < named_entries; ++i)
    text += (i == 0 ? "entered at " : ", ") + words.entries[i];
  if (words.entries.size() > named_entries) text += fmt::format(" and {} more", words.entries.size() - named_entries);
  return text;
}

std::string instances_in_words(const ReachWords& words) {
  if (words.roots == 0) return {};
  std::string text = fmt::format("{} instance{} in {} root{}", words.instances, words.instances == 1 ? "" : "s",
                                 words.roots, words.roots == 1 ? "" : "s");
  std::string parts;
  for (const auto& [environment, count] : words.environments) {
    if (words.environments.size() == 1 && environment == Environment::Unknown) break;
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, environment_name(environment));
  }
  return parts.empty() ? text : text + " (" + parts + ")";
}

}  // namespace

std::string in_words(const ReachWords& words) {
  std::string text = users_in_words(words);
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  };
  if (words.indirect > 0) add(fmt::format("{} more behind", words.indirect));
  add(entries_in_words(words));
  add(instances_in_words(words));
  if (words.perhaps > 0) add(fmt::format("{} perhaps, by name alone", words.perhaps));
  if (!text.empty() && !words.complete) text += "; there may be more";
  return text;
}

}  // namespace redtag
