#include "lower/cpp/slice.h"

#include <algorithm>
#include <map>

#include "base/c_names.h"
#include "lower/cpp/meaning.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr int levels_of_bodies = 2;
constexpr std::size_t longest_parameters = 2000;
constexpr std::size_t longest_body = 20'000;
constexpr std::size_t most_names = 4000;
constexpr std::size_t bytes_of_headers = std::size_t{48}
                                         << 10;  // of one side: a parse of so many costs some milliseconds

/// Behind what closes the bracket at `at`, text.size() where nothing does within `most`.
std::size_t behind(std::string_view text, std::size_t at, std::size_t most) {
  const char open = text[at], close = open == '(' ? ')' : '}';
  int depth = 0;
  for (std::size_t i = at; i < text.size() && i < at + most; ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return i + 1;
  }
  return text.size();
}

}  // namespace

std::size_t body_of(std::string_view text, std::size_t at) {
  at = skip_blanks(text, behind(text, at, longest_parameters));
  while (at < text.size() && in_name(text[at])) {  // const, noexcept(…), override, attributes
    at = skip_blanks(text, end_of_name(text, at));
    if (at < text.size() && text[at] == '(') at = skip_blanks(text, behind(text, at, longest_parameters));
  }
  if (at < text.size() && text[at] == '{') return at;
  const bool initialises = at + 1 < text.size() && text[at] == ':' && text[at + 1] != ':';
  if (!initialises) return std::string_view::npos;
  const std::size_t open = text.find('{', at);
  return open != std::string_view::npos && open < at + longest_parameters ? open : std::string_view::npos;
}

std::size_t behind_body(std::string_view code, std::size_t at) {
  return std::min(behind(code, at, longest_body), code.size());
}

namespace {

std::size_t end_of_macro(std::string_view text, std::size_t at) {
  for (;;) {
    const std::size_t line = text.find('\n', at);
    if (line == std::string_view::npos) return text.size();
    if (line == 0 || text[line - 1] != '\\') return line;
    at = line + 1;
  }
}

void add_words(std::string_view code, Words& words) {
  for (const std::string_view word : identifiers_of(code)) {
    if (words.size() < most_names) words.emplace(word);
  }
}

/// Calls `visit` with each name of a code, the name before it, and the place behind it. `typedef` stays before all names of its
/// declaration.
template <class Visit>
void each_name(std::string_view code, const Visit& visit) {
  std::string_view last;
  for (std::size_t i = 0; i < code.size();) {
    if (!in_name(code[i])) {
      if (code[i] == ';' || code[i] == '}') last = {};
      ++i;
      continue;
    }
    const std::size_t end = end_of_name(code, i);
    const std::string_view word = code.substr(i, end - i);
    visit(word, last, end);
    if (last != "typedef") last = word;
    i = end;
  }
}

/// Whether what ends at `end` is another name of a type.
bool is_alias(std::string_view code, std::string_view last, std::size_t end) {
  const std::size_t next = skip_blanks(code, end);
  const char mark = next < code.size() ? code[next] : '\0';
  return (last == "using" && mark == '=') || (last == "typedef" && mark == ';');
}

/// Whether a header defines something that one of the names needs. Adds what is named there to `more`.
bool tells(std::string_view code, const Words& names, const Words& deduced, Words& more) {
  bool telling = false;
  each_name(code, [&](std::string_view word, std::string_view last, std::size_t end) {
    if (names.count(word) == 0) return;
    const std::size_t next = skip_blanks(code, end);
    if (last == "define") {
      const std::string_view body = code.substr(end, std::min(end_of_macro(code, end) - end, longest_body));
      // What only guards against a second inclusion, or names a value, decides about no way.
      telling = telling || body.find_first_of("({;") != std::string_view::npos;
      add_words(body, more);
    } else if (next < code.size() && code[next] == '(') {
      telling = telling || deduced.count(word) > 0;
      if (const std::size_t body = body_of(code, next); body != std::string_view::npos) {
        telling = true;
        add_words(code.substr(body, std::min(behind(code, body, longest_body) - body, longest_body)), more);
      }
    }
    telling = telling || is_alias(code, last, end);
  });
  return telling;
}

/// The paths that both sides see of `telling`, nearest first, as many as are quickly parsed.
std::set<std::string> nearest_of(const flow::Request& request, const std::set<std::string>& telling) {
  std::set<std::string> kept;
  for (const flow::SideRequest* side : {&request.after, &request.before}) {
    std::size_t bytes = 0;
    for (const std::uint32_t index : side->files) {
      const flow::File& file = request.files[index];
      if (file.path == side->main || telling.count(file.path) == 0) continue;
      bytes += file.text.size();
      if (bytes <= bytes_of_headers) kept.insert(file.path);
    }
  }
  return kept;
}

}  // namespace

std::string_view called_as(std::string_view symbol) {
  const std::string_view name = base_name(symbol);
  return name.starts_with("~") ? name.substr(1) : name;
}

std::string without_comments(std::string_view text) {
  std::string out(text);
  const auto cover = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (out[i] != '\n') out[i] = ' ';
    }
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "//") {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      cover(i, end);
      i = end;
    } else if (text.substr(i, 2) == "/*") {
      const std::size_t close = text.find("*/", i + 2);
      const std::size_t end = close == std::string_view::npos ? text.size() : close + 2;
      cover(i, end);
      i = end - 1;
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !in_name(text[i - 1])))) {  // `1'000` is no quote
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      cover(i + 1, std::min(end, text.size()));
      i = end;
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> definitions_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  const std::string code = without_comments(text);
  each_name(code, [&](std::string_view word, std::string_view last, std::size_t end) {
    if (last == "define") {
      found.emplace_back(word, text.substr(end, end_of_macro(code, end) - end));
    } else if (is_alias(code, last, end)) {
      const std::size_t begin = last == "typedef" ? code.rfind("typedef", end) : end;
      found.emplace_back(word, text.substr(begin, std::min(code.find(';', end), code.size()) - begin));
    }
  });
  return found;
}

void keep_telling_headers(flow::Request& request, Words& names, const Words& deduced) {
  std::set<std::string> telling;
  std::vector<std::string> codes;
  for (const flow::File& file : request.files) codes.push_back(without_comments(file.text));
  for (int level = 0; level < levels_of_bodies; ++level) {
    Words more;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if (tells(codes[i], names, deduced, more)) telling.insert(request.files[i].path);
    }
    names.merge(more);
  }
  const std::set<std::string> near = nearest_of(request, telling);
  for (flow::SideRequest* side : {&request.before, &request.after}) {
    std::erase_if(side->files, [&](std::uint32_t index) {
      return request.files[index].path != side->main && near.count(request.files[index].path) == 0;
    });
  }
  // What neither side sees any more need not be handed over.
  std::vector<flow::File> kept;
  std::map<std::uint32_t, std::uint32_t> moved;
  for (flow::SideRequest* side : {&request.before, &request.after}) {
    for (std::uint32_t& index : side->files) {
      const auto [place, fresh] = moved.emplace(index, static_cast<std::uint32_t>(kept.size()));
      if (fresh) kept.push_back(std::move(request.files[index]));
      index = place->second;
    }
  }
  request.files = std::move(kept);
}

void add_deduced(std::string_view code, Words& deduced) {
  constexpr std::size_t longest_declaration = 200;
  for (std::size_t at = code.find("auto"); at != std::string_view::npos; at = code.find("auto", at + 4)) {
    const std::string_view rest = code.substr(at, longest_declaration);
    const std::size_t equals = rest.find_first_of("=;{");
    if (equals == std::string_view::npos || rest[equals] != '=') continue;
    const std::size_t open = rest.find_first_of("(;", equals);
    if (open == std::string_view::npos || rest[open] != '(') continue;
    std::size_t begin = open;
    while (begin > equals && in_name(rest[begin - 1])) --begin;
    if (begin < open) deduced.emplace(rest.substr(begin, open - begin));
  }
}

void blank_unasked(std::string& text, const Unit& unit, const std::vector<ByteRange>& asked, const Words& names) {
  for (const Function& function : unit.functions) {
    const std::string_view name = called_as(function.symbol);
    const std::size_t begin = function.header.begin;
    if (function.bytes.end > text.size() || begin < 2 || names.count(name) > 0) continue;
    const bool wanted = std::any_of(asked.begin(), asked.end(), [&](ByteRange bytes) {
      return bytes.begin < function.bytes.end && function.bytes.begin < bytes.end;
    });
    if (wanted) continue;
    // A member that is defined outside of its class is declared elsewhere; a test's macro declares nothing that anyone names.
    const std::string_view whole = std::string_view(text).substr(begin, function.header.size());
    const bool member =
        whole.find("::") != std::string_view::npos || (text[begin - 1] == ':' && text[begin - 2] == ':');
    const bool macro = std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
    if (!member && !macro) continue;
    for (std::size_t i = function.bytes.begin; i < function.bytes.end; ++i) {
      if (text[i] != '\n') text[i] = ' ';
    }
  }
}

}  // namespace redtag::cpp
