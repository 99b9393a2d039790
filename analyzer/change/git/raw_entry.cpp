#include "change/git/raw_entry.h"

#include <charconv>

#include "base/limits.h"
#include "base/text.h"

namespace redtag {

namespace {

tl::unexpected<Error> broken() {
  return fail(ErrorCode::Process, "git printed a list of changed files that cannot be read");
}

std::optional<std::string_view> take_field(std::string_view& text, char end) {
  const std::size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view field = text.substr(0, at);
  text.remove_prefix(at + 1);
  return field;
}

bool parse_mode(std::string_view text, std::uint32_t& mode) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  return code == std::errc() && end == text.data() + text.size();
}

}  // namespace

Expected<std::vector<RawEntry>> take_raw_entries(std::string_view& output) {
  std::vector<RawEntry> entries;
  while (output.starts_with(':')) {
    output.remove_prefix(1);
    RawEntry entry;
    const auto facts = take_field(output, '\0');
    if (!facts) return broken();
    const std::vector<std::string_view> words = split(*facts, ' ');
    if (words.size() != 5 || words[4].empty()) return broken();
    if (!parse_mode(words[0], entry.before_mode) || !parse_mode(words[1], entry.after_mode)) return broken();
    entry.before_id = std::string(words[2]);
    entry.after_id = std::string(words[3]);
    entry.status = words[4].front();
    const auto first = take_field(output, '\0');
    if (!first) return broken();
    entry.before_path = entry.after_path = Path(*first);
    if (entry.status == 'R' || entry.status == 'C') {
      const auto second = take_field(output, '\0');
      if (!second) return broken();
      entry.after_path = Path(*second);
    }
    if (entries.size() >= limits::changed_files) {
      return fail(ErrorCode::Limit, "more than " + std::to_string(limits::changed_files) + " changed files");
    }
    entries.push_back(std::move(entry));
  }
  if (output.starts_with('\0')) output.remove_prefix(1);
  return entries;
}

}  // namespace redtag
