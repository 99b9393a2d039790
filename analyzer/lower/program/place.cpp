#include "lower/program/place.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace redtag::program {

namespace {

/// A directory of the path, or a word of the file's name, is one of `words`.
bool lies_at(std::string_view path, const std::vector<std::string_view>& words) {
  const std::string lower = lower_ascii(path);
  std::vector<std::string_view> parts = split(lower, '/');
  if (parts.empty()) return false;
  const std::string_view name = parts.back().substr(0, parts.back().find('.'));
  parts.back() = name;
  const auto is_word = [&](std::string_view part) {
    return std::find(words.begin(), words.end(), part) != words.end();
  };
  if (std::any_of(parts.begin(), parts.end(), is_word)) return true;
  for (const std::string_view piece : split(name, '_')) {
    const bool several = piece.size() < name.size();
    if (several && is_word(piece)) return true;
  }
  return false;
}

}  // namespace

Start started_by(std::string_view path, std::string_view text, const FactTables& facts) {
  const auto stands_at = [&](std::string_view kind) {
    for (const FactRowView& row : facts.rows("code", "place", "alias")) {
      if (row.path == kind && lies_at(path, split(row.value, '|'))) return true;
    }
    return false;
  };
  if (stands_at("seed")) return {Trigger::Event, false};  // development's data; a request for all of it
  if (stands_at("job")) return {Trigger::Schedule, true};
  const bool runs_alone = path.ends_with(".rake") || path.ends_with(".exs") || text.starts_with("#!");
  if (runs_alone || stands_at("script")) return {Trigger::ByHand, true};
  return {};
}

}  // namespace redtag::program
