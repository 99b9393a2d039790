#include "lower/ci/run.h"

#include <algorithm>

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
    if (shell) add_environment(file, pipeline, job, step, text);
    text.text += script.text;
    text.map.insert(text.map.end(), script.map.begin(),
                    script.map.begin() + static_cast<std::ptrdiff_t>(script.text.size()));
  }
  if (trim(text.text).empty()) return {};
  hide_expressions(text.text);
  std::vector<std::uint32_t> map = text.whole_map();
  const auto end = file.offset + static_cast<std::uint32_t>(file.text.size());
  for (std::uint32_t& place : map) place = std::min(place, end);
  return embed_commands(file, text.text, text.bytes(), map, Certainty::Exact, view, carrier);
}

}  // namespace redtag::ci
