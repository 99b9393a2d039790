#include "lower/shell/settings.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_choices = 1000;  // of one script
constexpr std::size_t most_words = 12;      // of one choice

std::string shown(const Argument& argument) {
  return known_text(argument.readings.front()).value_or(argument.word->source);
}

std::string joined(const std::string& program, const std::vector<std::string>& words) {
  std::string out = program;
  for (const std::string& word : words) out += " " + word;
  return out;
}

/// Whether a file's name says for whom its values are: `prod.env`, `staging.sh`.
bool names_environment(std::string_view name) {
  const std::string plain = lower_ascii(name);
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = std::min(plain.find_first_of("._-", at), plain.size());
    const std::string_view part = std::string_view(plain).substr(at, end - at);
    if (is_listed(List::ProductionWord, part) || is_listed(List::TestWord, part)) return true;
    at = end + 1;
  }
  return false;
}

/// Subcommands stand first and in order, options anywhere.
bool is_choice(const std::vector<std::string_view>& wanted, const std::vector<std::string>& words) {
  std::size_t at = 0;
  for (const std::string_view each : wanted) {
    if (each.empty()) continue;
    if (each.starts_with('-')) {
      if (std::none_of(words.begin(), words.end(), [&](const std::string& word) { return word.starts_with(each); }))
        return false;
      continue;
    }
    while (at < words.size() && words[at].starts_with('-')) ++at;
    if (at >= words.size() || words[at++] != each) return false;
  }
  return true;
}

}  // namespace

Settings::Settings(const Script& script, const Scope& scope, const FactTables& facts) : scope_(scope), facts_(facts) {
  std::unordered_map<std::string_view, bool> choosers;  // scripts say the same few words again and again
  const auto may_choose = [&](const Word& word) {
    if (word.parts.size() != 1 || word.parts.front().kind != PartKind::Text) return false;
    const std::string_view program = base_name(word.parts.front().text);
    const auto [known, is_new] = choosers.try_emplace(program, false);
    if (is_new) known->second = !facts.rows("shell", program, "aims").empty();
    return known->second;
  };
  for (std::size_t i = 0; i < script.commands.size() && choices_.size() < most_choices; ++i) {
    const std::vector<Word>& written = script.commands[i].words;
    if (written.size() > 1 && (written[0].source == "." || written[0].source == "source")) add_source(i);
    // Behind a wrapper or two, if there are any.
    const std::size_t near = std::min<std::size_t>(written.size(), 4);
    if (std::none_of(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(near), may_choose)) continue;
    const std::vector<Argument> words = scope.arguments(i);
    std::vector<std::string> texts;
    for (const Argument& word : words) texts.push_back(word.text);
    for (const Invocation& run : strip(texts)) add_choice(i, run, words);
  }
}

void Settings::add_choice(std::size_t command, const Invocation& run, const std::vector<Argument>& words) {
  std::vector<std::string> told;
  for (std::size_t k = run.begin + 1; k < run.end && told.size() < most_words; ++k) told.push_back(shown(words[k]));
  for (const FactRowView& row : facts_.rows("shell", run.program, "aims")) {
    if (is_choice(split(row.path, ' '), told)) choices_.push_back({command, row, joined(run.program, told)});
  }
}

/// `. /etc/janitor/production.env`: what it sets is not known here, but for whom.
void Settings::add_source(std::size_t command) {
  const std::vector<Argument> words = scope_.arguments(command);
  if (words.size() < 2 || words[1].readings.empty() || sources_.size() >= most_words) return;
  const auto known = known_text(words[1].readings.front());
  const std::string name = known ? std::string(base_name(*known)) : std::string();
  if (names_environment(name)) sources_.push_back({command, name});
}

/// Whether a command names a variable that its script never sets.
bool Settings::is_open(const LineView& line) const {
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    for (const Reading& reading : line.words[i].readings) {
      const bool open = std::any_of(reading.begin(), reading.end(),
                                    [](const Piece& piece) { return piece.hole == Hole::Environment; });
      if (open) return true;
    }
  }
  return false;
}

std::vector<std::string> Settings::of(const LineView& line) const {
  std::vector<std::string> found;
  const auto source =
      std::find_if(sources_.rbegin(), sources_.rend(), [&](const Source& each) { return each.command < line.command; });
  if (source != sources_.rend() && is_open(line)) found.push_back("after . " + source->name);
  // The last one of each kind is in force.
  std::set<std::pair<std::string_view, std::string_view>> kinds;
  for (auto choice = choices_.rbegin(); choice != choices_.rend(); ++choice) {
    const std::vector<std::string_view> aimed = split(choice->row.value, '|');
    const bool here =
        choice->command < line.command && std::find(aimed.begin(), aimed.end(), line.invocation.program) != aimed.end();
    if (here && kinds.emplace(choice->row.type, choice->row.path).second) found.push_back("after " + choice->text);
  }
  std::sort(found.begin(), found.end());
  for (const FactRowView& row : facts_.rows("shell", line.invocation.program, "aimed-by")) {
    if (!row.path.starts_with('$')) continue;
    const std::string name(row.path.substr(1));
    const auto& own = line.as_written().assignments;
    if (std::any_of(own.begin(), own.end(), [&](const Assignment& each) { return each.name == name; })) continue;
    Word word;
    Part part;
    part.kind = PartKind::Variable;
    part.text = name;
    word.parts.push_back(std::move(part));
    word.source = "$" + name;
    for (const Reading& reading : scope_.read(word, line.command)) {
      const bool unset = reading.size() == 1 && reading.front().hole == Hole::Environment;
      if (!unset) found.push_back("with " + name + "=" + text_of(reading));
    }
  }
  return found;
}

std::vector<Settings::Detail> Settings::details(const LineView& line) const {
  std::vector<FactRowView> rows = facts_.rows("shell", line.invocation.program, "detail");
  const std::vector<FactRowView> general = facts_.rows("shell", "*", "detail");
  rows.insert(rows.end(), general.begin(), general.end());
  const auto row_of = [&](std::string_view option) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const FactRowView& row) { return row.path == option; });
    return found == rows.end() ? nullptr : &*found;
  };
  std::vector<Detail> found;
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    const std::string& text = line.text(i);
    if (text == "--") break;
    const std::size_t sign = text.find('=');
    if (sign != std::string::npos && row_of(std::string_view(text).substr(0, sign + 1)) != nullptr) {  // `bs=4M` of dd
      found.push_back({i, {}});
      continue;
    }
    if (text.size() < 2 || text[0] != '-') continue;
    if (const FactRowView* row = row_of(std::string_view(text).substr(0, sign))) {
      found.push_back({i, {}});
      if (sign == std::string::npos && row->value == "*" && i + 1 < line.last()) found.push_back({++i, {}});
      continue;
    }
    const bool cluster =
        text.size() > 2 && text.size() < 9 && text[1] != '-' &&
        std::all_of(
            text.begin() + 1, text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    if (!cluster || row_of("-*") == nullptr) continue;
    std::string left;
    for (const char letter : text.substr(1)) {
      const FactRowView* row = row_of(std::string{'-', letter});
      if (row == nullptr || row->value == "*") left += letter;
    }
    if (left != text.substr(1)) found.push_back({i, left.empty() ? left : "-" + left});
  }
  return found;
}

std::string Settings::said(const LineView& line) const {
  const std::vector<FactRowView> aliases = facts_.rows("shell", line.invocation.program, "alias");
  const auto meant = [&](std::string_view word) {
    const auto row =
        std::find_if(aliases.begin(), aliases.end(), [&](const FactRowView& each) { return each.path == word; });
    return row == aliases.end() || word.empty() ? std::string(word) : std::string(row->value);
  };
  const std::vector<Detail> details = this->details(line);
  const std::vector<FactRowView> rows = facts_.rows("shell", line.invocation.program, "detail");
  const bool clusters = std::any_of(rows.begin(), rows.end(), [](const FactRowView& row) { return row.path == "-*"; });
  auto detail = details.begin();
  std::vector<std::string> words;
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    const Value value = value_of(line.words[i]);
    std::string text = value.text;
    for (const Value& item : value.items) text += " " + item.text;
    if (detail != details.end() && detail->index == i) {
      text = detail->left;
      ++detail;
    }
    if (text.empty()) continue;
    if (clusters && text.size() > 2 && text[0] == '-' && text[1] != '-' && text.find('=') == std::string::npos) {
      for (const char letter : text.substr(1)) words.push_back(meant(std::string{'-', letter}));
      continue;
    }
    const std::size_t sign = text.starts_with("-") ? text.find('=') : std::string::npos;
    const std::size_t slash = text.find('/');
    if (sign != std::string::npos) {
      words.push_back(meant(text.substr(0, sign)));
      words.push_back(text.substr(sign + 1));
    } else if (slash != std::string::npos && meant(text.substr(0, slash)) != text.substr(0, slash)) {
      words.push_back(meant(text.substr(0, slash)));  // `po/web`
      words.push_back(text.substr(slash + 1));
    } else {
      words.push_back(meant(text));
    }
  }
  std::sort(words.begin(), words.end());
  std::string all;
  for (const std::string& word : words) all += word + '\n';
  return all;
}

std::vector<std::string> Settings::connection(const LineView& line) const {
  std::vector<std::string> found;
  for (const FactRowView& row : facts_.rows("shell", line.invocation.program, "aimed-by")) {
    if (!row.path.starts_with('-')) continue;
    const std::size_t at = line.value_of(row.path);
    if (at == LineView::npos || at >= line.words.size()) continue;
    found.push_back(std::string(row.path) + " " + shown(line.words[at]));
  }
  return found;
}

}  // namespace redtag::shell
