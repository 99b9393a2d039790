#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "check/builtin.h"
#include "check/check.h"
#include "check/pack.h"
#include "document/document.h"

namespace redtag {

namespace {

const std::size_t stack_count = names_of(FieldKind::Stack).size();

/// The highest severity that a check can have.
Severity highest(const PackTablesView& tables, const CheckRow& check) {
  Severity best = Severity::Low;
  for (const SeverityRow& row : tables.severities.subspan(check.severities.first, check.severities.count)) {
    best = std::max(best, row.by == SeverityBy::Class ? Severity::Critical : row.severity);
  }
  return best;
}

/// What pack.yaml of the built-in pack's sources says.
constexpr std::string_view builtin_name = "redtag";

/// A pack's name becomes a part of rule ids and of paths in reports.
bool is_pack_name(std::string_view name) {
  if (name.empty() || name.size() > 40 || stack_from_name(name)) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// A name made of a path: `.redtag/checks` is nobody's in particular.
std::string name_of_path(std::string_view path) {
  std::string name = "house";
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == ".." || part == "checks" || part == ".redtag") continue;
    name = lower_ascii(part.substr(0, 36));
  }
  for (char& c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) c = '-';
  }
  return is_pack_name(name) ? name : "my-" + name;
}

/// What pack.yaml calls the pack, else a name made of its path.
Expected<std::string> pack_name(std::string_view called, SourceTree& tree, std::string_view directory) {
  const std::string file = directory.empty() ? "pack.yaml" : std::string(directory) + "/pack.yaml";
  const std::optional<std::string> yaml = tree.read(file);
  if (!yaml) return name_of_path(called);
  RT_TRY(const document::Node root, document::parse_yaml(*yaml, file));
  const document::Node* name = root.find("name");
  if (name == nullptr || root.members.size() != 1) {
    return fail(ErrorCode::Input, fmt::format("{}:{}: expected one key, `name`", file, root.line));
  }
  if (name->text != builtin_name && !is_pack_name(name->text)) {
    return fail(
        ErrorCode::Input,
        fmt::format("{}:{}: `{}` cannot name a pack: expected small letters, digits and `-`, and no stack's name", file,
                    name->line, printable(name->text)));
  }
  return name->text;
}

/// Whether the tables in the program and those of the pack can answer what its checks ask.
Expected<void> check_pack_facts(const PackSources& sources) {
  FactWords words;
  words.add_lines(builtin_pack().fact_words);
  for (const auto& [name, text] : sources.facts) words.add(text);
  return check_facts(sources, words);
}

}  // namespace

Pack::Pack(PackStorage storage) : owned(std::move(storage)), tables(owned.view()) { index(); }

Pack::Pack(const PackTablesView& builtin) : tables(builtin) { index(); }

void Pack::index() {
  rule_of.assign(tables.checks.size() * stack_count, no_row);
  for (std::uint32_t i = 0; i < tables.rules.size(); ++i) {
    rule_of[tables.rules[i].check * stack_count + static_cast<std::size_t>(tables.rules[i].stack)] = i;
  }
}

const RuleRow* Pack::rule(std::size_t check, Stack stack) const {
  const std::uint32_t row = rule_of[check * stack_count + static_cast<std::size_t>(stack)];
  return row == no_row ? nullptr : &tables.rules[row];
}

CheckSet CheckSet::builtin() {
  CheckSet set;
  set.packs_.push_back(std::make_shared<const Pack>(builtin_pack()));
  return set;
}

Expected<void> CheckSet::add(std::string name, SourceTree& tree, std::string_view directory) {
  for (const auto& pack : packs_) {
    if (pack->tables.name == name) {
      return fail(ErrorCode::Input,
                  fmt::format("two packs are called `{}`: give one a pack.yaml with another `name`", name));
    }
  }
  RT_TRY(PackSources sources, read_pack(tree, directory));
  if (sources.checks.empty() && sources.facts.empty()) {
    return fail(ErrorCode::Missing,
                fmt::format("{}: no pack here: expected CATEGORY/NAME/check.yaml or facts/*.tsv below it",
                            directory.empty() ? name : printable(directory)));
  }
  RT_TRY(check_pack_facts(sources));
  packs_.push_back(std::make_shared<const Pack>(compile(sources, std::move(name))));
  for (auto& table : sources.facts) fact_tables_.push_back(std::move(table));
  return {};
}

Expected<void> CheckSet::add_pack(std::string_view called, SourceTree& tree, std::string_view directory) {
  RT_TRY(std::string name, pack_name(called, tree, directory));
  if (name == builtin_name) {
    return fail(ErrorCode::Input, fmt::format("{}: a pack cannot be called `{}`", printable(called), builtin_name));
  }
  return add(std::move(name), tree, directory);
}

Expected<void> CheckSet::add_pack_by_hand(std::string_view called, SourceTree& tree, std::string_view directory) {
  RT_TRY(std::string name, pack_name(called, tree, directory));
  if (name != builtin_name) return add(std::move(name), tree, directory);
  RT_TRY(const PackSources sources, read_pack(tree, directory));
  RT_TRY(check_pack_facts(sources));
  std::erase_if(packs_, [](const auto& pack) { return pack->tables.name.empty(); });
  packs_.insert(packs_.begin(), std::make_shared<const Pack>(compile(sources, {})));
  return {};
}

void CheckSet::add_facts(std::string name, std::string text) {
  own_facts_ += fmt::format("{}\n{}\n", name, sha256_hex(text));
  fact_tables_.emplace_back(std::move(name), std::move(text));
}

bool is_builtin_pack(SourceTree& tree, std::string_view directory) {
  const Expected<PackFiles> files = read_pack_files(tree, directory);
  return files && files->digest == builtin_pack().digest;
}

std::vector<RuleView> CheckSet::rules() const {
  std::vector<RuleView> rules;
  for (const auto& pack : packs_) {
    const PackTablesView& tables = pack->tables;
    for (const RuleRow& row : tables.rules) {
      const CheckRow& check = tables.checks[row.check];
      rules.push_back({tables.view(row.id), tables.view(check.name), check.category, highest(tables, check),
                       tables.view(check.title), tables.view(check.help), tables.view(check.since), tables.name});
    }
  }
  std::sort(rules.begin(), rules.end(), [](const RuleView& a, const RuleView& b) { return a.id < b.id; });
  return rules;
}

std::string CheckSet::digest() const {
  std::string all;
  for (const auto& pack : packs_) all += fmt::format("{}\n{}\n", pack->tables.name, pack->tables.digest);
  return sha256_hex(all + own_facts_);
}

}  // namespace redtag
