#include "lower/flow/values.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "document/document.h"
#include "stack/commands.h"

namespace redtag::flow {

namespace {

constexpr std::size_t most_values = 4000;  ///< of one file
constexpr std::size_t most_bytes = std::size_t{256} << 10;
constexpr std::size_t longest_value = 2048;
constexpr std::size_t longest_path = 400;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return name.ends_with(ending); });
}

bool is_name(std::string_view text) {
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// A text of assignments and comments, with sections at most.
bool holds_assignments(std::string_view text) {
  std::size_t assignments = 0, lines = 0;
  for (std::string_view line : split(text.substr(0, 4096), '\n')) {
    line = trim(line);
    if (line.empty() || line[0] == '#' || line[0] == '[' || line[0] == ';') continue;
    if (++lines > 40) break;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    if (is_name(trim(line.substr(0, line.find('='))))) assignments += line.find('=') != std::string_view::npos ? 1 : 0;
  }
  return assignments > 0 && assignments * 2 > lines;
}

/// One word or a few on each line.
bool holds_entries(std::string_view text) {
  std::size_t lines = 0;
  for (std::string_view line : split(text.substr(0, 4096), '\n')) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    ++lines;
    if (line.size() > 200 || std::count(line.begin(), line.end(), ' ') > 3) return false;
    if (line.find_first_of("(){}<>;`\"") != std::string_view::npos) return false;
  }
  return lines > 0;
}

class DocumentValues {
 public:
  std::vector<PlacedValue> run(const document::Node& root) {
    struct Visit {
      const document::Node* node;
      std::string path, group, key;
    };
    std::vector<Visit> waiting{{&root, "", "", ""}};
    while (!waiting.empty() && values_.size() < most_values) {
      Visit at = std::move(waiting.back());
      waiting.pop_back();
      if (at.path.size() > longest_path) continue;
      const document::Node& node = *at.node;
      if (node.scalar()) {
        add(at.path, at.group, at.key, node);
        continue;
      }
      std::vector<Visit> below;
      const std::string inner = at.group.empty() ? at.key : at.group + "." + at.key;
      for (const document::Member& member : node.members) {
        below.push_back({&member.value, at.path.empty() ? member.key : at.path + "." + member.key, inner, member.key});
      }
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (add_named(node.items[i], at.path, inner)) continue;
        below.push_back({&node.items[i], at.path + "[]", inner, "[" + std::to_string(i) + "]"});
      }
      waiting.insert(waiting.end(), std::make_move_iterator(below.rbegin()), std::make_move_iterator(below.rend()));
    }
    return std::move(values_);
  }

 private:
  /// `{ name: X, value: y }` is a variable as `X: y` is one.
  bool add_named(const document::Node& item, const std::string& path, const std::string& group) {
    const document::Node* name = item.find("name");
    const document::Node* value = item.find("value");
    if (name == nullptr || value == nullptr || !name->scalar() || !value->scalar() || !is_name(name->text))
      return false;
    add(path + "." + name->text, group, name->text, *value);
    return true;
  }

  void add(const std::string& path, const std::string& group, const std::string& key, const document::Node& node) {
    if (node.text.size() > longest_value) return;
    const std::size_t sign = node.text.find('=');
    const bool line = key.starts_with('[') && sign != std::string::npos && is_name(node.text.substr(0, sign));
    if (line) {  // `- NAME=value`
      values_.push_back({path.substr(0, path.size() - 2) + "." + node.text.substr(0, sign), group,
                         node.text.substr(0, sign), node.text.substr(sign + 1), node.bytes});
      return;
    }
    values_.push_back({path, group, key, node.text, node.bytes});
  }

  std::vector<PlacedValue> values_;
};

/// Takes one pair of quotation marks off.
std::string_view unquoted(std::string_view value) {
  if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    return value.substr(1, value.size() - 2);
  return value;
}

/// Files whose other lines start something: tables of jobs, image files, pipelines in a language of their own.
bool holds_commands(std::string_view path, std::string_view text) {
  const std::string name = lower_ascii(file_name(path));
  const CommandFile kind = command_file(path, text);
  return kind == CommandFile::Crontab || kind == CommandFile::Procfile || kind == CommandFile::Justfile ||
         name.find("dockerfile") != std::string::npos || name.find("jenkinsfile") != std::string::npos;
}

/// What else a text of lines holds.
enum class Lines : std::uint8_t {
  Settings,
  Make,
  Commands,  ///< lines that set nothing are values as well
  Script,    ///< the same, however deep they stand
};

class LineValues {
 public:
  LineValues(std::string_view text, Lines lines) : text_(text), lines_(lines) {}

  std::vector<PlacedValue> run() {
    for (std::size_t at = 0; at < text_.size() && values_.size() < most_values;) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      read(text_.substr(at, end - at), at);
      at = end + 1;
    }
    return std::move(values_);
  }

 private:
  void read(std::string_view whole, std::size_t offset) {
    std::string_view line = trim(whole);
    const bool script = lines_ == Lines::Script;
    if (line.empty() || line[0] == '#' || line[0] == ';' || (whole[0] == '\t' && !script)) return;
    if (line.front() == '[' && line.back() == ']' && !script) {
      section_ = std::string(line.substr(1, line.size() - 2));
      return;
    }
    for (const std::string_view word : {"export ", "override "}) {
      if (line.starts_with(word)) line = trim(line.substr(word.size()));
    }
    if (line.starts_with("ENV ")) line = trim(line.substr(4));
    const std::size_t sign = line.find('=');
    std::string_view name = line.substr(0, std::min(sign, line.size()));
    // `$Mode = 'report'`, and `param([string] $Mode = 'report',`
    if (const std::size_t dollar = script ? name.rfind('$') : std::string_view::npos; dollar != std::string_view::npos)
      name.remove_prefix(dollar + 1);
    while (!name.empty() && std::string_view(":?+! \t").find(name.back()) != std::string_view::npos)
      name.remove_suffix(1);
    if (sign == std::string_view::npos || !is_name(name)) return add_line(line, offset, whole);
    add(name, line.substr(sign + 1), offset + static_cast<std::size_t>(line.data() - whole.data()) + sign + 1);
  }

  void add_line(std::string_view line, std::size_t offset, std::string_view whole) {
    const bool commands = lines_ == Lines::Commands || lines_ == Lines::Script;
    if (!commands || line.empty() || line.size() > longest_value) return;
    const auto begin = static_cast<std::uint32_t>(offset + static_cast<std::size_t>(line.data() - whole.data()));
    const ByteRange bytes{begin, begin + static_cast<std::uint32_t>(line.size())};
    values_.push_back({"[]", section_, "[]", std::string(line), bytes});
  }

  void add(std::string_view name, std::string_view rest, std::size_t at) {
    if (lines_ == Lines::Make) rest = rest.substr(0, rest.find(" #"));
    const std::string_view value = trim(rest);
    if (value.size() > longest_value) return;
    if (!value.empty()) at += static_cast<std::size_t>(value.data() - rest.data());
    const std::string_view plain = unquoted(value);
    const auto begin = static_cast<std::uint32_t>(at);
    const ByteRange bytes{begin, begin + static_cast<std::uint32_t>(value.size())};
    if (name == "Environment" && plain.find('=') != std::string_view::npos) {  // of a unit
      for (const std::string_view word : split(plain, ' ')) {
        const std::string_view each = unquoted(trim(word));
        const std::size_t inner = each.find('=');
        if (inner == std::string_view::npos || !is_name(each.substr(0, inner))) continue;
        const std::string key(each.substr(0, inner));
        values_.push_back({"Environment." + key, section_, key, std::string(each.substr(inner + 1)), bytes});
      }
      return;
    }
    values_.push_back({section_.empty() ? std::string(name) : section_ + "." + std::string(name), section_,
                       std::string(name), std::string(plain), bytes});
  }

  std::string_view text_;
  Lines lines_;
  std::string section_;
  std::vector<PlacedValue> values_;
};

std::vector<PlacedValue> entries_in(std::string_view text) {
  std::vector<PlacedValue> values;
  for (std::size_t at = 0; at < text.size() && values.size() < most_values;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view whole = text.substr(at, end - at);
    const std::string_view line = trim(whole);
    if (!line.empty() && line[0] != '#') {
      const auto begin = static_cast<std::uint32_t>(at + static_cast<std::size_t>(line.data() - whole.data()));
      values.push_back({"[]", "", "[]", std::string(line), {begin, begin + static_cast<std::uint32_t>(line.size())}});
    }
    at = end + 1;
  }
  return values;
}

void put(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof(size));
  out += text;
}

bool take(std::string_view& rest, std::string& text) {
  std::uint32_t size = 0;
  if (rest.size() < sizeof(size)) return false;
  std::memcpy(&size, rest.data(), sizeof(size));
  rest.remove_prefix(sizeof(size));
  if (rest.size() < size) return false;
  text = std::string(rest.substr(0, size));
  rest.remove_prefix(size);
  return true;
}

bool take_number(std::string_view& rest, std::uint32_t& number) {
  if (rest.size() < sizeof(number)) return false;
  std::memcpy(&number, rest.data(), sizeof(number));
  rest.remove_prefix(sizeof(number));
  return true;
}

}  // namespace

ValueFile value_file(std::string_view path, std::string_view text) {
  if (text.size() > most_bytes || text.find('\0') != std::string_view::npos) return ValueFile::None;
  const std::string name = lower_ascii(file_name(path));
  if (ends_with_any(name, {".yml", ".yaml", ".json"})) return ValueFile::Document;
  if (name.find("makefile") != std::string::npos ||
      ends_with_any(name, {".env", ".mk", ".mak", ".service", ".timer", ".conf", ".cfg", ".ini", ".cnf", ".properties",
                           ".vars", ".config", ".defaults", ".params", ".list.env"}) ||
      name.starts_with(".env") || name.starts_with("env.") || holds_commands(path, text) || name == "justfile" ||
      name == ".justfile")
    return ValueFile::Lines;
  if (ends_with_any(name, {".txt", ".list", ".lst", ".csv", ".tsv", ".hosts", ".ids"})) {
    return holds_assignments(text) ? ValueFile::Lines : holds_entries(text) ? ValueFile::List : ValueFile::None;
  }
  const CommandFile commands = command_file(path, text);
  if (commands == CommandFile::Script || commands == CommandFile::PowerShell) return ValueFile::Script;
  if (name.find('.') != std::string::npos || text.starts_with("#!")) return ValueFile::None;
  return holds_assignments(text) ? ValueFile::Lines : holds_entries(text) ? ValueFile::List : ValueFile::None;
}

std::vector<PlacedValue> values_in(ValueFile kind, std::string_view path, std::string_view text) {
  switch (kind) {
    case ValueFile::None: return {};
    case ValueFile::Lines: {
      const std::string name = lower_ascii(file_name(path));
      const bool make = name.find("makefile") != std::string::npos || ends_with_any(name, {".mk", ".mak"});
      return LineValues(text, make                         ? Lines::Make
                              : holds_commands(path, text) ? Lines::Commands
                                                           : Lines::Settings)
          .run();
    }
    case ValueFile::Script: return LineValues(text, Lines::Script).run();
    case ValueFile::List: return entries_in(text);
    case ValueFile::Document: break;
  }
  const auto documents = document::parse_yaml_stream(text, path, document::Repeats::Kept);
  std::vector<PlacedValue> all;
  if (!documents) return all;
  for (std::size_t i = 0; i < documents->size() && i < 64; ++i) {
    for (PlacedValue& value : DocumentValues().run((*documents)[i])) {
      if (i > 0) value.group = std::to_string(i) + "#" + value.group;
      all.push_back(std::move(value));
    }
  }
  return all;
}

std::string to_bytes(const std::vector<PlacedValue>& values) {
  std::string out;
  for (const PlacedValue& value : values) {
    for (const std::string* text : {&value.path, &value.group, &value.key, &value.value}) put(out, *text);
    for (const std::uint32_t number : {value.bytes.begin, value.bytes.end})
      out.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  return out;
}

std::vector<PlacedValue> values_from(std::string_view bytes) {
  std::vector<PlacedValue> values;
  while (!bytes.empty()) {
    PlacedValue value;
    const bool whole = take(bytes, value.path) && take(bytes, value.group) && take(bytes, value.key) &&
                       take(bytes, value.value) && take_number(bytes, value.bytes.begin) &&
                       take_number(bytes, value.bytes.end);
    if (!whole) break;
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace redtag::flow
