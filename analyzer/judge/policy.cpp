// Reads a policy on top of the defaults.
#include "judge/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.h"
#include "base/text.h"
#include "document/document.h"
#include "judge/defaults.h"
#include "judge/grammar.h"

namespace redtag {
namespace {

using document::Node;
using document::NodeType;

constexpr std::array<std::string_view, 3> profiles{"advise", "standard", "strict"};
constexpr std::array<std::string_view, 2> verdicts{"note", "hold"};

std::string text_of(const Node& mapping, std::string_view key) {
  const Node* node = mapping.find(key);
  return node == nullptr ? std::string() : std::string(trim(node->text));
}

/// A list, or the one value that stands for a list of one.
std::vector<std::string> texts_of(const Node& mapping, std::string_view key) {
  std::vector<std::string> texts;
  const Node* node = mapping.find(key);
  if (node == nullptr) return texts;
  if (node->scalar()) texts.emplace_back(trim(node->text));
  for (const Node& item : node->items) texts.emplace_back(trim(item.text));
  return texts;
}

/// The members of a closed set; grammar.h has checked that each name is one.
template <class T>
std::vector<T> words_of(const Node& mapping, std::string_view key, std::optional<T> (*from_name)(std::string_view)) {
  std::vector<T> words;
  for (const std::string& text : texts_of(mapping, key)) {
    if (const auto word = from_name(text)) words.push_back(*word);
  }
  return words;
}

std::optional<int> number_of(const Node& mapping, std::string_view key) {
  const std::string text = text_of(mapping, key);
  int value = 0;
  if (text.empty() || std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return {};
  return value;
}

std::optional<Maker> maker_from_name(std::string_view name) {
  for (const Maker maker : {Maker::Unknown, Maker::Bot, Maker::Assisted, Maker::Agent}) {
    if (maker_name(maker) == name) return maker;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const Node& root, Policy& policy) : root_(root), policy_(policy) {}

  Expected<void> read() {
    if (const std::string name = text_of(root_, "profile"); !name.empty()) {
      policy_.profile = static_cast<Profile>(std::find(profiles.begin(), profiles.end(), name) - profiles.begin());
    }
    RT_TRY(minimum_version());
    policy_.packs = texts_of(root_, "packs");
    policy_.facts = texts_of(root_, "facts");
    policy_.delegates = texts_of(root_, "delegates");
    RT_TRY(unset());
    RT_TRY(facts());
    environments();
    RT_TRY(thresholds());
    RT_TRY(excludes());
    lanes();
    roles();
    two_person();
    terms();
    return {};
  }

 private:
  tl::unexpected<Error> wrong(std::uint32_t line, std::string_view what) const {
    return policy_error(policy_.origin, line, what);
  }

  /// What is compared number by number must be numbers: `v2` or `latest` would ask for nothing.
  Expected<void> minimum_version() {
    policy_.minimum_version = text_of(root_, "minimum_version");
    if (policy_.minimum_version.empty()) return {};
    const auto parts = split(policy_.minimum_version, '.');
    const bool numbers =
        parts.size() <= 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
          return !part.empty() && part.size() <= 6 && part.find_first_not_of("0123456789") == std::string_view::npos;
        });
    if (numbers) return {};
    return wrong(root_.find("minimum_version")->line,
                 fmt::format("`minimum_version` must be a version like 0.2 or 1.10.3, not '{}'",
                             shortened(printable(policy_.minimum_version), 40)));
  }

  Expected<void> unset() {
    const Node* node = root_.find("unset");
    policy_.unset = texts_of(root_, "unset");
    for (const std::string& entry : policy_.unset) {
      if (unset_default(policy_, entry)) continue;
      std::string all;
      for (const std::string& known : default_entries()) all += (all.empty() ? "" : ", ") + known;
      return wrong(node->line, fmt::format("`unset` names '{}', which is no entry of the defaults; they are {}",
                                           shortened(printable(entry), 40), all));
    }
    return {};
  }

  Expected<void> facts() {
    for (const std::string& path : policy_.facts) {
      if (!path.ends_with(".tsv")) return wrong(root_.find("facts")->line, "`facts` must name tables that end in .tsv");
    }
    return {};
  }

  void environments() {
    const Node* node = root_.find("environments");
    if (node == nullptr) return;
    for (const document::Member& member : node->members) {
      policy_.environments.push_back({*environment_from_name(member.key), texts_of(member.value, "paths"),
                                      texts_of(member.value, "evidence"), texts_of(member.value, "branches")});
    }
  }

  Expected<void> thresholds() {
    const Node* node = root_.find("thresholds");
    if (node == nullptr) return {};
    for (const Node& item : node->items) {
      Threshold threshold;
      threshold.verdict = text_of(item, "verdict") == "note" ? Verdict::Note : Verdict::Hold;
      threshold.rules = texts_of(item, "rule");
      threshold.categories = words_of<Category>(item, "category", &category_from_name);
      threshold.severity = severity_from_name(text_of(item, "severity"));
      threshold.score = number_of(item, "score");
      threshold.environments = words_of<Environment>(item, "environment", &environment_from_name);
      threshold.makers = words_of<Maker>(item, "provenance", &maker_from_name);
      threshold.reason = text_of(item, "reason");
      threshold.line = item.line;
      const bool empty = threshold.rules.empty() && threshold.categories.empty() && !threshold.severity &&
                         !threshold.score && threshold.environments.empty() && threshold.makers.empty();
      if (empty)
        return wrong(
            item.line,
            "a threshold must ask for something: a rule, category, severity, score, environment or provenance");
      if (threshold.verdict == Verdict::Note) {
        if (threshold.reason.empty()) return wrong(item.line, "a threshold that notes needs a `reason`");
        // A marker is forged or stripped with one command, so it must never open anything.
        if (!threshold.makers.empty())
          return wrong(item.line, "a threshold that notes cannot ask for `provenance`: no marker opens a lane");
      }
      policy_.thresholds.push_back(std::move(threshold));
    }
    return {};
  }

  Expected<void> excludes() {
    const Node* node = root_.find("excludes");
    if (node == nullptr) return {};
    for (const Node& item : node->items) {
      Exclude exclude{text_of(item, "rule"),   texts_of(item, "paths"), text_of(item, "entity"),
                      text_of(item, "reason"), text_of(item, "until"),  item.line};
      const auto slash = exclude.rule.find('/');
      if (exclude.rule.find_first_not_of("*?/") == std::string::npos || exclude.rule.find('*') < slash) {
        return wrong(item.line, "`rule` must name a rule, or a glob of rules of one stack, like terraform/remove-*");
      }
      if (exclude.rule.starts_with("redtag/")) {
        return wrong(item.line, "what redtag says of its own gate cannot be excluded");
      }
      policy_.excludes.push_back(std::move(exclude));
    }
    return {};
  }

  void lanes() {
    const Node* node = root_.find("lanes");
    if (node == nullptr) return;
    const auto extend = [&](std::vector<ActionClass>& lane, std::string_view key) {
      for (const ActionClass action : words_of<ActionClass>(*node, key, &action_class_from_name))
        lane.push_back(action);
      std::sort(lane.begin(), lane.end());
      lane.erase(std::unique(lane.begin(), lane.end()), lane.end());
    };
    extend(policy_.lanes.draft_only, "draft_only");
    extend(policy_.lanes.senior_required, "senior_required");
    extend(policy_.lanes.act_at_low_risk, "act_at_low_risk");
  }

  /// Of a default's name: the author's replaces it. Sorted by name.
  template <class T>
  static void put(std::vector<T>& list, T entry) {
    const auto at = std::lower_bound(list.begin(), list.end(), entry.name,
                                     [](const T& a, const std::string& name) { return a.name < name; });
    if (at != list.end() && at->name == entry.name) {
      *at = std::move(entry);
    } else {
      list.insert(at, std::move(entry));
    }
  }

  void roles() {
    const Node* node = root_.find("roles");
    if (node == nullptr) return;
    for (const document::Member& member : node->members) {
      put(policy_.roles, Role{member.key, words_of<Category>(member.value, "categories", &category_from_name),
                              texts_of(member.value, "paths")});
    }
  }

  void two_person() {
    const Node* node = root_.find("two_person");
    if (node == nullptr) return;
    for (const document::Member& member : node->members) {
      put(policy_.two_person,
          TwoPersonBand{member.key, number_of(member.value, "score").value_or(0),
                        words_of<Category>(member.value, "category", &category_from_name),
                        words_of<Environment>(member.value, "environment", &environment_from_name)});
    }
  }

  void terms() {
    if (const Node* node = root_.find("clearance")) {
      policy_.clearance.lifetime_days = number_of(*node, "lifetime_days").value_or(policy_.clearance.lifetime_days);
      policy_.clearance.witnesses = texts_of(*node, "witnesses");
    }
    if (const Node* node = root_.find("break_glass")) {
      BreakGlass& glass = policy_.break_glass;
      glass.signers = number_of(*node, "signers").value_or(glass.signers);
      glass.hours = number_of(*node, "hours").value_or(glass.hours);
      glass.shown_days = number_of(*node, "shown_days").value_or(glass.shown_days);
      glass.roles = texts_of(*node, "roles");
    }
  }

  const Node& root_;
  Policy& policy_;
};

/// The line (1-based) of the first `<<` that is a key; 0 for none. A merge key brings lines from elsewhere in the file to a place
/// where a reviewer of the difference does not see them.
std::uint32_t merge_key_line(std::string_view text) {
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = raw.substr(0, std::min(raw.find(" #"), raw.size()));
    for (auto at = line.find("<<"); at != std::string_view::npos; at = line.find("<<", at + 2)) {
      const std::string_view lead = trim(line.substr(0, at));
      std::string_view rest = line.substr(at + 2);
      if (!rest.empty() && (rest.front() == '"' || rest.front() == '\'')) rest.remove_prefix(1);
      const bool begins = lead.empty() || std::string_view("{,?-\"'").find(lead.back()) != std::string_view::npos;
      if (begins && trim(rest).starts_with(':')) return number;
    }
  }
  return 0;
}

}  // namespace

std::string_view profile_name(Profile profile) { return profiles[static_cast<std::uint8_t>(profile)]; }
std::string_view verdict_name(Verdict verdict) { return verdicts[static_cast<std::uint8_t>(verdict)]; }

Expected<Policy> read_policy(std::string_view text, std::string origin) {
  Policy policy;
  policy.digest = sha256_hex(text);
  policy.origin = std::move(origin);
  RT_TRY(const Node root, document::parse_yaml(text, policy.origin));
  if (const std::uint32_t line = merge_key_line(text); line > 0)
    return policy_error(policy.origin, line, "merge keys (`<<`) have no place in a policy: write the lines out");
  if (root.type == NodeType::Null) return policy;  // a file of comments only
  if (root.type != NodeType::Mapping)
    return policy_error(policy.origin, root.line, "a policy must be a mapping, like `profile: standard`");
  RT_TRY(check_against(root, policy_keys(), policy.origin));
  RT_TRY(Reader(root, policy).read());
  return policy;
}

}  // namespace redtag
