// Command texts that a host puts together: lines of a recipe, an argument list, a script with template expressions in it.
#include <algorithm>

#include "base/text.h"
#include "lower/carrier.h"
#include "lower/shell/strip.h"

namespace redtag {

void CarriedText::add(std::string_view written, std::uint32_t offset) {
  for (std::size_t i = 0; i < written.size(); ++i) map.push_back(offset + static_cast<std::uint32_t>(i));
  text += written;
}

void CarriedText::add_made(std::string_view made, std::uint32_t offset) {
  map.insert(map.end(), made.size(), offset);
  text += made;
}

void CarriedText::add_word(std::string_view word, std::uint32_t offset) {
  if (!text.empty()) add_made(" ", offset);
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=,@%+").find(c) != std::string_view::npos;
  });
  if (plain) return add(word, offset);
  add_made("'", offset);
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto at = offset + static_cast<std::uint32_t>(i);
    word[i] == '\'' ? add_made("'\\''", at) : add(word.substr(i, 1), at);
  }
  add_made("'", offset + static_cast<std::uint32_t>(word.size()));
}

void CarriedText::punch(std::string_view open, std::string_view close) {
  CarriedText out;
  std::size_t at = 0;
  const auto keep = [&](std::size_t end) {
    out.text.append(text, at, end - at);
    out.map.insert(out.map.end(), map.begin() + static_cast<std::ptrdiff_t>(at),
                   map.begin() + static_cast<std::ptrdiff_t>(end));
  };
  for (std::size_t begin = text.find(open); begin != std::string::npos; begin = text.find(open, at)) {
    const std::size_t end = text.find(close, begin + open.size());
    if (end == std::string::npos) break;
    keep(begin);
    const std::string_view inside = std::string_view(text).substr(begin + open.size(), end - begin - open.size());
    out.add_made(hole(inside), map[begin]);
    at = end + close.size();
  }
  if (at == 0) return;
  keep(text.size());
  *this = std::move(out);
}

std::vector<std::uint32_t> CarriedText::whole_map() const {
  std::vector<std::uint32_t> whole = map;
  whole.push_back(map.empty() ? 0 : map.back() + 1);
  return whole;
}

ByteRange CarriedText::bytes() const {
  if (map.empty()) return {};
  const auto [least, most] = std::minmax_element(map.begin(), map.end());
  return {*least, *most + 1};
}

std::string hole(std::string_view name) {
  std::string plain;
  for (const char c : trim(name)) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (kept) plain += c;
    if (!kept && !plain.empty() && plain.back() != '_') plain += '_';
  }
  while (plain.ends_with('_')) plain.pop_back();
  if (plain.empty()) plain = "value";
  if (plain[0] >= '0' && plain[0] <= '9') plain.insert(0, 1, '_');
  return shell::variable_begin + plain.substr(0, 80) + shell::variable_end;
}

}  // namespace redtag
