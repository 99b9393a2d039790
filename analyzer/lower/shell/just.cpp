// Justfiles: recipes with parameters and `{{ … }}` in their lines.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/shell/carriers.h"
#include "lower/shell/destination.h"
#include "lower/shell/follow.h"

namespace redtag::shell {

namespace {

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string shell_name(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '-', '_');
  return plain;
}

bool is_name(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_name_byte); }

struct Setting {
  std::string name;
  std::string_view value;  ///< a quoted text, a backtick, another name
};

/// The setting of `name := value`, or one of an empty name.
Setting setting_of(std::string_view line) {
  if (line.starts_with("export ")) line.remove_prefix(7);
  const std::size_t sign = line.find(":=");
  if (sign == std::string_view::npos || !is_name(trim(line.substr(0, sign)))) return {};
  return {std::string(trim(line.substr(0, sign))), trim(line.substr(sign + 2))};
}

/// `prefix / "bin"`, `name + "-" + version`: names and texts side by side, as a shell writes them. Empty for anything else.
std::string joined_value(std::string_view value) {
  std::string made;
  bool operand = true;  // what has to come next
  for (std::size_t i = 0; i < value.size();) {
    const char c = value[i];
    if (c == ' ') {
      ++i;
    } else if (!operand && (c == '/' || c == '+')) {
      if (c == '/') made += '/';
      operand = true;
      ++i;
    } else if (operand && (c == '"' || c == '\'')) {
      const std::size_t end = value.find(c, i + 1);
      if (end == std::string_view::npos) return {};
      const std::string_view text = value.substr(i + 1, end - i - 1);
      if (text.find_first_of("\\\"$`") != std::string_view::npos) return {};
      made += text;
      operand = false;
      i = end + 1;
    } else if (operand && is_name_byte(c)) {
      const std::size_t begin = i;
      while (i < value.size() && is_name_byte(value[i])) ++i;
      made += "${" + shell_name(value.substr(begin, i - begin)) + "}";
      operand = false;
    } else {
      return {};
    }
  }
  return operand ? std::string() : made;
}

class Justfile {
 public:
  Justfile(const SourceFileView& file, const CarryingView& view) : file_(file), view_(view) {}

  Model run() {
    std::vector<TextLine> body;
    std::string_view header;
    for (const TextLine& line : lines_of(file_.text)) {
      const bool inside = line.text.starts_with(' ') || line.text.starts_with('\t');
      if (inside || trim(line.text).empty()) {
        if (inside) body.push_back(line);
        continue;
      }
      finish(header, body);
      header = {};
      if (line.text[0] == '#' || line.text[0] == '[') continue;
      if (line.text.starts_with("set dotenv-")) {
        add_loads(line.text);
        continue;
      }
      Setting setting = setting_of(line.text);
      if (!setting.name.empty()) {
        settings_.push_back(std::move(setting));
      } else if (line.text.find(':') != std::string_view::npos) {
        header = line.text;
      }
    }
    finish(header, body);
    return std::move(model_);
  }

 private:
  [[nodiscard]] std::uint32_t offset(std::string_view piece) const {
    return file_.offset + static_cast<std::uint32_t>(piece.data() - file_.text.data());
  }

  /// `set dotenv-load`, `set dotenv-filename := ".env.test"`
  void add_loads(std::string_view line) {
    const std::size_t sign = line.find(":=");
    std::string_view name = sign == std::string_view::npos ? std::string_view(".env") : trim(line.substr(sign + 2));
    if (name == "true") name = ".env";
    if (name.size() > 1 && (name[0] == '"' || name[0] == '\'') && name.back() == name[0])
      name = name.substr(1, name.size() - 2);
    if (!names_variables(name)) return;
    const std::uint32_t at = offset(line);
    model_.operations.push_back(load_of_file(
        name, Region{file_.file, file_.side, ByteRange{at, at + static_cast<std::uint32_t>(line.size())}}));
  }

  void finish(std::string_view header, std::vector<TextLine>& body) {
    if (!body.empty()) add_recipe(header, body);
    body.clear();
  }

  void add_recipe(std::string_view header, const std::vector<TextLine>& body) {
    CarriedText text;
    for (const Setting& setting : settings_) set(setting.name, setting.value, text);
    if (header.starts_with('@')) header.remove_prefix(1);
    const std::string_view head = header.substr(0, header.find(':'));
    std::string name = "recipe";
    bool first = true;
    for (std::string_view word : split(head, ' ')) {
      if (trim(word).empty()) continue;
      if (first) name = std::string(word);
      first = false;
      const std::size_t sign = word.find('=');
      if (sign != std::string_view::npos && is_name(word.substr(0, sign)))
        set(std::string(word.substr(0, sign)), word.substr(sign + 1), text);
    }
    const bool script = trim(body.front().text).starts_with("#!");
    for (std::size_t i = script ? 1 : 0; i < body.size(); ++i) add_line(body[i].text, script, text);
    Carrier carrier;
    carrier.name = name.substr(0, 80);
    carrier.on_failure = script ? OnFailure::GoesOn : OnFailure::Stops;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  /// A variable that the command line may set, too.
  void set(const std::string& name, std::string_view value, CarriedText& out) const {
    const std::uint32_t at = offset(value);
    out.add_made(shell_name(name) + "=", at);
    const bool quoted =
        value.size() > 1 && (value[0] == '"' || value[0] == '\'' || value[0] == '`') && value.back() == value[0];
    if (quoted && value[0] == '`') {
      out.add(value, at);
    } else if (quoted) {
      out.add_made("\"${" + shell_name(name) + ":-", at);
      out.add(value.substr(1, value.size() - 2), at + 1);
      out.add_made("}\"", at);
    } else {
      const std::string joined = is_name(value) ? "${" + shell_name(value) + "}" : joined_value(value);
      out.add_made(joined.empty() ? hole(name) : "\"" + joined + "\"", at);
    }
    out.add_made("\n", at);
  }

  void add_line(std::string_view line, bool script, CarriedText& out) const {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return;
    line.remove_prefix(start);
    bool ignored = false;
    while (!script && !line.empty() && (line[0] == '@' || line[0] == '-')) {
      ignored = ignored || line[0] == '-';
      line.remove_prefix(1);
    }
    if (line.empty()) return;
    for (std::size_t i = 0; i < line.size();) {
      const std::size_t end = line.substr(i).starts_with("{{") ? line.find("}}", i) : std::string_view::npos;
      if (end == std::string_view::npos) {
        out.add(line.substr(i, 1), offset(line.substr(i)));
        ++i;
        continue;
      }
      const std::string_view inside = trim(line.substr(i + 2, end - i - 2));
      out.add_made(is_name(inside) ? "${" + shell_name(inside) + "}" : "$((0))", offset(line.substr(i)));
      i = end + 2;
    }
    if (ignored) out.add_made(" || true", offset(line));
    out.add_made("\n", offset(line) + static_cast<std::uint32_t>(line.size()));
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  std::vector<Setting> settings_;
  Model model_;
};

}  // namespace

Model lower_justfile(const SourceFileView& file, const CarryingView& view) { return Justfile(file, view).run(); }

}  // namespace redtag::shell
