// What stands in front of a script so that it is read with values that somebody else sets.
#include "base/text.h"
#include "lower/shell/bound.h"
#include "lower/shell/carriers.h"
#include "stack/commands.h"

namespace redtag::shell {

namespace {

/// A value between double quotes: what it names is put in, nothing runs.
std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i, 3) == "${{") {
      const std::size_t end = value.find("}}", i);
      if (end == std::string_view::npos) break;
      text += "${_given}";
      i = end + 1;
      continue;
    }
    const char c = value[i];
    if (c == '"' || c == '\\' || c == '`' || (c == '$' && value.substr(i, 2) == "$(")) text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text + "\"";
}

std::string with_arguments(std::string_view text, const Bound& bound) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool position = bound.arguments && text[i] == '%' && i + 1 < text.size();
    const std::size_t at = position && text[i + 1] == '~' ? i + 2 : i + 1;
    if (position && at < text.size() && text[at] >= '1' && text[at] <= '9') {
      const auto which = static_cast<std::size_t>(text[at] - '1');
      if (which < bound.arguments->size() && !(*bound.arguments)[which].empty()) {
        out += (*bound.arguments)[which];
        i = at;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace

std::string bound_text(std::string_view path, std::string_view text, const Bound& bound, std::size_t& shift) {
  std::string front;
  const CommandFile kind = command_file(path, text);
  if (kind == CommandFile::Makefile) {
    front = bound.text;
    if (bound.text.empty()) {
      for (const auto& [name, value] : bound.variables) front += name + " = " + value + "\n";
    }
  } else if (kind == CommandFile::Batch) {
    for (const auto& [name, value] : bound.variables) front += "set " + name + "=" + value + "\n";
  } else if (kind == CommandFile::PowerShell) {
    for (const auto& [name, value] : bound.variables) front += "$env:" + name + " = '" + value + "'\n";
  } else {
    for (const auto& [name, value] : bound.variables) front += name + "=" + quoted(value) + "\n";
    if (bound.arguments) {
      front += "set --";
      for (std::size_t i = 0; i < bound.arguments->size(); ++i) {
        const std::string& argument = (*bound.arguments)[i];
        front += " " + (argument.empty() ? "\"${_given" + std::to_string(i) + "}\"" : quoted(argument));
      }
      front += "\n";
    }
    if (!bound.text.empty()) front += bound.text + "\n";
  }
  if (!front.empty() && !front.ends_with('\n')) front += '\n';
  shift = front.size();
  return front + (kind == CommandFile::Batch ? with_arguments(text, bound) : std::string(text));
}

Model lower_bound(std::string_view path, std::string_view text, const Bound& bound, const FactTables& facts) {
  std::size_t shift = 0;
  const std::string whole = bound_text(path, text, bound, shift);
  const SourceFileView file{FileId{0}, Side::After, path, whole};
  const LoweringView view{facts};
  const CommandFile kind = command_file(path, text);
  if (kind > CommandFile::Batch) return lower_carrier(kind, file, view);
  Carrier carrier;
  carrier.trigger = bound.trigger;
  carrier.ground = bound.ground;
  if (kind == CommandFile::PowerShell) carrier.dialect = Dialect::PowerShell;
  if (kind == CommandFile::Batch) carrier.dialect = Dialect::Batch;
  return lower_script(file, view, carrier, bound);
}

}  // namespace redtag::shell
