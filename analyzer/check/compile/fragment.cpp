#include "check/compile/fragment.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace redtag {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::string_view check_keys[] = {"title",      "stacks", "severity", "action", "since",
                                           "supersedes", "fold",   "match",    "unless", "report"};
constexpr std::string_view report_keys[] = {"at", "says", "because", "instead", "fix"};

struct Place {
  std::string_view name;
  At at;
  SubjectKind subject;
};
constexpr Place places[] = {
    {"resource.header", At::Header, SubjectKind::Resource},     {"resource.cause", At::Cause, SubjectKind::Resource},
    {"resource.because", At::Because, SubjectKind::Resource},   {"resource", At::Whole, SubjectKind::Resource},
    {"attribute", At::Attribute, SubjectKind::Attribute},       {"operation", At::Operation, SubjectKind::Operation},
    {"safeguard", At::Safeguard, SubjectKind::Safeguard},       {"procedure", At::Procedure, SubjectKind::Procedure},
    {"procedure.reverse", At::Reverse, SubjectKind::Procedure},
};

class Reader {
 public:
  Reader(const CheckPlace& place, CheckFragment& into) : place_(place), into_(into) { reading_.file = place.file; }

  Expected<void> read(const Node& root) {
    RT_TRY(known_keys(root, check_keys, "check.yaml"));
    RT_TRY(const Node* match, need(root, "match"));
    into_.match_line = match->line;
    RT_TRY(into_.subject, find_subject(*match, place_.file));
    reading_.subject = into_.subject;
    RT_TRY(into_.match, read_condition(*match, reading_));
    if (const Node* unless = root.find("unless")) {
      RT_TRY(into_.unless, read_condition(*unless, reading_));
    }
    RT_TRY(into_.title, word(root, "title"));
    RT_TRY(into_.since, word(root, "since"));
    RT_TRY(stacks(root));
    RT_TRY(supersedes(root));
    RT_TRY(fold(root));
    RT_TRY(action(root));
    RT_TRY(const Node* severity, need(root, "severity"));
    RT_TRY(severities(*severity));
    RT_TRY(const Node* report, need(root, "report"));
    return this->report(*report);
  }

 private:
  Expected<void> known_keys(const Node& node, std::span<const std::string_view> keys, std::string_view what) const {
    if (node.type != NodeType::Mapping) {
      return reading_.wrong(
          node.line, fmt::format("{} is a mapping with the keys {}, not {}", what, one_of(keys), type_name(node.type)));
    }
    for (const Member& member : node.members) {
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end()) {
        return reading_.wrong(
            member.line, fmt::format("{} has no key `{}`: expected {}", what, printable(member.key), one_of(keys)));
      }
    }
    return {};
  }

  Expected<const Node*> need(const Node& node, std::string_view key) const {
    const Node* found = node.find(key);
    if (found == nullptr) return reading_.wrong(node.line, fmt::format("the key `{}` is missing", key));
    return found;
  }

  Expected<std::string> word(const Node& root, std::string_view key) const {
    RT_TRY(const Node* node, need(root, key));
    if (!node->scalar() || node->text.empty()) {
      return reading_.wrong(node->line, fmt::format("`{}` takes one text, not {}", key, type_name(node->type)));
    }
    return node->text;
  }

  Expected<void> stacks(const Node& root) {
    RT_TRY(const Node* list, need(root, "stacks"));
    if (list->type != NodeType::Sequence || list->items.empty()) {
      return reading_.wrong(list->line, "`stacks` takes a list of stacks that is not empty");
    }
    for (const Node& item : list->items) {
      const std::optional<std::size_t> stack = name_index(FieldKind::Stack, item.text);
      if (!stack || static_cast<Stack>(*stack) == Stack::None) {
        return reading_.wrong(item.line, fmt::format("`{}` is no stack: expected {}", printable(item.text),
                                                     one_of(names_of(FieldKind::Stack).subspan(1))));
      }
      if (std::find(into_.stacks.begin(), into_.stacks.end(), static_cast<Stack>(*stack)) != into_.stacks.end()) {
        return reading_.wrong(item.line, fmt::format("the stack `{}` stands twice", item.text));
      }
      into_.stacks.push_back(static_cast<Stack>(*stack));
    }
    std::sort(into_.stacks.begin(), into_.stacks.end());
    return {};
  }

  Expected<void> supersedes(const Node& root) {
    const Node* list = root.find("supersedes");
    if (list == nullptr) return {};
    if (list->type != NodeType::Sequence) return reading_.wrong(list->line, "`supersedes` takes a list of checks");
    for (const Node& item : list->items) {
      if (item.type != NodeType::String) return reading_.wrong(item.line, "`supersedes` takes names of checks");
      into_.supersedes.push_back(item.text);
    }
    return {};
  }

  Expected<void> fold(const Node& root) {
    const Node* node = root.find("fold");
    if (node == nullptr) return {};
    const auto [end, error] = std::from_chars(node->text.data(), node->text.data() + node->text.size(), into_.fold);
    const bool number = error == std::errc() && end == node->text.data() + node->text.size();
    if (node->type != NodeType::Number || !number || into_.fold < 2 || into_.fold > 1000)
      return reading_.wrong(node->line,
                            "`fold` takes a number from 2 to 1000: how many findings on the same values stand alone");
    return {};
  }

  Expected<void> action(const Node& root) {
    RT_TRY(const Node* node, need(root, "action"));
    const std::optional<Action> named = action_from_name(node->text);
    if (!named) {
      return reading_.wrong(
          node->line, fmt::format("`{}` is no action: expected destroy, replace, interrupt, detach, reconfigure or "
                                  "unguard",
                                  printable(node->text)));
    }
    into_.action = *named;
    return {};
  }

  Expected<Severity> severity_word(const Node& node) const {
    const std::optional<Severity> named = node.scalar() ? severity_from_name(node.text) : std::nullopt;
    if (!named) {
      return reading_.wrong(
          node.line, fmt::format("`{}` is no severity: expected critical, high, medium or low", printable(node.text)));
    }
    return *named;
  }

  /// A word, or `{by: class, table: severity, default: high}`.
  Expected<SeverityFragment> severity_value(const Node& node) const {
    SeverityFragment made;
    made.line = node.line;
    if (node.type != NodeType::Mapping) {
      RT_TRY(made.severity, severity_word(node));
      return made;
    }
    constexpr std::string_view keys[] = {"by", "table", "default"};
    RT_TRY(known_keys(node, keys, "a severity by class"));
    const Node* by = node.find("by");
    const Node* table = node.find("table");
    if (by == nullptr || by->text != "class" || table == nullptr || table->text != "severity") {
      return reading_.wrong(node.line, "expected a severity, or { by: class, table: severity }");
    }
    made.by = SeverityBy::Class;
    if (const Node* otherwise = node.find("default")) {
      RT_TRY(made.severity, severity_word(*otherwise));
    }
    return made;
  }

  Expected<void> severities(const Node& node) {
    if (node.type != NodeType::Sequence) {
      RT_TRY(SeverityFragment one, severity_value(node));
      into_.severities.push_back(std::move(one));
      return {};
    }
    for (const Node& item : node.items) {
      constexpr std::string_view keys[] = {"if", "is", "else"};
      RT_TRY(known_keys(item, keys, "an alternative of a severity"));
      const Node* condition = item.find("if");
      const Node* value = item.find(condition != nullptr ? "is" : "else");
      if (value == nullptr || item.members.size() != (condition != nullptr ? 2U : 1U)) {
        return reading_.wrong(item.line, "expected { if: condition, is: severity }, or { else: severity } at the end");
      }
      if (!into_.severities.empty() && !into_.severities.back().condition) {
        return reading_.wrong(item.line, "nothing is read behind `else`");
      }
      RT_TRY(SeverityFragment one, severity_value(*value));
      if (condition != nullptr) {
        RT_TRY(one.condition, read_condition(*condition, reading_));
      }
      into_.severities.push_back(std::move(one));
    }
    if (into_.severities.empty() || into_.severities.back().condition) {
      return reading_.wrong(node.line, "a list of severities ends with { else: severity }");
    }
    return {};
  }

  Expected<void> report(const Node& node) {
    RT_TRY(known_keys(node, report_keys, "`report`"));
    RT_TRY(at(node));
    RT_TRY(const Node* says, need(node, "says"));
    RT_TRY(into_.says, read_message(*says, reading_));
    RT_TRY(const Node* because, need(node, "because"));
    RT_TRY(into_.because, read_message(*because, reading_));
    RT_TRY(const Node* instead, need(node, "instead"));
    RT_TRY(into_.instead, read_message(*instead, reading_));
    return fix(node);
  }

  Expected<void> fix(const Node& node) {
    const Node* named = node.find("fix");
    if (named == nullptr) return {};
    RT_TRY(const std::string name, word(node, "fix"));
    into_.fix = fix_from_name(name);
    if (into_.fix) return {};
    return reading_.wrong(named->line,
                          fmt::format("no fix is called `{}`: expected {}", printable(name), one_of(fix_names())));
  }

  Expected<void> at(const Node& node) {
    RT_TRY(const std::string name, word(node, "at"));
    std::vector<std::string_view> fitting;
    for (const Place& place : places) {
      if (!reading_.allows(place.subject)) continue;
      fitting.push_back(place.name);
      if (place.name == name) {
        into_.at = place.at;
        return {};
      }
    }
    return reading_.wrong(node.find("at")->line,
                          fmt::format("a finding about {} changes cannot stand at `{}`: expected {}",
                                      subject_name(into_.subject), printable(name), one_of(fitting)));
  }

  const CheckPlace& place_;
  CheckFragment& into_;
  ReadingView reading_;
};

}  // namespace

Expected<CheckFragment> read_check(std::string_view yaml, const CheckPlace& place, std::string readme) {
  CheckFragment check;
  check.file = place.file;
  check.name = place.name;
  check.help = std::move(readme);
  const std::optional<Category> category = category_from_name(place.category);
  if (!category) {
    return fail(ErrorCode::Input,
                fmt::format("{}: a check's folder lies in destructive/, control-plane/, missing-rollback/ or advice/, "
                            "not in {}/",
                            place.file, printable(place.category)));
  }
  check.category = *category;
  RT_TRY(const Node root, document::parse_yaml(yaml, place.file));
  RT_TRY(Reader(place, check).read(root));
  if (const std::optional<std::string> why = find_contradiction(check)) {
    return fail(ErrorCode::Input,
                fmt::format("{}:{}: this check can never fire: {}", place.file, check.match_line, *why));
  }
  return check;
}

}  // namespace redtag
