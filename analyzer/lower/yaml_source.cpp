#include "lower/yaml_source.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "document/twin.h"

namespace redtag {

namespace {

using document::Node;

bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] != '\n' && text[i] != '\r') text[i] = ' ';
  }
}

/// `text` with directives as blanks and expressions as words of the same length; nullopt if there are none.
std::optional<std::string> masked(std::string_view text) {
  std::string out(text);
  bool any = false;
  for (std::size_t at = out.find('{'); at != std::string::npos && at + 1 < out.size(); at = out.find('{', at)) {
    const char kind = out[at + 1];
    const std::string_view close = kind == '%' ? "%}" : kind == '#' ? "#}" : kind == '{' ? "}}" : "";
    const std::size_t end = close.empty() ? std::string::npos : out.find(close, at + 2);
    if (end == std::string::npos) {
      ++at;
      continue;
    }
    any = true;
    if (kind != '{') {
      blank(out, at, end + 2);
    } else {
      for (std::size_t i = at; i < end + 2; ++i) out[i] = is_word_byte(out[i]) || out[i] == '\n' ? out[i] : '_';
    }
    at = end + 2;
  }
  return any ? std::optional(std::move(out)) : std::nullopt;
}

/// Scalars get back the expressions that stood in their place.
void restore(Node& node, std::string_view text) {
  if (node.scalar() && node.bytes.end <= text.size()) {
    std::string_view written = text.substr(node.bytes.begin, node.bytes.size());
    if (written.find("{{") != std::string_view::npos && written.find('\n') == std::string_view::npos) {
      const bool quoted = written.size() > 1 && (written.front() == '"' || written.front() == '\'');
      if (quoted) written = written.substr(1, written.size() - 2);
      node.text = written;
    }
  }
  for (Node& item : node.items) restore(item, text);
  for (document::Member& member : node.members) {
    const std::string_view key = text.substr(member.key_bytes.begin, member.key_bytes.size());
    if (key.find("{{") != std::string_view::npos) member.key = trim(key);
    restore(member.value, text);
  }
}

/// Lines at the start of a window that belong to something above it, as blanks.
std::string without_torn_start(std::string_view text) {
  std::string out(text);
  std::size_t least = std::string::npos, where = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::size_t first = text.find_first_not_of(" \t\r", at);
    const bool written = first != std::string_view::npos && first < end && text[first] != '#';
    if (written && (least == std::string::npos || first - at < least)) {
      least = first - at;
      where = at;
    }
    at = end + 1;
  }
  blank(out, 0, where);
  return out;
}

/// Blanks the line, or the nearest one above it that still says something; nullopt where there is none.
std::optional<ByteRange> blank_line(std::string& text, const LineIndex& lines, std::uint32_t line) {
  for (line = std::min(line, lines.count()); line > 0; --line) {
    const std::uint32_t begin = lines.start_of(line);
    const std::uint32_t end = lines.start_of(line + 1);
    if (trim(std::string_view(text).substr(begin, end - begin)).empty()) continue;
    blank(text, begin, end);
    return ByteRange{begin, end};
  }
  return std::nullopt;
}

/// The last line of the shortest text from the start that does not parse, by halving; nullopt once the budget is spent. The
/// parser's own word is of no use: where it gives up on a whole document, it names the first line.
std::optional<std::uint32_t> first_bad_line(std::string_view text, const LineIndex& lines, std::size_t& budget) {
  std::uint32_t good = 0, bad = lines.count();
  while (bad - good > 1) {
    const std::uint32_t middle = good + (bad - good) / 2;
    const std::string_view prefix = text.substr(0, lines.start_of(middle + 1));
    if (prefix.size() > budget) return std::nullopt;
    budget -= prefix.size();
    (document::parse_yaml_stream(prefix, "d", document::Repeats::Kept) ? good : bad) = middle;
  }
  return bad == 0 ? std::nullopt : std::optional(bad);
}

}  // namespace

LenientYaml read_leniently(std::string_view text, std::size_t& budget) {
  constexpr int most_lines_left_out = 40;
  LenientYaml result;
  std::string part(text);
  const LineIndex lines(part);
  for (int left_out = 0;; ++left_out) {
    Expected<std::vector<Node>> read = document::parse_yaml_stream(part, "d", document::Repeats::Kept);
    if (read) {
      result.roots = std::move(*read);
      return result;
    }
    const bool may_go_on = left_out < most_lines_left_out && read.error().code != ErrorCode::Limit;
    const std::optional<std::uint32_t> line = may_go_on ? first_bad_line(part, lines, budget) : std::nullopt;
    const std::optional<ByteRange> blanked = line ? blank_line(part, lines, *line) : std::nullopt;
    if (!blanked) {
      // The message without the name that we gave the text, whose lines are not the file's.
      const std::size_t at = read.error().message.find(": ");
      const std::string& message = read.error().message;
      result.whole = at == std::string::npos ? message : message.substr(at + 2);
      return result;
    }
    result.left_out.push_back(*blanked);
  }
}

std::vector<Node> read_yaml(const SourceFileView& file, Stack stack, Model& model) {
  const std::string window = file.partial ? without_torn_start(file.text) : std::string();
  const std::string_view text = file.partial ? std::string_view(window) : file.text;
  Expected<std::vector<Node>> documents =
      document::parse_yaml_stream(text, file.path, document::Repeats::Kept, file.twin);
  if (documents) return std::move(*documents);
  if (const std::optional<std::string> other = masked(text)) {
    Expected<std::vector<Node>> again = document::parse_yaml_stream(*other, file.path, document::Repeats::Kept);
    if (again) {
      for (Node& node : *again) restore(node, text);
      return std::move(*again);
    }
  }
  // A line that does not parse does not take the others along.
  std::size_t budget = most_bytes_searched;
  const std::optional<std::string> covered = masked(text);
  LenientYaml lenient = read_leniently(covered ? std::string_view(*covered) : text, budget);
  if (!lenient.whole.empty()) lenient.left_out = {{0, static_cast<std::uint32_t>(file.text.size())}};
  for (const ByteRange& bytes : lenient.left_out) {
    const std::string reason = lenient.whole.empty() ? "a line that does not parse as YAML" : documents.error().message;
    model.gaps.push_back({region_in(file, bytes), stack, reason});
  }
  if (covered) {
    for (Node& node : lenient.roots) restore(node, text);
  }
  return std::move(lenient.roots);
}

Region region_in(const SourceFileView& file, ByteRange bytes) {
  return {file.file, file.side, {bytes.begin + file.offset, bytes.end + file.offset}};
}

// What a scalar stands for is found again in its bytes from left to right: what quoting, escapes, folding and indentation added
// lies between. An escaped byte points at its escape.
void PlacedText::add(const SourceFileView& file, const Node& scalar) {
  const std::string_view raw =
      file.text.substr(std::min<std::size_t>(scalar.bytes.begin, file.text.size()), scalar.bytes.size());
  std::size_t at = 0;
  const bool block = !raw.empty() && (raw[0] == '|' || raw[0] == '>');
  const bool quoted = !raw.empty() && (raw[0] == '"' || raw[0] == '\'');
  if (block) at = std::min(raw.find('\n'), raw.size() - 1) + 1;
  if (quoted) at = 1;
  if (!map.empty()) map.pop_back();
  constexpr std::size_t reach = 4096;  // longer indentation or escapes than this do not occur
  for (const char c : scalar.text) {
    std::size_t found = at;
    const std::size_t limit = std::min(raw.size(), at + reach);
    while (found < limit && raw[found] != c) {
      const bool stands_for_break = (c == '\n' && raw[found] == '\\') || (c == ' ' && raw[found] == '\n');
      if (stands_for_break) break;
      ++found;
    }
    if (found < limit) at = found;
    map.push_back(file.offset + scalar.bytes.begin + static_cast<std::uint32_t>(std::min(at, raw.size())));
    if (found < limit) at += raw[found] == '\\' && c == '\n' ? 2 : 1;
  }
  text += scalar.text;
  map.push_back(file.offset + scalar.bytes.end);
}

void PlacedText::add(std::string_view made, std::uint32_t offset) {
  if (!map.empty()) map.pop_back();
  map.insert(map.end(), made.size() + 1, offset);
  text += made;
}

void PlacedText::erase(std::size_t at, std::size_t count) {
  text.erase(at, count);
  map.erase(map.begin() + static_cast<std::ptrdiff_t>(at), map.begin() + static_cast<std::ptrdiff_t>(at + count));
}

ByteRange PlacedText::bytes() const { return map.empty() ? ByteRange{} : ByteRange{map.front(), map.back()}; }

}  // namespace redtag
