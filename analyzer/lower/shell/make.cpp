// Recipes as shell texts: `$(NAME)` becomes `${NAME}`, with the definitions that it needs in front.
#include "lower/shell/make.h"
#include "lower/shell/vocabulary.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "lower/around.h"
#include "lower/shell/carriers.h"
#include "lower/shell/destination.h"
#include "lower/shell/follow.h"

namespace redtag::shell {

namespace {

constexpr unsigned deepest_variable = 16;
constexpr std::size_t most_needed = 128;
/// Definitions that are written out for all recipes of a file; recipes behind that see variables that nobody sets.
constexpr std::size_t most_definitions = 20000;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// A make variable's name as a shell can write it.
std::string shell_name(std::string_view name) {
  std::string plain;
  for (const char c : name) plain += is_name_byte(c) ? c : '_';
  if (plain.empty() || (plain[0] >= '0' && plain[0] <= '9')) plain.insert(0, 1, '_');
  return plain;
}

/// Functions whose last argument is, near enough, what they return.
constexpr std::array<std::string_view, 8> transparent{"wildcard", "strip",     "abspath", "realpath",
                                                      "sort",     "firstword", "info",    "lastword"};

class Translator {
 public:
  Translator(const Makefile& make, const SourceFileView& file, const MakeRule& rule, std::size_t& budget)
      : make_(make), file_(file), rule_(rule), budget_(budget) {}

  CarriedText run() {
    CarriedText commands;
    for (const std::string_view line : rule_.recipe) add_line(line, commands, 0);
    need_exported();
    CarriedText whole;
    std::set<std::string> done;
    for (std::size_t i = 0; i < needed_.size(); ++i) define(needed_[i], whole, done, 0);
    whole.text += commands.text;
    whole.map.insert(whole.map.end(), commands.map.begin(), commands.map.end());
    return whole;
  }

 private:
  [[nodiscard]] std::uint32_t offset(std::string_view piece) const {
    return file_.offset + static_cast<std::uint32_t>(piece.data() - file_.text.data());
  }

  /// What programs find in their environment says where they act, though no recipe names it.
  void need_exported() {
    constexpr std::size_t most_exported = 24;
    std::size_t left = most_exported;
    const auto need = [&](const std::string& name) {
      const bool known = std::find(needed_.begin(), needed_.end(), name) != needed_.end();
      if (known || left == 0 || needed_.size() >= most_needed || make_.variables.count(name) == 0) return;
      --left;
      needed_.push_back(name);
    };
    for (const std::string& name : make_.exported) need(name);
    if (!make_.exports_all) return;
    for (const auto& [name, definitions] : make_.variables) need(name);
  }

  /// `$(NAME)` or `$(call NAME,…)` alone on a line is a canned recipe.
  const std::vector<std::string_view>* canned(std::string_view line) const {
    line = trim(line);
    if (!line.starts_with("$(") || !line.ends_with(")")) return nullptr;
    std::string_view name = trim(line.substr(2, line.size() - 3));
    if (name.starts_with("call ")) name = trim(name.substr(5));
    const auto found = make_.canned.find(name.substr(0, name.find(',')));
    return found == make_.canned.end() ? nullptr : &found->second;
  }

  void add_line(std::string_view line, CarriedText& out, unsigned depth) {
    bool ignored = false;
    while (!line.empty() && std::string_view("@-+ \t").find(line.front()) != std::string_view::npos) {
      ignored = ignored || line.front() == '-';
      line.remove_prefix(1);
    }
    if (line.empty()) return;
    if (const auto* body = canned(line); body != nullptr && depth < 4) {
      for (const std::string_view inner : *body) add_line(inner, out, depth + 1);
      return;
    }
    // Each line has a shell of its own: where it went to is forgotten with it.
    const bool alone = !make_.one_shell && line.find("cd ") != std::string_view::npos;
    if (alone) out.add_made("(", offset(line));
    translate(line, out, depth);
    if (alone) out.add_made(line.find('#') == std::string_view::npos ? ")" : "\n)", offset(line));
    if (ignored) out.add_made(" || true", offset(line));
    out.add_made("\n", offset(line) + static_cast<std::uint32_t>(line.size()));
  }

  void translate(std::string_view text, CarriedText& out, unsigned depth) {
    for (std::size_t i = 0; i < text.size();) {
      const std::string_view rest = text.substr(i);
      // A recipe goes on with the tab of its next line.
      if (rest.starts_with("\\\n\t")) {
        out.add(rest.substr(0, 2), offset(rest));
        i += 3;
      } else if (rest[0] != '$' || rest.size() < 2) {
        out.add(rest.substr(0, 1), offset(rest));
        ++i;
      } else if (rest[1] == '$') {
        out.add(rest.substr(1, 1), offset(rest));
        i += 2;
      } else if (rest[1] == '(' || rest[1] == '{') {
        const std::size_t end = closing(rest);
        expand(rest.substr(2, end - 2), offset(rest), out, depth);
        i += std::min(end + 1, rest.size());
      } else {
        expand(rest.substr(1, 1), offset(rest), out, depth);
        i += 2;
      }
    }
  }

  static std::size_t closing(std::string_view text) {
    const char open = text[1], close = open == '(' ? ')' : '}';
    std::size_t depth = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] == open) ++depth;
      if (text[i] == close && --depth == 0) return i;
    }
    return text.size();
  }

  /// Something that make finds out, and that is there.
  static void add_item(std::uint32_t at, CarriedText& out) { out.add_made("$((0))", at); }

  void expand(std::string_view inside, std::uint32_t at, CarriedText& out, unsigned depth) {
    if (inside.empty()) return;
    if (inside == "@") return expand_target(at, out);
    if (std::string_view("@<^+?*%|").find(inside[0]) != std::string_view::npos) return add_item(at, out);
    const std::size_t blank = inside.find_first_of(" \t");
    if (blank != std::string_view::npos)
      return call(inside.substr(0, blank), trim(inside.substr(blank)), at, out, depth);
    if (inside.find_first_of(":$") != std::string_view::npos) return add_item(at, out);
    const std::string name(inside);
    if (name == "CURDIR") return out.add_made("${PWD}", at);
    if (needed_.size() < most_needed && std::find(needed_.begin(), needed_.end(), name) == needed_.end())
      needed_.push_back(name);
    out.add_made("${" + shell_name(name) + "}", at);
  }

  void expand_target(std::uint32_t at, CarriedText& out) const {
    const bool one = rule_.target.find_first_of("% \t$") == std::string::npos && !rule_.target.empty();
    one ? out.add_made(rule_.target, at) : add_item(at, out);
  }

  void call(std::string_view function, std::string_view argument, std::uint32_t at, CarriedText& out, unsigned depth) {
    if (depth >= deepest_variable) return add_item(at, out);
    if (function == "shell") {
      out.add_made("$(", at);
      translate(argument, out, depth + 1);
      return out.add_made(")", at);
    }
    if (std::find(transparent.begin(), transparent.end(), function) != transparent.end())
      return translate(argument, out, depth + 1);
    if (function == "addprefix") translate(argument.substr(0, argument.find(',')), out, depth + 1);
    add_item(at, out);
  }

  /// `$(PREFIX)` that nothing in sight sets: where it points to by convention.
  static void add_directory(const std::string& name, std::uint32_t at, CarriedText& out) {
    const std::string_view usual = usual_directory(name);
    if (!usual.empty()) out.add_made(name + "=\"${" + name + ":-" + std::string(usual) + "}\"\n", at);
  }

  /// Sets a variable as the Makefile does, behind those that it is made of.
  void define(std::string name, CarriedText& out,  // by value: the list that it comes from grows
              std::set<std::string>& done, unsigned depth) {
    if (budget_ == 0 || depth > deepest_variable || !done.insert(name).second) return;
    --budget_;
    const auto found = make_.variables.find(name);
    if (found == make_.variables.end()) {
      const std::uint32_t at = file_.offset;
      if (name == "RM") out.add_made("RM=\"rm -f\"\n", at);
      if (name == "MAKE") out.add_made("MAKE=make\n", at);
      add_directory(name, at, out);
      return;
    }
    for (const MakeDefinition& definition : found->second) {
      const std::size_t known = needed_.size();
      CarriedText value;
      add_value(definition, value, depth);
      for (std::size_t i = known; i < needed_.size(); ++i) define(needed_[i], out, done, depth + 1);
      for (const std::string& other : names_in(definition.value)) define(other, out, done, depth + 1);
      set(name, definition, value, out);
    }
  }

  [[nodiscard]] std::vector<std::string> names_in(std::string_view value) const {
    std::vector<std::string> names;
    for (const std::string& name : needed_) {
      if (value.find("(" + name + ")") != std::string_view::npos ||
          value.find("{" + name + "}") != std::string_view::npos)
        names.push_back(name);
    }
    return names;
  }

  void add_value(const MakeDefinition& definition, CarriedText& out, unsigned depth) {
    CarriedText raw;
    translate(definition.value.substr(0, 4096), raw, depth + 1);
    for (std::size_t i = 0; i < raw.text.size(); ++i) {
      const char c = raw.text[i];
      // Quotes of a value are the shell's when it is put in; within our own quotes they would end them.
      if (c == '"' || c == '\'' || c == '`' || c == '\\' || c == '\n') continue;
      out.text += c;
      out.map.push_back(raw.map[i]);
    }
  }

  void set(const std::string& name, const MakeDefinition& definition, const CarriedText& value,
           CarriedText& out) const {
    using How = MakeDefinition::How;
    const std::uint32_t at = offset(definition.value);
    const std::string plain = shell_name(name);
    if (definition.conditional) out.add_made("if true; then ", at);
    out.add_made(plain + "=\"", at);
    if (definition.how == How::Default) out.add_made("${" + plain + ":-", at);
    if (definition.how == How::Append) out.add_made("${" + plain + "} ", at);
    if (definition.how == How::Shell) out.add_made("$(", at);
    out.text += value.text;
    out.map.insert(out.map.end(), value.map.begin(), value.map.end());
    if (definition.how == How::Default) out.add_made("}", at);
    if (definition.how == How::Shell) out.add_made(")", at);
    out.add_made(definition.conditional ? "\"; fi\n" : "\"\n", at);
  }

  const Makefile& make_;
  const SourceFileView& file_;
  const MakeRule& rule_;
  std::size_t& budget_;
  std::vector<std::string> needed_;
};

}  // namespace

/// `deploy: build reset`: what a target needs is made first, as if its recipe began by calling it.
static void add_needed(const MakeRule& rule, const std::set<std::string_view>& targets, const SourceFileView& file,
                       Model& model) {
  if (rule.target.empty() || rule.target.find_first_of(" \t%$") != std::string::npos || rule.target.starts_with('.'))
    return;
  const std::string address = std::string(file.path) + ":" + rule.target;
  std::optional<ProcedureId> procedure;
  for (std::uint32_t i = 0; i < model.procedures.size() && !procedure; ++i) {
    if (model.procedures[i].address == address) procedure = ProcedureId{i};
  }
  for (const std::string_view need : rule.needs) {
    if (targets.count(need) == 0 || model.operations.size() >= limits::entities_per_file) continue;
    const auto at = file.offset + static_cast<std::uint32_t>(need.data() - file.text.data());
    const Region region{file.file, file.side, ByteRange{at, at + static_cast<std::uint32_t>(need.size())}};
    if (!procedure) {
      Procedure made;
      made.stack = Stack::Shell;
      made.address = address;
      made.region = region;
      made.unread = file.partial;
      procedure = ProcedureId{static_cast<std::uint32_t>(model.procedures.size())};
      model.procedures.push_back(std::move(made));
    }
    model.operations.push_back(call_of_target(file.path, need, region));
    model.operations.back().procedure = *procedure;
  }
}

Model lower_makefile(const SourceFileView& file, const CarryingView& view) {
  Model model;
  const Makefile make = read_makefile(file.text);
  std::size_t budget = most_definitions;
  Around around(view.view.facts);
  for (const auto& [name, definitions] : make.variables) {
    for (const MakeDefinition& each : definitions) around.set(name, each.value);
  }
  std::set<std::string_view> targets;
  for (const MakeRule& rule : make.rules) targets.insert(rule.target);
  for (const MakeRule& rule : make.rules) {
    if (rule.recipe.empty()) continue;
    Carrier carrier;
    carrier.name = rule.target.empty() ? "recipe" : rule.target.substr(0, 80);
    carrier.on_failure = OnFailure::Stops;
    const CarriedText text = Translator(make, file, rule, budget).run();
    const std::size_t first = model.operations.size();
    carry(text, std::move(carrier), file, view, model);
    around.bind(std::span(model.operations).subspan(first), text.text);
  }
  for (const MakeRule& rule : make.rules) add_needed(rule, targets, file, model);
  for (const std::string_view included : make.included) {
    if (!names_variables(included) || model.operations.size() >= limits::entities_per_file) continue;
    const auto at = file.offset + static_cast<std::uint32_t>(included.data() - file.text.data());
    const Region region{file.file, file.side, ByteRange{at, at + static_cast<std::uint32_t>(included.size())}};
    model.operations.push_back(load_of_file(included, region));
  }
  return model;
}

}  // namespace redtag::shell
