// What is piped into a shell and stands in the script: printed, decoded, handed through.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/reader.h"

namespace redtag::shell {

namespace {

/// The bytes that base64 stands for; empty where it is none. Bounded by its input.
std::string decoded(std::string_view text) {
  std::string out;
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+' || c == '-')
      value = 62;
    else if (c == '/' || c == '_')
      value = 63;
    else if (c == '=' || c == '\n' || c == ' ')
      continue;
    else
      return {};
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xffU);
  }
  return out;
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' '; });
}

}  // namespace

namespace {

/// `| tee log |`, `| cat |`: what comes out is what went in.
bool hands_through(const Command& command) {
  if (command.words.empty() || !command.redirects.empty()) return false;
  const std::string name(base_name(marked_text(command.words[0].parts)));
  return name == "tee" || (name == "cat" && command.words.size() == 1);
}

}  // namespace

std::vector<Part> Reader::printed_by(std::size_t index) const {
  const Command& command = script_.commands[index];
  std::vector<Part> printed;
  for (const Redirect& redirect : command.redirects) {
    if (redirect.kind == RedirectKind::Here || redirect.kind == RedirectKind::HereString) return redirect.word.parts;
  }
  if (command.words.empty()) return printed;
  const std::string name(base_name(marked_text(command.words[0].parts)));
  if (name != "echo" && name != "printf") return printed;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (text.starts_with("-") || text == "%s" || text == "%s\\n") continue;
    if (!printed.empty()) {
      Part blank;
      blank.text = " ";
      blank.begin = command.words[i].region.bytes.begin;
      printed.push_back(std::move(blank));
    }
    printed.insert(printed.end(), command.words[i].parts.begin(), command.words[i].parts.end());
  }
  return printed;
}

void Reader::read_piped(std::size_t index) {
  if (shells_ >= nested_shells) return;
  const Command& command = script_.commands[index];
  std::vector<std::string> texts;
  for (const Word& word : command.words) texts.push_back(marked_text(word.parts));
  if (command.piped && texts.size() > 1 && strip(texts).size() == 1 && strip(texts).front().program == "tee") {
    std::vector<Part> text = printed_by(*command.piped);
    if (!text.empty()) note_text(texts.back(), std::move(text));
  }
  if (!command.piped || !runs_input(texts)) return;
  std::size_t from = *command.piped;
  for (unsigned step = 0; step < nested_shells && script_.commands[from].piped && hands_through(script_.commands[from]);
       ++step)
    from = *script_.commands[from].piped;
  const Command& source = script_.commands[from];
  const std::string program =
      source.words.empty() ? std::string() : std::string(base_name(marked_text(source.words[0].parts)));
  Origin origin;
  origin.file = origin_->file;
  origin.side = origin_->side;
  std::string text;
  if (program == "base64") {
    std::vector<Part> parts = printed_by(from);
    if (parts.empty() && source.piped) parts = printed_by(*source.piped);
    if (parts.size() != 1 || parts[0].kind != PartKind::Text) return;
    text = decoded(parts[0].text);
    if (!is_text(text)) return;
    origin.map.assign(text.size(), parts[0].begin);
  } else if (const auto printed =
                 program == "printf" || program == "echo" ? printed_text(source.source) : std::nullopt) {
    text = *printed;
    origin.map.assign(text.size(), source.region.bytes.begin);
  } else if (program == "echo" || program == "printf" || program == "cat") {
    for (const Part& part : printed_by(from)) {
      const std::string piece = marked_text({part});
      for (std::size_t i = 0; i < piece.size(); ++i)
        origin.map.push_back(part.kind == PartKind::Text ? part.at(i) : part.begin);
      text += piece;
    }
  }
  const std::vector<Invocation> runs = strip(texts);  // none behind ssh
  if (!runs.empty() && runs.back().program == "crontab") drop_times(text, origin.map);
  if (!runs.empty() && escapes_to_shell(runs.back().program)) keep_escapes(text, origin.map);
  if (!runs.empty() && reads_recipes(texts, runs.back())) keep_recipes(text, origin.map);
  NestedText how;
  how.whereabouts = where_input_runs(texts);
  if (!text.empty()) read_inner(index, text, std::move(origin), how);
}

}  // namespace redtag::shell
