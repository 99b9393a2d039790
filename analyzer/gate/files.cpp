// What decides about the calls in files that are no pipelines: scripts, Makefiles, Jenkinsfiles, a package.json.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "gate/call.h"
#include "gate/words.h"

namespace redtag {
namespace {

using document::Node;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string kind_of(const std::vector<std::string>& lines, const LeadsToCall& leads) {
  for (const std::string& line : lines) {
    if (leads(line)) return call_kind(line).empty() ? line : call_kind(line);
  }
  return {};
}

std::uint32_t line_of(std::string_view text, const LeadsToCall& leads) {
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    if (const auto lines = logical_lines(raw); std::any_of(lines.begin(), lines.end(), leads)) return number;
  }
  return 1;
}

/// A Makefile as rules, and the lines between them.
struct Rule {
  std::string targets, prerequisites;
  std::vector<std::string> recipe;
};
struct Make {
  std::vector<Rule> rules;
  std::vector<std::string> others;
};

std::vector<std::string> make_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string joined;
  for (const std::string_view raw : split(text, '\n')) {
    joined += raw;
    if (joined.ends_with('\r')) joined.pop_back();
    if (joined.ends_with('\\')) {
      joined.back() = ' ';
      continue;
    }
    lines.push_back(std::move(joined));
    joined.clear();
  }
  lines.push_back(std::move(joined));
  return lines;
}

/// Where a rule's colon stands; npos for a line that is none (an assignment, a directive).
std::size_t rule_colon(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.substr(0, colon).find('=') != std::string_view::npos)
    return std::string_view::npos;
  const std::string_view behind = line.substr(colon);
  return behind.starts_with(":=") || behind.starts_with("::=") || behind.starts_with(":::=") ? std::string_view::npos
                                                                                             : colon;
}

Make read_make(std::string_view text) {
  Make make;
  for (const std::string& line : make_lines(text)) {
    if (line.starts_with('\t') && !make.rules.empty()) {
      if (std::string said(trim(line)); !said.empty() && said.front() != '#')
        make.rules.back().recipe.push_back(std::move(said));
      continue;
    }
    const std::string_view said = trim(std::string_view(line).substr(0, line.find('#')));
    if (said.empty()) continue;
    const std::size_t colon = rule_colon(said);
    if (colon == std::string_view::npos) {
      make.others.emplace_back(said);
      continue;
    }
    const std::size_t semicolon = said.find(';', colon);
    Rule rule{
        std::string(trim(said.substr(0, colon))), std::string(trim(said.substr(colon + 1, semicolon - colon - 1))), {}};
    if (semicolon != std::string_view::npos) rule.recipe.emplace_back(trim(said.substr(semicolon + 1)));
    make.rules.push_back(std::move(rule));
  }
  return make;
}

bool shares(const std::vector<std::string>& some, const std::set<std::string>& others) {
  return std::any_of(some.begin(), some.end(), [&](const std::string& word) { return others.count(word) > 0; });
}

/// Targets that call redtag, those that need one of them, and those whose recipe makes one.
std::set<std::string> gates_of(const Make& make, const LeadsToCall& leads) {
  std::map<std::string, std::vector<std::size_t>> users;  // what a rule names → the rules that name it
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < make.rules.size(); ++i) {
    const Rule& rule = make.rules[i];
    if (rule.targets.empty() || rule.targets.front() == '.') continue;
    for (std::string& word : words_of(rule.prerequisites)) users[std::move(word)].push_back(i);
    bool calls = false;
    for (const std::string& line : rule.recipe) {
      calls = calls || leads(line);
      if (line.find("MAKE") == std::string::npos) continue;
      for (std::string& word : words_of(line)) users[std::move(word)].push_back(i);
    }
    if (calls) open.push_back(i);
  }
  std::set<std::string> gates;
  while (!open.empty()) {
    const std::vector<std::string> targets = words_of(make.rules[open.back()].targets);
    open.pop_back();
    for (const std::string& target : targets) {
      const auto named = users.find(target);
      if (gates.insert(target).second && named != users.end())
        open.insert(open.end(), named->second.begin(), named->second.end());
    }
  }
  return gates;
}

/// A line outside of rules that can change what any recipe means.
bool steers_make(std::string_view line) {
  constexpr auto words =
      std::to_array<std::string_view>({"-include", "SHELL",    "MAKEFLAGS", "MAKE",     "PATH",     "define", "else",
                                       "endef",    "endif",    "export",    "ifdef",    "ifeq",     "ifndef", "ifneq",
                                       "include",  "override", "sinclude",  "undefine", "unexport", "vpath",  "load"});
  const std::string_view first = line.substr(0, line.find_first_of(" \t=:?+("));
  return std::find(words.begin(), words.end(), first) != words.end() || first.starts_with('.') ||
         line.find("$(eval") != std::string_view::npos || line.find("MAKEFLAGS") != std::string_view::npos;
}

/// Names of variables that a text reads: `$(A)`, `${A}`, `$A`.
std::vector<std::string> variables_in(std::string_view text) {
  std::vector<std::string> names;
  for (auto at = text.find('$'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('$', at + 1)) {
    const bool in_brackets = text[at + 1] == '(' || text[at + 1] == '{';
    names.emplace_back(in_brackets ? text.substr(at + 2, text.find_first_of("):} \t\n,", at + 2) - at - 2)
                                   : text.substr(at + 1, 1));
  }
  return names;
}

/// Lines outside of rules that steer all recipes, and the variables that `used` reads, and those that these read; in order.
std::string lines_that_count(const Make& make, std::string_view used) {
  std::map<std::string, std::vector<std::size_t>> defined;
  std::set<std::size_t> taken;
  std::vector<std::string> open = variables_in(used);
  const auto take = [&](std::size_t i) {
    if (!taken.insert(i).second) return;
    for (std::string& name : variables_in(make.others[i])) open.push_back(std::move(name));
  };
  for (std::size_t i = 0; i < make.others.size(); ++i) {
    const std::string& line = make.others[i];
    defined[line.substr(0, line.find_first_of(" \t=:?+!"))].push_back(i);
    if (steers_make(line)) take(i);
  }
  while (!open.empty()) {
    const auto lines = defined.find(open.back());
    open.pop_back();
    if (lines == defined.end()) continue;
    for (const std::size_t i : lines->second) take(i);
    defined.erase(lines);
  }
  std::string text;
  for (const std::size_t i : taken) text += make.others[i] + "\n";
  return text;
}

std::vector<GateUnit> make_units(std::string_view text, const LeadsToCall& leads) {
  const Make make = read_make(text);
  const std::set<std::string> gates = gates_of(make, leads);
  if (gates.empty()) return {};
  GateUnit unit;
  unit.line = line_of(text, leads);
  std::string used;
  std::size_t number = 0;
  for (const Rule& rule : make.rules) {
    const bool special = rule.targets.starts_with('.') && rule.targets != ".PHONY";
    const bool pattern = rule.targets.find('%') != std::string::npos;
    const bool computed = rule.targets.find('$') != std::string::npos;
    if (!special && !pattern && !computed && !shares(words_of(rule.targets), gates)) continue;
    std::string recipe = rule.prerequisites + "\n";
    for (const std::string& line : rule.recipe) {
      const bool plain = names_call(line) && plain_line(line);
      const auto form = plain ? script_form(line, OnFailure::Ends, leads).lines : std::vector<std::string>{line};
      recipe += (form.empty() ? std::string() : form.front()) + "\n";
    }
    used += recipe;
    unit.facts["/rule " + rule.targets + " " + std::to_string(++number)] = std::move(recipe);
    if (unit.kind.empty()) unit.kind = kind_of(rule.recipe, leads);
  }
  if (unit.kind.empty()) unit.kind = "check";
  unit.facts["/lines"] = lines_that_count(make, used);
  return {std::move(unit)};
}

/// The end of a block that opens at `open`, behind its brace; npos where it does not end.
std::size_t block_end(std::string_view text, std::size_t open) {
  int depth = 0;
  char quote = '\0';
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == '\\')
        ++i;
      else if (c == quote)
        quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

std::string without_slash_comments(std::string_view text) {
  std::string kept;
  for (const std::string_view raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (!line.starts_with("//") && !line.starts_with("/*") && !line.starts_with("* ") && !line.empty())
      kept += std::string(line) + "\n";
  }
  return kept;
}

/// A Jenkinsfile without the stages that neither call redtag nor hold one that does.
std::vector<GateUnit> jenkins_units(std::string_view whole, const LeadsToCall& leads) {
  const auto calls = [&](std::string_view text) {
    const auto lines = split(text, '\n');
    return std::any_of(lines.begin(), lines.end(), leads);
  };
  std::string text = without_slash_comments(whole);
  if (!calls(text)) return {};
  constexpr int most_stages = 500;  // with more of them all of the text decides
  int stages = 0;
  for (std::size_t at = text.find("stage"); at != std::string::npos && stages < most_stages;
       at = text.find("stage", at)) {
    ++stages;
    const std::size_t open = text.find('{', at);
    const std::size_t paren = at + 5;
    const bool is_stage =
        paren < text.size() && (text[paren] == '(' || text[paren] == ' ') && text.find('\n', at) > text.find('(', at);
    const std::size_t end = is_stage && open != std::string::npos ? block_end(text, open) : std::string::npos;
    if (end == std::string::npos || calls(std::string_view(text).substr(at, end - at))) {
      at += 5;
    } else {
      text.erase(at, end - at);
    }
  }
  GateUnit unit;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    unit.facts["/text"] += std::string(line) + "\n";
    if (unit.kind.empty() && leads(line)) unit.kind = call_kind(line);
  }
  if (unit.kind.empty()) unit.kind = "check";
  unit.line = line_of(whole, leads);
  return {std::move(unit)};
}

std::vector<GateUnit> package_units(std::string_view text, std::string_view path, const LeadsToCall& leads) {
  const auto root = document::parse_yaml(text, path);
  const Node* scripts = root ? root->find("scripts") : nullptr;
  if (scripts == nullptr) return {};
  std::vector<GateUnit> units;
  for (const document::Member& member : scripts->members) {
    if (!leads(member.value.text)) continue;
    GateUnit unit;
    unit.where = "/scripts/" + member.key;
    unit.kind = call_kind(member.value.text);
    unit.line = member.line;
    for (const std::string_view hook : {"pre", "", "post"}) {
      if (const Node* script = scripts->find(std::string(hook) + member.key)) {
        for (const std::string& line : script_form(script->text, OnFailure::GoesOn, leads).lines)
          unit.facts["/" + std::string(hook) + "script"] += line + "\n";
      }
    }
    if (const Node* shell = root->find("config")) {
      if (const Node* own = shell->find("script-shell")) unit.facts["/config/script-shell"] = own->text;
    }
    units.push_back(std::move(unit));
  }
  return units;
}

std::vector<GateUnit> whole_units(std::string_view text, const LeadsToCall& leads) {
  ScriptForm form = script_form(text, OnFailure::GoesOn, leads);
  if (!form.calls) return {};
  GateUnit unit;
  unit.kind = kind_of(logical_lines(text), leads);
  unit.line = line_of(text, leads);
  for (const std::string& line : form.lines) unit.facts["/text"] += line + "\n";
  return {std::move(unit)};
}

bool is_make(std::string_view name) {
  return name == "Makefile" || name == "makefile" || name == "GNUmakefile" || name.ends_with(".mk");
}

/// Text that a shell or something like it reads line by line.
bool is_script(std::string_view text, std::string_view path) {
  constexpr auto endings = std::to_array<std::string_view>({".bash", ".bat", ".cmd", ".ksh", ".ps1", ".sh", ".zsh"});
  const std::string_view name = name_of(path);
  const bool ends =
      std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
  const std::string_view first = text.substr(0, text.find('\n'));
  const bool shebang = first.starts_with("#!") && first.find("sh") != std::string_view::npos;
  const bool hook = name.find('.') == std::string_view::npos &&
                    (path.find("hooks/") != std::string_view::npos || path.starts_with(".husky/"));
  return ends || shebang || hook || name == "Dockerfile" || name.ends_with(".Dockerfile");
}

}  // namespace

MakeTargets gate_targets(std::string_view makefile, const LeadsToCall& leads) {
  const Make make = read_make(makefile);
  const std::set<std::string> gates = gates_of(make, leads);
  MakeTargets targets{{gates.begin(), gates.end()}, {}};
  for (const Rule& rule : make.rules) {
    const std::vector<std::string> words = words_of(rule.targets);
    if (words.empty() || words.front().starts_with('.') || words.front().find('%') != std::string::npos) continue;
    targets.first = words.front();
    break;
  }
  return targets;
}

std::vector<GateUnit> line_units(std::string_view text, const LeadsToCall& leads) {
  std::vector<GateUnit> units;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view said = trim(raw);
    if (said.starts_with("//") || said.starts_with("--") || said.starts_with(';')) continue;
    for (const std::string& line : logical_lines(raw)) {
      if (!names_call(line) || !leads(line)) continue;
      GateUnit unit;
      unit.kind = call_kind(line);
      unit.line = number;
      const auto form =
          plain_line(line) ? script_form(line, OnFailure::Ends, leads).lines : std::vector<std::string>{line};
      unit.facts["/line"] = form.empty() ? line : form.front();
      unit.where = "/" + unit.facts["/line"];
      units.push_back(std::move(unit));
    }
  }
  return units;
}

std::vector<GateUnit> script_units(std::string_view text, std::string_view path, const LeadsToCall& leads) {
  const std::string_view name = name_of(path);
  if (is_make(name)) return make_units(text, leads);
  if (name.find("Jenkinsfile") != std::string_view::npos || name.ends_with(".groovy"))
    return jenkins_units(text, leads);
  if (name == "package.json") return package_units(text, path, leads);
  if (is_script(text, path)) return whole_units(text, leads);
  return line_units(text, leads);
}

}  // namespace redtag
