// The house's own checks and fact rows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "document/document.h"
#include "facts/facts.h"
#include "facts/table.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

bool below(std::string_view path, std::string_view directory) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

bool in_pack(std::string_view path, const Policy& policy) {
  return std::any_of(policy.packs.begin(), policy.packs.end(),
                     [&](const std::string& pack) { return below(path, pack); });
}

bool decides(std::string_view path) {
  return path.ends_with("/check.yaml") || path.ends_with("/pack.yaml") || path.ends_with(".tsv");
}

bool is_pack_file(std::string_view path, const Policy& policy) {
  return (in_pack(path, policy) && decides(path)) ||
         std::find(policy.facts.begin(), policy.facts.end(), path) != policy.facts.end();
}

/// Lines that say something, without blanks around them.
std::set<std::string, std::less<>> lines_of(std::string_view text) {
  std::set<std::string, std::less<>> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (const std::string_view said = trim(line); !said.empty() && said.front() != '#') lines.emplace(said);
  }
  return lines;
}

/// True for a row that can make redtag say less: of the kinds that excuse, or of one that says less than the row in the binary.
bool lowers(const FactRowView& row, const FactTables& builtin) {
  constexpr auto excuses = std::to_array<std::string_view>(
      {"exempt", "guarded-by-default", "keeps", "lines-shared", "none", "reversible", "state-by-scope", "unarmed"});
  if (std::find(excuses.begin(), excuses.end(), row.effect) != excuses.end()) return true;
  // A loss of it would be a change of control only; another name of something else says nothing of its own.
  const bool known_type = !builtin.rows(row.stack, row.type).empty();
  if (known_type && (row.effect == "alias" || (row.effect == "steers" && row.path.empty()))) return true;
  if (row.effect == "detaches" || row.effect == "interrupts" || row.effect == "steers") {
    const auto worse = builtin.rows(row.stack, row.type, "destroys");
    return std::any_of(worse.begin(), worse.end(),
                       [&](const FactRowView& one) { return row.path.starts_with(one.path); });
  }
  if (row.effect == "severity") return row.value != "critical" && row.value != "high";
  if (row.effect == "type" || row.effect == "class") {
    const std::string_view known = builtin.class_of(row.stack, row.type);
    const std::string_view said = row.cls.empty() ? row.value : row.cls;
    return !known.empty() && known != said;
  }
  // A quantity's value is the one that means "nothing changed".
  return (row.effect == "capacity" || row.effect == "expires") && !row.value.empty();
}

/// Rows of `after` that `before` has not and that lower something.
std::string lowering_rows(std::string_view before, std::string_view after) {
  const FactTables builtin = FactTables::builtin();
  const auto known = lines_of(before);
  std::string rows;
  for (const std::string_view raw : split(after, '\n')) {
    const std::string_view line = raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
    const auto row = line.starts_with('#') ? std::nullopt : parse_fact_row(line);
    if (row && known.count(trim(line)) == 0 && lowers(*row, builtin)) rows += std::string(line) + "\n";
  }
  return rows;
}

void say_lowered(const FileChange& file, std::string_view table, std::string rows, std::vector<Finding>& findings) {
  GateFinding made;
  made.rule = "redtag/weaken-pack";
  made.severity = Severity::High;
  made.entity = table;
  made.change = "rows that lower";
  made.says = fmt::format("{} gains rows that make redtag say less", table);
  made.because = "rows of these effects excuse something, or say less than the row in the program: " +
                 shortened(printable(rows.substr(0, rows.find('\n'))), 160);
  made.instead = "leave the row out, and write an exclude with a reason and an end for the one place that needs it";
  made.after_text = std::move(rows);
  made.region = line_region(file, Side::After, 1);
  findings.push_back(finding_of(std::move(made)));
}

using Leaves = std::map<std::string, std::string>;

/// Every scalar of a check with the way to it; nullopt where it cannot be read.
std::optional<Leaves> leaves_of(std::string_view text, std::string_view path) {
  const auto root = document::parse_yaml(text, path);
  if (!root) return std::nullopt;
  Leaves leaves;
  std::vector<std::pair<std::string, const document::Node*>> open{{"", &*root}};
  while (!open.empty()) {
    const auto [way, node] = open.back();
    open.pop_back();
    for (const document::Member& member : node->members) open.emplace_back(way + "/" + member.key, &member.value);
    for (std::size_t i = 0; i < node->items.size(); ++i)
      open.emplace_back(fmt::format("{}/{}", way, i), &node->items[i]);
    leaves[way] = fmt::format("{}{} {}", node->tag, document::type_name(node->type), node->text);
  }
  return leaves;
}

/// Words for people, and what has no say in what is found.
bool is_words(std::string_view way) {
  constexpr auto words =
      std::to_array<std::string_view>({"/title", "/since", "/report/says", "/report/because", "/report/instead",
                                       "/report/way-back", "/help", "/description"});
  return std::find(words.begin(), words.end(), way) != words.end();
}

/// True if an edited check finds all that it found, as badly: only words differ, its severity rises, or an exception goes.
bool finds_no_less(std::string_view before, std::string_view after, std::string_view path) {
  const auto was = leaves_of(before, path), is = leaves_of(after, path);
  if (!was || !is) return false;
  Leaves all = *was;
  all.insert(is->begin(), is->end());
  const bool exceptions_go =
      std::none_of(is->begin(), is->end(), [](const auto& leaf) { return leaf.first.starts_with("/unless"); });
  return std::all_of(all.begin(), all.end(), [&](const auto& leaf) {
    const std::string& way = leaf.first;
    const auto old_leaf = was->find(way), new_leaf = is->find(way);
    const bool both = old_leaf != was->end() && new_leaf != is->end();
    if (both && old_leaf->second == new_leaf->second) return true;
    if (is_words(way)) return true;
    if (way.starts_with("/unless") && exceptions_go) return true;
    if (way != "/severity" || !both) return false;
    const auto word = [](const std::string& text) {
      return severity_from_name(std::string_view(text).substr(text.rfind(' ') + 1));
    };
    const auto from = word(old_leaf->second), to = word(new_leaf->second);
    return from && to && *to >= *from;
  });
}

/// What came with a row or a check that was there before.
void read_edit(const FileChange& file, bool stays, std::vector<Finding>& findings) {
  const std::string_view old_text = text_on(file, Side::Before), new_text = text_on(file, Side::After);
  const auto before = lines_of(old_text), after = lines_of(new_text);
  std::string gone;
  for (const std::string& line : before) {
    if (!stays || after.count(line) == 0) gone += line + "\n";
  }
  const bool rows = file.before_path->ends_with(".tsv");
  if (stays && gone.empty() && (rows || before == after)) return;  // more rows find more, but for those that lower
  GateFinding made;
  made.rule = "redtag/weaken-pack";
  const bool less = !stays || rows || !whole_text(file.before) || !whole_text(file.after) ||
                    !finds_no_less(old_text, new_text, *file.before_path);
  made.severity = less ? Severity::High : Severity::Medium;
  made.entity = *file.before_path;
  made.change = !stays ? "removed" : rows ? "rows removed" : "edited";
  made.says = fmt::format("{} {}", *file.before_path,
                          !stays ? "goes, and what it found passes"
                          : rows ? "loses rows"
                          : less ? "is edited, and may find less"
                                 : "is edited, and finds no less");
  made.because = "the target's policy names it as part of the house's checks";
  made.instead = "keep it until a check that fires on the same cases stands beside it";
  made.before_text = gone;
  made.after_text = file.after.blob;
  made.region = line_region(file, stays ? Side::After : Side::Before, 1);
  findings.push_back(finding_of(std::move(made)));
}

/// What cannot be read after the merge: every later change would end with status 2, and people would look for a way round.
void say_unreadable(const FileChange& file, std::vector<Finding>& findings) {
  const std::string& path = *file.after_path;
  const std::string text(text_on(file, Side::After));
  std::string reason;
  if (path.ends_with(".tsv")) {
    if (const auto table = canonical_table(path, text); !table) reason = table.error().message;
  } else if (const auto root = document::parse_yaml(text, path); !root) {
    reason = root.error().message;
  }
  if (reason.empty()) return;
  GateFinding made;
  made.rule = "redtag/unreadable-policy";
  made.severity = Severity::High;
  made.entity = path;
  made.change = "unreadable";
  made.says = "a part of the policy cannot be read as this change leaves it: " + reason;
  made.because = "redtag refuses to judge with checks or rows that it cannot read";
  made.instead = "mend the line that is named, and try it with `redtag test --pack`";
  made.after_text = file.after.blob;
  made.region = line_region(file, Side::After, 1);
  findings.push_back(finding_of(std::move(made)));
}

const FileChange* changed_at(const ChangeSet& changes, std::string_view path) {
  for (const FileChange& file : changes.files) {
    if (!file.is_context() && is_at(file, Side::After, path)) return &file;
  }
  return nullptr;
}

/// Tables of a directory of checks, as the base has them.
std::vector<std::string> tables_below(const std::string& pack, SourceTree& base) {
  std::vector<std::string> tables;
  for (const std::string& directory : {pack, pack + "/facts"}) {
    for (const TreeEntry& entry : base.list(directory)) {
      if (entry.name.ends_with(".tsv")) tables.push_back(directory + "/" + entry.name);
    }
  }
  return tables;
}

}  // namespace

void read_pack_file(const FileChange& file, const Policy& policy, std::vector<Finding>& findings) {
  const bool was = file.before_path && is_pack_file(*file.before_path, policy) && file.status != ChangeStatus::Copied;
  const bool is = file.after_path && is_pack_file(*file.after_path, policy) && file.after.readable();
  if (was) read_edit(file, is, findings);
  if (is && whole_text(file.after)) say_unreadable(file, findings);
  if (!is || !file.after_path->ends_with(".tsv")) return;
  std::string rows = lowering_rows(was ? text_on(file, Side::Before) : std::string_view(), text_on(file, Side::After));
  if (!rows.empty()) say_lowered(file, *file.after_path, std::move(rows), findings);
}

void read_new_tables(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings) {
  constexpr std::string_view policy_path = ".redtag.yaml";
  const FileChange* file = changed_at(changes, policy_path);
  if (file == nullptr || base == nullptr || !whole_text(file->after)) return;
  const auto after = read_policy(text_on(*file, Side::After), std::string(policy_path));
  if (!after) return;
  const bool stood = is_at(*file, Side::Before, policy_path) && whole_text(file->before);
  const auto read =
      stood ? read_policy(text_on(*file, Side::Before), std::string(policy_path)) : Expected<Policy>(Policy());
  const Policy before = read ? *read : Policy();
  const auto comes = [](const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) == list.end();
  };
  std::set<std::string> tables;
  for (const std::string& table : after->facts) {
    if (comes(before.facts, table)) tables.insert(table);
  }
  for (std::string pack : after->packs) {
    if (!comes(before.packs, pack)) continue;
    while (pack.ends_with('/')) pack.pop_back();
    for (std::string& table : tables_below(pack, *base)) tables.insert(std::move(table));
    for (const FileChange& other : changes.files) {
      if (!other.is_context() && other.after_path && below(*other.after_path, pack) &&
          other.after_path->ends_with(".tsv"))
        tables.insert(*other.after_path);
    }
  }
  for (const std::string& table : tables) {
    const FileChange* changed = changed_at(changes, table);
    const std::string text =
        changed != nullptr ? std::string(text_on(*changed, Side::After)) : base->read(table).value_or("");
    std::string rows = lowering_rows("", text);
    if (!rows.empty()) say_lowered(*file, table, std::move(rows), findings);
  }
}

}  // namespace redtag
