#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "check/builtin.h"
#include "check/check.h"
#include "check/pack.h"

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

/// A pack's name becomes a part of rule ids and of paths in reports.
bool is_pack_name(std::string_view name) {
  if (name.empty() || name.size() > 40 || stack_from_name(name)) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
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

Expected<CheckSet> CheckSet::builtin_from(SourceTree& tree, std::string_view directory) {
  RT_TRY(const PackSources sources, read_pack(tree, directory));
  RT_TRY(check_pack_facts(sources));
  CheckSet set;
  set.packs_.push_back(std::make_shared<const Pack>(compile(sources, {})));
  return set;
}

Expected<void> CheckSet::add_pack(std::string name, SourceTree& tree, std::string_view directory) {
  if (!is_pack_name(name)) {
    return fail(ErrorCode::Input, fmt::format("`{}` cannot name a pack: expected small letters, digits and `-`, and no stack's name",
                                              printable(name)));
  }
  for (const auto& pack : packs_) {
    if (pack->tables.name == name) return fail(ErrorCode::Input, fmt::format("two packs are called `{}`", name));
  }
  RT_TRY(PackSources sources, read_pack(tree, directory));
  if (sources.checks.empty() && sources.facts.empty()) {
    return fail(ErrorCode::Missing, fmt::format("{}: no pack here: expected CATEGORY/NAME/check.yaml or facts/*.tsv below it", directory));
  }
  RT_TRY(check_pack_facts(sources));
  packs_.push_back(std::make_shared<const Pack>(compile(sources, std::move(name))));
  for (auto& table : sources.facts) fact_tables_.push_back(std::move(table));
  return {};
}

std::vector<RuleView> CheckSet::rules() const {
  std::vector<RuleView> rules;
  for (const auto& pack : packs_) {
    const PackTablesView& tables = pack->tables;
    for (const RuleRow& row : tables.rules) {
      const CheckRow& check = tables.checks[row.check];
      rules.push_back({tables.view(row.id), tables.view(check.name), check.category, highest(tables, check), tables.view(check.title),
                       tables.view(check.help), tables.view(check.since), tables.name});
    }
  }
  std::sort(rules.begin(), rules.end(), [](const RuleView& a, const RuleView& b) { return a.id < b.id; });
  return rules;
}

std::string CheckSet::digest() const {
  std::string all;
  for (const auto& pack : packs_) all += fmt::format("{}\n{}\n", pack->tables.name, pack->tables.digest);
  return sha256_hex(all);
}

}  // namespace redtag
