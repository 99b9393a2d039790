#include "stack/manifest.h"

#include <algorithm>
#include <array>

namespace redtag {

namespace {

bool is_yaml(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

bool ends_word(char c) { return c == ':' || c == ' ' || c == '\t' || c == '"' || c == '\''; }

/// A document is written as one flow mapping: `{` at the left margin, at the top or below a border.
bool has_flow_document(std::string_view text) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (bool starts = true; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, newline - at);
    const bool border = line.starts_with("---");
    const std::size_t first = line.find_first_not_of(border ? "- \t\r" : " \t\r");
    if ((starts || border) && first != std::string_view::npos && line[first] == '{' &&
        !line.substr(first).starts_with("{{"))
      return true;
    const bool says_nothing = first == std::string_view::npos || line[first] == '#' || line.starts_with("%");
    starts = border || (starts && says_nothing);
    at = newline + 1;
  }
  return false;
}

bool has_word(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

/// A line begins with that key, at the left margin.
bool has_top_key(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    // A quoted key stands one byte further in; a byte order mark three.
    std::size_t begin = at;
    if (begin > 0 && (text[begin - 1] == '"' || text[begin - 1] == '\'')) --begin;
    const bool first = begin == 0 || text[begin - 1] == '\n' || (begin == 3 && text.starts_with("\xEF\xBB\xBF"));
    const std::size_t end = at + key.size();
    if (first && end < text.size() && ends_word(text[end])) return true;
  }
  return false;
}

bool is_template(std::string_view path, std::string_view name, std::string_view text) {
  const bool in_templates = path.starts_with("templates/") || path.find("/templates/") != std::string_view::npos;
  if (!in_templates) return false;
  if (name.ends_with(".tpl")) return text.find("define") != std::string_view::npos;
  // Other tools have directories of that name too: what is neither an object nor a directive of Helm's is theirs.
  const bool object =
      text.find("apiVersion:") != std::string_view::npos && text.find("kind:") != std::string_view::npos;
  const bool directive =
      text.find(".Values") != std::string_view::npos || text.find(".Release") != std::string_view::npos;
  return is_yaml(name) && (directive || (object && text.find("{{") != std::string_view::npos) || object);
}

bool is_values(std::string_view path, std::string_view name) {
  if (name.ends_with(".yaml.gotmpl") || name.ends_with(".yml.gotmpl")) return true;
  if (!is_yaml(name)) return false;
  constexpr std::array marks = std::to_array<std::string_view>({"values.", "values-", "values_", "-values", "_values"});
  const bool named = name.starts_with("values") || name.find(".values.") != std::string_view::npos ||
                     std::any_of(marks.begin(), marks.end(),
                                 [&](std::string_view mark) { return name.find(mark) != std::string_view::npos; });
  return named || path.find("/values/") != std::string_view::npos || path.starts_with("values/");
}

bool is_json_object(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text[begin] == '{' &&
         text.find("\"apiVersion\"") != std::string_view::npos && text.find("\"kind\"") != std::string_view::npos;
}

}  // namespace

Stack manifest_stack(std::string_view path, std::string_view name, std::string_view text) {
  if (name == "kustomization.yaml" || name == "kustomization.yml" || name == "kustomization") return Stack::Kustomize;
  if (name == ".helmignore") return Stack::Helm;
  if (name.ends_with(".json")) return is_json_object(text) ? Stack::Kubernetes : Stack::None;
  if (name.ends_with(".tpl")) return is_template(path, name, text) ? Stack::Helm : Stack::None;
  if (name.starts_with("helmfile") && (is_yaml(name) || name.ends_with(".gotmpl"))) return Stack::Helm;
  if (!is_yaml(name) && !is_values(path, name)) return Stack::None;
  if (is_template(path, name, text)) return Stack::Helm;
  const bool object = (has_top_key(text, "apiVersion") && has_top_key(text, "kind")) ||
                      (has_word(text, "apiVersion") && has_word(text, "kind") && has_flow_document(text));
  if (object) return Stack::Kubernetes;
  if (name == "chart.yaml" || name == "requirements.yaml") return Stack::Helm;
  if (is_values(path, name) || path.find("helmfile.d/") != std::string_view::npos) return Stack::Helm;
  const bool listed = has_top_key(text, "releases") && has_word(text, "chart");
  const bool releases =
      listed || text.find("helm_chart:") != std::string_view::npos || text.find("helmChart:") != std::string_view::npos;
  return releases ? Stack::Helm : Stack::None;
}

}  // namespace redtag
