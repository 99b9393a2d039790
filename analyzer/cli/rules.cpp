// redtag rules: the list of all rules, as text, JSON or the page in docs/.
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/source.h"

namespace redtag::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string as_text(const std::vector<RuleView>& rules) {
  std::size_t width = 0;
  for (const RuleView& rule : rules) width = std::max(width, rule.id.size());
  std::string out;
  for (const RuleView& rule : rules) {
    out += fmt::format("{:<{}}  {:<8}  {:<16}  {}\n", rule.id, width, severity_name(rule.severity),
                       category_name(rule.category), rule.title);
  }
  return out;
}

std::string as_json(const std::vector<RuleView>& rules) {
  Json all = Json::array();
  for (const RuleView& rule : rules) {
    all.push_back({{"id", rule.id},
                   {"check", rule.check},
                   {"pack", rule.pack},
                   {"category", category_name(rule.category)},
                   {"severity", severity_name(rule.severity)},
                   {"title", rule.title},
                   {"since", rule.since},
                   {"help", rule.help}});
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// README.md's headings go below the page's own.
std::string lowered_headings(std::string_view markdown) {
  std::string out;
  bool code = false;
  for (const std::string_view line : split(markdown, '\n')) {
    if (line.starts_with("```")) code = !code;
    if (line.starts_with('#') && !code) out += "##";
    out += line;
    out += '\n';
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

std::string as_markdown(const std::vector<RuleView>& rules) {
  std::map<std::pair<Category, std::string_view>, std::vector<const RuleView*>> checks;
  for (const RuleView& rule : rules) checks[{rule.category, rule.check}].push_back(&rule);
  std::string out =
      "# Rules\n\nMade by `redtag rules --format markdown` from the folders in `checks/`; do not edit. The severity is "
      "the highest that a "
      "rule can\nhave; `redtag explain RULE` prints one of them.\n";
  std::optional<Category> category;
  for (const auto& [key, stacks] : checks) {
    if (category != key.first) out += fmt::format("\n## {}\n", category_name(key.first));
    category = key.first;
    const RuleView& rule = *stacks.front();
    out += fmt::format("\n### {}\n\n{}. Up to {}, since {}.\n\n", rule.check, rule.title, severity_name(rule.severity),
                       rule.since);
    for (const RuleView* stack : stacks) out += fmt::format("* `{}`\n", stack->id);
    if (!rule.help.empty()) out += "\n" + lowered_headings(rule.help);
  }
  return out;
}

Expected<std::string> text_of(const RulesOptions& options) {
  RT_TRY(const CheckSet checks, find_checks({}, {}, options.packs));
  const std::vector<RuleView> rules = all_rules(checks);
  if (options.format == "text") return as_text(rules);
  if (options.format == "json") return as_json(rules);
  if (options.format == "markdown") return as_markdown(rules);
  return fail(ErrorCode::Usage, "expected a format (text, json, markdown), got '" + options.format + "'");
}

}  // namespace

int rules(const RulesOptions& options) {
  const Expected<std::string> text = text_of(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
