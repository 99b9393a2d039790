#include "lower/ci/run.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "lower/carrier.h"
#include "lower/shell/interpreter.h"

namespace redtag::ci {

namespace {

constexpr std::size_t most_environment = std::size_t{16} << 10;  ///< bytes of variables in front of one step

/// `${{ … }}` as a variable of the same length: what the tool puts in is unknown to a shell.
void hide_expressions(std::string& text) {
  for (std::size_t at = text.find("${{"); at != std::string::npos; at = text.find("${{", at)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) return;
    for (std::size_t i = at + 2; i < end + 1; ++i) {
      const char c = text[i];
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\n';
      if (!word) text[i] = '_';
    }
    at = end + 2;
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// `$NAME` or `${NAME` stands in the text, or a program in it reads the variable by itself.
bool reads(std::string_view text, std::string_view name) {
  if (name.starts_with("TF_CLI_ARGS")) return true;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool plain = at > 0 && text[at - 1] == '$';
    const bool braced = at > 1 && text[at - 1] == '{' && text[at - 2] == '$';
    const std::size_t end = at + name.size();
    const bool longer = end < text.size() && is_name("_" + std::string(text.substr(end, 1)));
    if ((plain || braced) && !longer) return true;
  }
  return false;
}

/// `NAME="value"` on a line of its own; what stands for an expression stays one.
void add_assignment(std::string_view name, const Setting& setting, std::uint32_t offset, CarriedText& out) {
  const std::uint32_t place = offset + setting.bytes.begin;
  std::string line = std::string(name) + "=\"";
  for (std::size_t i = 0; i < setting.value.size(); ++i) {
    const char c = setting.value[i];
    const bool expression = c == '$' && setting.value.compare(i, 3, "${{") == 0;
    if (c == '"' || c == '\\' || c == '`' || (c == '$' && !expression)) line += '\\';
    line += c;
  }
  out.add_made(line + "\"\n", place);
}

/// `${{ … }}` and nothing else.
bool is_expression(std::string_view value) {
  return value.starts_with("${{") && value.find("}}") == value.size() - 2 && value.find('\n') == std::string_view::npos;
}

/// An expression with one name for one thing: `github.event.inputs.x` is `inputs.x`, and `env.X` what a shell calls `$X`.
std::string canonical_expression(std::string_view written) {
  constexpr std::string_view longer = "github.event.inputs.";
  const std::string_view inner = trim(written.substr(3, written.size() - 5));
  if (inner.starts_with("env.") && is_name(inner.substr(4))) return "${" + std::string(inner.substr(4)) + "}";
  std::string text = "${{ " + std::string(inner) + " }}";
  for (std::size_t at = text.find(longer); at != std::string::npos; at = text.find(longer, at))
    text.replace(at, longer.size(), "inputs.");
  return text;
}

/// Variables whose value is one expression: a script that names them says what it would say with the expression in its place.
std::map<std::string, std::string, std::less<>> expressions_of(const Pipeline& pipeline, const Job& job,
                                                               const Step& step) {
  std::map<std::string, std::string, std::less<>> found;
  const auto read = [&](const Setting& setting, std::string_view name) {
    found.erase(std::string(name));
    const bool assigned = step.script.text.find(std::string(name) + "=") != std::string::npos;
    if (is_name(name) && !assigned && is_expression(setting.value))
      found.emplace(name, canonical_expression(setting.value));
  };
  for (const Setting& setting : pipeline.variables) read(setting, setting.key);
  for (const Setting& setting : job.variables) read(setting, setting.key);
  for (const Setting& setting : step.with) {
    if (setting.key.starts_with("env.")) read(setting, std::string_view(setting.key).substr(4));
  }
  return found;
}

/// The script with such variables written out. A variable in single quotes is text, an expression is not.
void add_expanded(const PlacedText& script, const std::map<std::string, std::string, std::less<>>& expressions,
                  CarriedText& out) {
  const std::string_view text = script.text;
  bool literal = false;
  bool quoted = false;
  const auto copy = [&](std::size_t from, std::size_t to) {
    out.text.append(text.substr(from, to - from));
    out.map.insert(out.map.end(), script.map.begin() + static_cast<std::ptrdiff_t>(from),
                   script.map.begin() + static_cast<std::ptrdiff_t>(to));
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\\' && !literal && i + 1 < text.size()) {
      copy(i, i + 2);
      i += 2;
      continue;
    }
    const bool starts_word = i == 0 || std::string_view(" \t\n;").find(text[i - 1]) != std::string_view::npos;
    if (c == '#' && starts_word && !quoted && !literal) {
      const std::size_t end = std::min(text.find('\n', i), text.size());
      copy(i, end);
      i = end;
      continue;
    }
    if (c == '\'' && !quoted) literal = !literal;
    if (c == '"' && !literal) quoted = !quoted;
    const bool expression = text.substr(i, 3) == "${{";
    if (c != '$' || (literal && !expression)) {
      copy(i, i + 1);
      ++i;
      continue;
    }
    std::size_t end = i;
    std::string made;
    if (expression) {
      end = std::min(text.find("}}", i), text.size() - 2) + 2;
      if (is_expression(text.substr(i, end - i))) made = canonical_expression(text.substr(i, end - i));
    } else {
      const bool braced = text.substr(i, 2) == "${";
      const std::size_t begin = i + (braced ? 2 : 1);
      std::size_t stop = begin;
      while (stop < text.size() && is_name("_" + std::string(text.substr(stop, 1)))) ++stop;
      const auto found = expressions.find(text.substr(begin, stop - begin));
      if (found != expressions.end() && (!braced || (stop < text.size() && text[stop] == '}'))) {
        made = found->second;
        end = stop + (braced ? 1 : 0);
      }
    }
    if (made.empty()) {
      copy(i, i + 1);
      ++i;
      continue;
    }
    // It is put in before a shell sees the quotation marks, which close on their line in all but documents.
    const std::size_t line_end = std::min(text.find('\n', end), text.size());
    if (literal && text.substr(end, line_end - end).find('\'') != std::string_view::npos) made = "'" + made + "'";
    out.text += made;
    out.map.insert(out.map.end(), made.size(), script.map[i]);
    i = end;
  }
}

/// The variables that a script names, innermost last.
void add_environment(const SourceFileView& file, const Pipeline& pipeline, const Job& job, const Step& step,
                     CarriedText& out) {
  const auto add = [&](const Setting& setting, std::string_view name) {
    if (!is_name(name) || out.text.size() + setting.value.size() > most_environment) return;
    if (reads(step.script.text, name)) add_assignment(name, setting, file.offset, out);
  };
  for (const Setting& setting : pipeline.variables) add(setting, setting.key);
  for (const Setting& setting : job.variables) add(setting, setting.key);
  for (const Setting& setting : step.with) {
    if (setting.key.starts_with("env.")) add(setting, std::string_view(setting.key).substr(4));
  }
}

}  // namespace

Model lower_commands(const SourceFileView& file, const Pipeline& pipeline, const Job& job, const Step& step,
                     const LoweringView& view) {
  const PlacedText& script = step.script;
  CarriedText text;
  Carrier carrier;
  carrier.follows_calls = view.depth == 0;
  if (step.language == Language::Python || step.language == Language::JavaScript) {
    const auto interpreter =
        step.language == Language::Python ? shell::Interpreter::Python : shell::Interpreter::JavaScript;
    text = shell::commands_of(interpreter, script.text, script.map, view.facts);
  } else {
    const bool shell = step.language == Language::Shell;
    if (step.language == Language::PowerShell) carrier.dialect = Dialect::PowerShell;
    if (step.language == Language::Batch) carrier.dialect = Dialect::Batch;
    if (shell) {
      add_environment(file, pipeline, job, step, text);
      add_expanded(script, expressions_of(pipeline, job, step), text);
    } else {
      text.text += script.text;
      text.map.insert(text.map.end(), script.map.begin(),
                      script.map.begin() + static_cast<std::ptrdiff_t>(script.text.size()));
    }
  }
  if (trim(text.text).empty()) return {};
  hide_expressions(text.text);
  std::vector<std::uint32_t> map = text.whole_map();
  const auto end = file.offset + static_cast<std::uint32_t>(file.text.size());
  for (std::uint32_t& place : map) place = std::min(place, end);
  return embed_commands(file, text.text, text.bytes(), map, Certainty::Exact, view, carrier);
}

}  // namespace redtag::ci
