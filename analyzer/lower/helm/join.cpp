// Values of a chart, where its templates print them.
#include <map>
#include <set>

#include "base/text.h"
#include "lower/helm/helm.h"

namespace redtag::helm {

namespace {

/// The value at a dotted path of settings; nullptr where it is none, or no scalar.
const Value* find_setting(const Resource& settings, std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '.');
  const std::vector<Entry>* level = &settings.attributes;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Value* found = nullptr;
    for (const Entry& entry : *level) {
      if (entry.key == parts[i]) found = &entry.value;
    }
    if (found == nullptr) return nullptr;
    if (i + 1 == parts.size()) return found->known() && found->shape == Shape::Scalar ? found : nullptr;
    level = &found->entries;
  }
  return nullptr;
}

/// `{{ .Values.a.b }}` → `a.b`.
std::string_view path_of(const Value& reference) {
  constexpr std::string_view open = "{{ .Values.", close = " }}";
  const std::string_view text = reference.text;
  return text.substr(open.size(), text.size() - open.size() - close.size());
}

class Joiner {
 public:
  Joiner(const Resource& settings, std::set<std::string>& used) : settings_(settings), used_(used) {}

  void join(std::vector<Entry>& entries) {
    for (Entry& entry : entries) join(entry.value);
  }

 private:
  void join(Value& value) {
    if (value.presence == Presence::Unknown && value.expression == Expression::Reference) {
      const std::string path(path_of(value));
      const Value* setting = find_setting(settings_, path);
      if (setting == nullptr) return;
      // An empty default is what a template leaves out, or what its user has to give.
      if (setting->is_null() || setting->text.empty()) return;
      used_.insert(path);
      value = *setting;
      return;
    }
    for (Value& item : value.items) join(item);
    for (Entry& entry : value.entries) join(entry.value);
  }

  const Resource& settings_;
  std::set<std::string>& used_;
};

void erase_used(std::vector<Entry>& entries, const std::string& path, const std::set<std::string>& used) {
  std::erase_if(entries, [&](Entry& entry) {
    const std::string below = path.empty() ? entry.key : path + "." + entry.key;
    if (used.contains(below)) return true;
    if (entry.value.shape == Shape::Block) erase_used(entry.value.entries, below, used);
    return false;
  });
}

}  // namespace

void join_values(std::span<LoweredFile> files) {
  std::map<std::string, Resource*> settings;
  for (LoweredFile& file : files) {
    if (role_of(file.path) != FileRole::Values) continue;
    const std::optional<std::string> chart = chart_of(file.path);
    for (Resource& resource : file.model.resources) {
      if (chart && resource.type == "values") settings.emplace(*chart, &resource);
    }
  }
  std::map<std::string, std::set<std::string>> used;
  for (LoweredFile& file : files) {
    const std::optional<std::string> chart = chart_of(file.path);
    const auto found = chart ? settings.find(*chart) : settings.end();
    if (found == settings.end() || role_of(file.path) != FileRole::Template) continue;
    Joiner joiner(*found->second, used[*chart]);
    for (Resource& object : file.model.resources) joiner.join(object.attributes);
  }
  for (const auto& [chart, paths] : used) erase_used(settings[chart]->attributes, {}, paths);
}

}  // namespace redtag::helm
