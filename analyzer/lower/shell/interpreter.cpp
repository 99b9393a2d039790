#include "lower/shell/interpreter.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/code/code.h"
#include "lower/shell/interpreter_perl.h"

namespace redtag::shell {

namespace {

using code::argument;
using code::Kind;
using code::literal;
using code::Node;

constexpr std::size_t most_text = std::size_t{64} << 10;  ///< of a program that is read
constexpr std::size_t most_commands = 256;                ///< that one program comes to
constexpr unsigned deepest_value = 16;                    ///< calls and operators in a value

template <class List>
bool among(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view word_of(Interpreter interpreter) {
  switch (interpreter) {
    case Interpreter::Python: return "python";
    case Interpreter::JavaScript: return "javascript";
    case Interpreter::Ruby: return "ruby";
    case Interpreter::Php: return "php";
    case Interpreter::Perl: return "perl";
  }
  return {};
}

std::optional<code::Language> grammar_of(Interpreter interpreter) {
  switch (interpreter) {
    case Interpreter::Python: return code::Language::Python;
    case Interpreter::JavaScript: return code::Language::JavaScript;
    case Interpreter::Ruby: return code::Language::Ruby;
    case Interpreter::Php: return code::Language::Php;
    case Interpreter::Perl: break;
  }
  return std::nullopt;
}

/// A name that a shell's variable can have.
std::string variable_name(std::string_view text) {
  std::string name;
  for (const char c : text.substr(0, 60)) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    name += word ? c : '_';
  }
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) name.insert(0, 1, '_');
  return name;
}

/// `DBInstanceIdentifier` and `delete_bucket` as the client of the command line spells them.
std::string option_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z';
    const bool after_lower =
        i > 0 && ((text[i - 1] >= 'a' && text[i - 1] <= 'z') || (text[i - 1] >= '0' && text[i - 1] <= '9'));
    const bool before_lower = i > 0 && i + 1 < text.size() && text[i + 1] >= 'a' && text[i + 1] <= 'z';
    if (upper && (after_lower || before_lower)) out += '-';
    out += c == '_' ? '-' : upper ? static_cast<char>(c + 32) : c;
  }
  return out;
}

/// Calls that make a place of their own, and calls whose value is that of their argument.
constexpr std::array temporaries =
    std::to_array<std::string_view>({"mkdtemp", "mkdtempSync", "mktemp", "mktmpdir", "TemporaryDirectory",
                                     "NamedTemporaryFile", "gettempdir", "tmpdir", "sys_get_temp_dir", "tempnam"});
constexpr std::array same_value =
    std::to_array<std::string_view>({"Path", "PurePath", "str", "String", "expanduser", "abspath", "resolve",
                                     "realpath", "quote", "new", "shellescape", "escapeshellarg"});

/// The variable of the environment that a value reads; empty for any other value.
std::string environment_of(const Node& node) {
  if (node.on.empty()) return {};
  const std::string owner = code::path_of(node.on.front());
  const bool environment = owner == "os.environ" || owner == "process.env" || owner == "ENV" || owner == "os";
  if (!environment) return {};
  if (node.kind == Kind::Member && node.text != "[]") return owner == "process.env" ? node.text : std::string();
  if (node.kind == Kind::Member && !node.items.empty()) return std::string(literal(&node.items.front()));
  const bool reads = node.text == "get" || node.text == "getenv" || node.text == "fetch";
  return reads ? std::string(literal(argument(node, 0))) : std::string();
}

class Translation {
 public:
  Translation(Interpreter interpreter, std::span<const std::uint32_t> map, const FactTables& facts)
      : language_(word_of(interpreter)), map_(map), facts_(facts) {}

  CarriedText run(const Node& root) {
    visit(root);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::uint32_t place(std::uint32_t offset) const {
    return map_.empty() ? offset : map_[std::min<std::size_t>(offset, map_.size() - 1)];
  }

  void visit(const Node& node) {  // nesting is bounded by the reader
    if (written_ >= most_commands) return;
    for (const Node& on : node.on) visit(on);
    for (const Node& item : node.items) visit(item);
    if (node.kind == Kind::Assign) assign(node);
    if (node.kind == Kind::Call) tell(node);
    for (const Node& inner : node.body) visit(inner);
    for (const Node& inner : node.otherwise) visit(inner);
  }

  void end_line(const Node& node) {
    out_.add_made("\n", place(node.bytes.end));
    ++written_;
  }

  /// `p = "/srv/shop"`: later commands name it.
  void assign(const Node& node) {
    std::string_view name = node.text;
    if (name.starts_with('$')) name.remove_prefix(1);
    if (node.items.size() != 1 || name.empty() || variable_name(name) != name) return;
    const Node& value = node.items.front();
    if (value.kind == Kind::Call && value.text == "client" && !literal(argument(value, 0)).empty())
      clients_[std::string(name)] = std::string(literal(argument(value, 0)));
    out_.add_made(std::string(name) + "=", place(node.bytes.begin));
    add_value(value, 0);
    end_line(node);
  }

  void tell(const Node& call) {
    if (tell_cloud(call)) return;
    for (const FactRowView& row : facts_.rows("code", call.text)) {
      const bool text = row.effect == "alias" && row.value == "shell";
      if ((!text && row.effect != "commands") || !fits(call, row.path)) continue;
      const CarriedText before = out_;
      if (write(call, text ? std::string_view("{text}") : row.value)) return end_line(call);
      out_ = before;
    }
  }

  [[nodiscard]] bool fits(const Node& call, std::string_view path) const {
    const std::vector<std::string_view> words = split(path, ' ');
    if (words.size() < 2 || (words[0] != "*" && words[0] != language_)) return false;
    if (words[1] == "any") return true;
    if (words[1] == "free") return call.on.empty();
    if (words[1] != "on" || words.size() < 3 || call.on.empty()) return false;
    return among(split(words[2], '|'), call.on.front().text);
  }

  /// Writes a row's words with the call's arguments in their places. False where what it needs does not stand there.
  bool write(const Node& call, std::string_view words) {
    bool first = true;
    for (const std::string_view word : split(words, ' ')) {
      if (word.empty()) continue;
      if (!first) out_.add_made(" ", place(call.head.begin));
      first = false;
      if (word == "{text}") {
        if (!write_command(call)) return false;
      } else if (word == "{1}") {
        if (argument(call, 0) == nullptr) return false;
        add_value(*argument(call, 0), 0);
      } else if (word.starts_with("{key:")) {
        const Node* value = code::keyword(call, word.substr(5, word.size() - 6));
        if (value == nullptr) return false;
        add_value(*value, 0);
      } else {
        out_.add_made(word, place(call.head.begin));
      }
    }
    return !first;
  }

  /// A command that is a text, a list of words, or a program and its words.
  bool write_command(const Node& call) {
    const Node* command = argument(call, 0);
    if (command == nullptr) return false;
    const Node* second = argument(call, 1);
    const bool words = second != nullptr && (second->kind == Kind::List || second->kind == Kind::String);
    if (command->kind == Kind::List) {
      add_words(command->items);
    } else if (words) {
      for (std::size_t i = 0; argument(call, i) != nullptr; ++i) {
        const Node& item = *argument(call, i);
        if (i > 0) out_.add_made(" ", place(item.bytes.begin));
        item.kind == Kind::List ? add_words(item.items) : add_value(item, 0);
      }
    } else {
      return add_text(*command, 0);
    }
    return true;
  }

  void add_words(const std::vector<Node>& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.add_made(" ", place(items[i].bytes.begin));
      add_value(items[i], 0);
    }
  }

  /// A text that a shell reads, as it stands; what is decided when the program runs is a variable.
  bool add_text(const Node& node, unsigned depth) {
    if (node.kind == Kind::String) {
      for (std::size_t i = 0; i < node.text.size(); ++i)
        out_.add(std::string_view(node.text).substr(i, 1), place(i < node.map.size() ? node.map[i] : node.bytes.begin));
      return !node.text.empty();
    }
    const bool joins = node.kind == Kind::Operator && (node.text == "+" || node.text == ".") && node.items.size() == 2;
    if (joins && depth < deepest_value) {
      const bool left = add_text(node.items[0], depth + 1);
      return add_text(node.items[1], depth + 1) || left;
    }
    if (add_list(node) || (depth < deepest_value && add_filled(node, depth))) return true;
    out_.add_made("${" + variable_name(node.text) + "}", place(node.bytes.begin));
    return depth > 0 || node.kind == Kind::Name;
  }

  /// `" ".join(["rm", "-rf", path])`, `["rm", "-rf"].join(" ")`
  bool add_list(const Node& node) {
    if (node.kind != Kind::Call || node.text != "join" || node.on.empty()) return false;
    const Node* list = argument(node, 0);
    const Node* between = &node.on.front();
    if (between->kind == Kind::List) std::swap(list, between);
    if (list == nullptr || list->kind != Kind::List || list->items.empty()) return false;
    const std::string_view separator = between == nullptr ? std::string_view() : literal(between);
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      if (i > 0) out_.add_made(separator, place(list->items[i].bytes.begin));
      (void)add_text(list->items[i], 1);
    }
    return true;
  }

  /// `"%s -rf %s" % ("rm", path)`
  bool add_filled(const Node& node, unsigned depth) {
    if (node.kind != Kind::Operator || node.text != "%" || node.items.size() != 2) return false;
    const Node& format = node.items[0];
    const Node& given = node.items[1];
    if (format.kind != Kind::String) return false;
    std::size_t next = 0;
    for (std::size_t i = 0; i < format.text.size(); ++i) {
      const auto at = place(i < format.map.size() ? format.map[i] : format.bytes.begin);
      if (format.text.compare(i, 2, "%s") != 0) {
        out_.add(std::string_view(format.text).substr(i, 1), at);
        continue;
      }
      ++i;
      const bool several = given.kind == Kind::List;
      if (several && next >= given.items.size()) return false;
      (void)add_text(several ? given.items[next++] : given, depth + 1);
    }
    return true;
  }

  /// One word. A value that the program does not tell is there all the same: these languages refuse an empty path.
  void add_value(const Node& node, unsigned depth) {
    if (node.kind == Kind::String) return add_string(node);
    if (node.kind == Kind::Number || node.kind == Kind::Bool) return out_.add_made(node.text, place(node.bytes.begin));
    const std::string variable = environment_of(node);
    const bool call = node.kind == Kind::Call && depth < deepest_value;
    if (!variable.empty()) {
      out_.add_made("\"${" + variable_name(variable) + ":?}\"", place(node.bytes.begin));
    } else if (node.kind == Kind::Call && among(temporaries, node.text)) {
      out_.add_made("\"$(mktemp -d)\"", place(node.bytes.begin));
    } else if (call && node.text == "join" && node.items.size() > 1) {
      add_joined(node.items, "/", depth);
    } else if (call && among(same_value, node.text) && argument(node, 0) != nullptr) {
      add_value(*argument(node, 0), depth + 1);
    } else if (node.kind == Kind::Operator && node.items.size() == 2 && depth < deepest_value &&
               (node.text == "+" || node.text == "/" || node.text == ".")) {
      add_joined(node.items, node.text == "/" ? "/" : "", depth);
    } else {
      out_.add_made("\"${" + variable_name(node.text.empty() ? "value" : node.text) + ":?}\"", place(node.bytes.begin));
    }
  }

  void add_joined(const std::vector<Node>& items, std::string_view between, unsigned depth) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.add_made(between, place(items[i].bytes.begin));
      add_value(items[i], depth + 1);
    }
  }

  /// A string in quotes of the shell; `${…}` in one that is decided when it runs stays a variable.
  void add_string(const Node& node) {
    const auto at = [&](std::size_t i) { return place(i < node.map.size() ? node.map[i] : node.bytes.begin); };
    if (node.dynamic) {
      std::string text = node.text;
      std::replace_if(text.begin(), text.end(), [](char c) { return c == '"' || c == '`' || c == '\\'; }, '_');
      out_.add_made("\"", at(0));
      for (std::size_t i = 0; i < text.size(); ++i) out_.add(std::string_view(text).substr(i, 1), at(i));
      return out_.add_made("\"", at(text.size()));
    }
    out_.add_made("'", at(0));
    for (std::size_t i = 0; i < node.text.size(); ++i) {
      if (node.text[i] == '\'') {
        out_.add_made("'\\''", at(i));
      } else {
        out_.add(std::string_view(node.text).substr(i, 1), at(i));
      }
    }
    out_.add_made("'", at(node.text.size()));
  }

  /// The service of the cloud's client that a call is made on; empty for any other.
  [[nodiscard]] std::string service_of(const Node& call) const {
    if (call.on.empty()) return {};
    const Node& on = call.on.front();
    if (on.kind == Kind::Call && on.text == "client") return std::string(literal(argument(on, 0)));
    const auto known = on.kind == Kind::Name ? clients_.find(on.text) : clients_.end();
    return known == clients_.end() ? std::string() : known->second;
  }

  /// `boto3.client("rds").delete_db_instance(DBInstanceIdentifier="x")` as the client of the command line takes it.
  bool tell_cloud(const Node& call) {
    std::string service = service_of(call);
    if (service.empty() || language_ != "python" || variable_name(service) == "_") return false;
    if (service == "s3") service = "s3api";
    out_.add_made("aws " + option_name(service) + " " + option_name(call.text), place(call.head.begin));
    for (const Node& item : call.items) {
      if (item.kind != Kind::Pair || item.items.empty()) continue;
      const Node& value = item.items.front();
      const bool off = value.kind == Kind::Bool && value.text == "false";
      out_.add_made((off ? " --no-" : " --") + option_name(variable_name(item.text)), place(item.bytes.begin));
      if (value.kind == Kind::Bool) continue;
      out_.add_made(" ", place(item.bytes.begin));
      add_value(value, 0);
    }
    end_line(call);
    return true;
  }

  std::string_view language_;
  std::span<const std::uint32_t> map_;
  const FactTables& facts_;
  CarriedText out_;
  std::size_t written_ = 0;
  std::map<std::string, std::string, std::less<>> clients_;  // variables that hold a client, with its service
};

}  // namespace

std::optional<Interpreter> interpreter_named(std::string_view program) {
  struct Named {
    std::string_view name;
    Interpreter interpreter;
  };
  static constexpr std::array named = std::to_array<Named>({{"python", Interpreter::Python},
                                                            {"pypy", Interpreter::Python},
                                                            {"nodejs", Interpreter::JavaScript},
                                                            {"node", Interpreter::JavaScript},
                                                            {"deno", Interpreter::JavaScript},
                                                            {"bun", Interpreter::JavaScript},
                                                            {"ruby", Interpreter::Ruby},
                                                            {"php", Interpreter::Php},
                                                            {"perl", Interpreter::Perl},
                                                            {"lua", Interpreter::Perl},
                                                            {"luajit", Interpreter::Perl},
                                                            {"awk", Interpreter::Perl},
                                                            {"gawk", Interpreter::Perl},
                                                            {"mawk", Interpreter::Perl}});
  while (!program.empty() && ((program.back() >= '0' && program.back() <= '9') || program.back() == '.'))
    program.remove_suffix(1);
  const auto found = std::find_if(named.begin(), named.end(), [&](const Named& each) { return each.name == program; });
  return found == named.end() ? std::nullopt : std::optional(found->interpreter);
}

CarriedText commands_of(Interpreter interpreter, std::string_view text, std::span<const std::uint32_t> map,
                        const FactTables& facts) {
  if (text.size() > most_text) text = text.substr(0, most_text);
  CarriedText commands;
  const std::optional<code::Language> grammar = grammar_of(interpreter);
  if (grammar) {
    const std::string opened = interpreter == Interpreter::Php ? "<?php " + std::string(text) : std::string(text);
    std::vector<std::uint32_t> places(map.begin(), map.end());
    if (opened.size() > text.size() && !places.empty())
      places.insert(places.begin(), opened.size() - text.size(), places.front());
    commands = Translation(interpreter, places, facts).run(code::read(*grammar, opened, 0).root);
  }
  if (interpreter != Interpreter::Python && interpreter != Interpreter::JavaScript)
    add_told_words(text, map, interpreter == Interpreter::Perl ? Calls::Read : Calls::Known, commands);
  return commands;
}

}  // namespace redtag::shell
