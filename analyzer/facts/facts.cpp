#include "facts/facts.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/hash.h"
#include "base/text.h"
#include "facts/table.h"

extern "C" {
extern const char redtag_embedded_facts_terraform_begin[];
extern const char redtag_embedded_facts_terraform_end[];
extern const char redtag_embedded_facts_terraform_steering_begin[];
extern const char redtag_embedded_facts_terraform_steering_end[];
extern const char redtag_embedded_facts_terraform_losses_begin[];
extern const char redtag_embedded_facts_terraform_losses_end[];
extern const char redtag_embedded_facts_docker_begin[];
extern const char redtag_embedded_facts_docker_end[];
extern const char redtag_embedded_facts_ansible_begin[];
extern const char redtag_embedded_facts_ansible_end[];
extern const char redtag_embedded_facts_ci_begin[];
extern const char redtag_embedded_facts_ci_end[];
extern const char redtag_embedded_facts_cloudformation_begin[];
extern const char redtag_embedded_facts_cloudformation_end[];
extern const char redtag_embedded_facts_cloudformation_steering_begin[];
extern const char redtag_embedded_facts_cloudformation_steering_end[];
extern const char redtag_embedded_facts_shell_begin[];
extern const char redtag_embedded_facts_shell_end[];
extern const char redtag_embedded_facts_cpp_begin[];
extern const char redtag_embedded_facts_cpp_end[];
extern const char redtag_embedded_facts_code_begin[];
extern const char redtag_embedded_facts_code_end[];
extern const char redtag_embedded_facts_sql_begin[];
extern const char redtag_embedded_facts_sql_end[];
extern const char redtag_embedded_facts_kubernetes_begin[];
extern const char redtag_embedded_facts_kubernetes_end[];
extern const char redtag_embedded_facts_kubernetes_steering_begin[];
extern const char redtag_embedded_facts_kubernetes_steering_end[];
extern const char redtag_embedded_facts_severity_begin[];
extern const char redtag_embedded_facts_severity_end[];
}

namespace redtag {
namespace {

constexpr std::size_t most_remembered = 4096;  // types

std::string_view embedded(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

/// Calls `visit` with each row of a type in one table, until it returns false.
template <class Visit>
void each_row(std::string_view table, std::string_view stack, std::string_view type, Visit visit) {
  std::string_view found = find_rows(table, stack, type);
  while (!found.empty()) {
    const std::size_t end = std::min(found.find('\n'), found.size());
    if (const auto row = parse_fact_row(found.substr(0, end)); row && !visit(*row)) return;
    found.remove_prefix(std::min(end + 1, found.size()));
  }
}

constexpr std::array<std::string_view, 5> severities = {"none", "low", "medium", "high", "critical"};

std::size_t rank(std::string_view severity) {
  return static_cast<std::size_t>(std::find(severities.begin(), severities.end(), severity) - severities.begin());
}

/// The value of the type's `severity` row in one table, with that condition.
std::string_view severity_in(std::string_view table, std::string_view stack, std::string_view type,
                             std::string_view condition) {
  std::string_view severity;
  each_row(table, stack, type, [&](const FactRowView& row) {
    if (!row.path.empty()) return false;  // sorted: rows of the type itself stand first
    if (row.effect == "severity" && row.condition == condition && rank(row.value) < severities.size())
      severity = row.value;
    return severity.empty();
  });
  return severity;
}

/// Patterns that may stand for a type `group/Kind`, nearest first: `*.group/*` less one label at a time, then every group.
std::vector<std::string> patterns_of(std::string_view type) {
  const std::size_t slash = type.rfind('/');
  std::vector<std::string> patterns;
  if (slash == std::string_view::npos || slash > 253) return patterns;  // no longer name is one that the platform takes
  std::string_view group = type.substr(0, slash);
  patterns.push_back(std::string(group) + "/*");
  for (std::size_t dot = group.find('.'); dot != std::string_view::npos; dot = group.find('.')) {
    group.remove_prefix(dot + 1);
    patterns.push_back("*." + std::string(group) + "/*");
  }
  return patterns;
}

/// The name that a type's rows stand under: its own, or the nearest pattern (`*.services.k8s.aws/*`) of its group.
std::string row_type(const std::vector<std::string_view>& tables, std::string_view stack, std::string_view type) {
  const auto has_rows = [&](std::string_view name) {
    return std::any_of(tables.begin(), tables.end(),
                       [&](std::string_view table) { return !find_rows(table, stack, name).empty(); });
  };
  if (type.find('/') == std::string_view::npos || has_rows(type)) return std::string(type);
  for (std::string& pattern : patterns_of(type)) {
    if (has_rows(pattern)) return std::move(pattern);
  }
  return std::string(type);
}

}  // namespace

FactTables FactTables::empty() { return {}; }

FactTables FactTables::builtin() {
  FactTables tables;
  // What was written by hand stands first: where two tables give a class or a severity, it decides.
  tables.texts_ = {
      embedded(redtag_embedded_facts_terraform_steering_begin, redtag_embedded_facts_terraform_steering_end),
      embedded(redtag_embedded_facts_terraform_losses_begin, redtag_embedded_facts_terraform_losses_end),
      embedded(redtag_embedded_facts_cloudformation_steering_begin, redtag_embedded_facts_cloudformation_steering_end),
      embedded(redtag_embedded_facts_kubernetes_steering_begin, redtag_embedded_facts_kubernetes_steering_end),
      embedded(redtag_embedded_facts_docker_begin, redtag_embedded_facts_docker_end),
      embedded(redtag_embedded_facts_ansible_begin, redtag_embedded_facts_ansible_end),
      embedded(redtag_embedded_facts_ci_begin, redtag_embedded_facts_ci_end),
      embedded(redtag_embedded_facts_severity_begin, redtag_embedded_facts_severity_end),
      embedded(redtag_embedded_facts_terraform_begin, redtag_embedded_facts_terraform_end),
      embedded(redtag_embedded_facts_cloudformation_begin, redtag_embedded_facts_cloudformation_end),
      embedded(redtag_embedded_facts_kubernetes_begin, redtag_embedded_facts_kubernetes_end),
      embedded(redtag_embedded_facts_shell_begin, redtag_embedded_facts_shell_end),
      embedded(redtag_embedded_facts_sql_begin, redtag_embedded_facts_sql_end),
      embedded(redtag_embedded_facts_cpp_begin, redtag_embedded_facts_cpp_end),
      embedded(redtag_embedded_facts_code_begin, redtag_embedded_facts_code_end),
  };
  tables.builtin_count_ = tables.texts_.size();
  return tables;
}

Expected<void> FactTables::add(std::string_view name, std::string text) {
  RT_TRY(std::string table, canonical_table(name, text));
  owned_.push_back(std::make_shared<const std::string>(std::move(table)));
  texts_.push_back(*owned_.back());
  asked_.clear();
  return {};
}

std::size_t FactTables::Hash::operator()(NameView name) const {
  return fast_hash(name.type) * 31 + fast_hash(name.stack);
}

std::vector<FactRowView> FactTables::read(std::string_view stack, std::string_view named) const {
  const std::string type = row_type(texts_, stack, named);
  std::vector<FactRowView> found;
  std::size_t contributing = 0;
  for (const std::string_view table : texts_) {
    const std::size_t before = found.size();
    each_row(table, stack, type, [&](const FactRowView& row) {
      found.push_back(row);
      return true;
    });
    if (found.size() != before) ++contributing;
  }
  if (contributing > 1) {
    std::sort(found.begin(), found.end(), [](const FactRowView& a, const FactRowView& b) {
      return std::tie(a.path, a.effect, a.value, a.condition, a.cls, a.source) <
             std::tie(b.path, b.effect, b.value, b.condition, b.cls, b.source);
    });
  }
  return found;
}

std::vector<FactRowView> FactTables::rows(std::string_view stack, std::string_view type) const {
  return rows(stack, type, {});
}

std::vector<FactRowView> FactTables::rows(std::string_view stack, std::string_view type,
                                          std::string_view effect) const {
  auto asked = asked_.find(NameView{stack, type});
  if (asked == asked_.end()) {
    if (asked_.size() >= most_remembered) asked_.clear();  // names come from the change: what is kept has a bound
    asked = asked_.emplace(Name{std::string(stack), std::string(type)}, read(stack, type)).first;
  }
  if (effect.empty()) return asked->second;
  std::vector<FactRowView> found;
  for (const FactRowView& row : asked->second) {
    if (row.effect == effect) found.push_back(row);
  }
  return found;
}

std::string_view FactTables::class_of(std::string_view stack, std::string_view named) const {
  const std::string type = row_type(texts_, stack, named);
  for (const std::string_view table : texts_) {
    std::string_view cls;
    each_row(table, stack, type, [&](const FactRowView& row) {
      if (row.effect == "type") cls = row.cls;
      return row.path.empty() && cls.empty();
    });
    if (!cls.empty()) return cls;
  }
  return {};
}

bool FactTables::stateful(std::string_view stack, std::string_view named) const {
  const std::string type = row_type(texts_, stack, named);
  for (const std::string_view table : texts_) {
    bool found = false;
    each_row(table, stack, type, [&](const FactRowView& row) {
      found = row.effect == "stateful" && row.path.empty();
      return row.path.empty() && !found;
    });
    if (found) return true;
  }
  return false;
}

std::string_view FactTables::severity_of(std::string_view stack, std::string_view named) const {
  const std::string type = row_type(texts_, stack, named);
  std::string_view severity;
  std::string_view raised;
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    const std::string_view here = severity_in(texts_[i], stack, type, {});
    if (here.empty()) continue;
    if (i < builtin_count_) {
      if (severity.empty()) severity = here;
    } else if (raised.empty() || rank(here) > rank(raised)) {
      raised = here;
    }
  }
  const std::string_view cls = class_of(stack, type);
  const std::string_view state = stateful(stack, type) ? "stateful" : "stateless";
  for (std::size_t i = 0; i < texts_.size() && severity.empty() && !cls.empty(); ++i) {
    severity = severity_in(texts_[i], "*", cls, state);
  }
  if (raised.empty()) return severity;
  return severity.empty() || rank(raised) > rank(severity) ? raised : severity;
}

std::span<const std::string_view> fact_effects() {
  static constexpr std::string_view effects[] = {
#define REDTAG_FACT_EFFECT(name, sentence) name,
#include "facts/effect.def"
#undef REDTAG_FACT_EFFECT
  };
  return effects;
}

bool is_fact_effect(std::string_view word) {
  const std::span<const std::string_view> effects = fact_effects();
  return std::find(effects.begin(), effects.end(), word) != effects.end();
}

}  // namespace redtag
