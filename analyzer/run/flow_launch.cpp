#include "run/flow_launch.h"

#include <algorithm>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t most_arguments = 16;

/// Words of a command line, without quotation marks; a separator is a word of its own.
std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool any = false;
  char quote = '\0';
  const auto end = [&] {
    if (any) words.push_back(std::exchange(word, {}));
    any = false;
  };
  for (const char c : text.substr(0, 4096)) {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      any = true;
    } else if (c == ' ' || c == '\t') {
      end();
    } else if (c == ';' || c == '|' || c == '&' || c == '\n') {
      end();
      words.emplace_back(1, '\n');
    } else {
      word += c;
      any = true;
    }
  }
  end();
  return words;
}

/// `{{mode}}` of a justfile and `$(MODE)` of a pipeline as the shell would write them.
std::string as_variable(std::string_view word) {
  std::string text(word);
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"{{", "}}"}, {"$(", ")"}}) {
    const std::size_t begin = text.find(open);
    const std::size_t end = begin == std::string::npos ? begin : text.find(close, begin);
    if (end == std::string::npos) continue;
    const std::string_view inner = trim(std::string_view(text).substr(begin + open.size(), end - begin - open.size()));
    if (is_name(inner))
      text = text.substr(0, begin) + "${" + std::string(inner) + "}" + text.substr(end + close.size());
  }
  return text;
}

}  // namespace

std::string_view name_of(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

bool is_name(std::string_view text) {
  return text.size() > 1 && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::optional<Launch> launch_of(std::string_view text, std::string_view script) {
  if (text.find(script) == std::string_view::npos) return std::nullopt;
  const std::vector<std::string> words = words_in(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (name_of(words[i]) != script) continue;
    Launch launch;
    for (std::size_t k = i; k-- > 0 && words[k] != "\n";) {
      const std::size_t sign = words[k].find('=');
      if (sign != std::string::npos && is_name(words[k].substr(0, sign)))
        launch.variables.emplace_back(words[k].substr(0, sign), words[k].substr(sign + 1));
    }
    for (std::size_t k = i + 1; k < words.size() && words[k] != "\n" && launch.arguments.size() < most_arguments; ++k) {
      if (words[k].starts_with('>') || words[k].starts_with("2>")) break;
      launch.arguments.push_back(as_variable(words[k]));
    }
    return launch;
  }
  return std::nullopt;
}

}  // namespace redtag
