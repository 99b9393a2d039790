#include "lower/kustomize/merge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace redtag::kustomize {

namespace {

/// Lists whose elements the platform knows by a key, from the patch strategies of its API types.
struct NamedList {
  std::string_view list;
  std::array<std::string_view, 2> keys;
};

constexpr std::array named_lists = std::to_array<NamedList>({
    {"containers", {"name", ""}},
    {"env", {"name", ""}},
    {"ephemeralContainers", {"name", ""}},
    {"hostAliases", {"ip", ""}},
    {"imagePullSecrets", {"name", ""}},
    {"initContainers", {"name", ""}},
    {"ports", {"containerPort", "port"}},
    {"secrets", {"name", ""}},
    {"topologySpreadConstraints", {"topologyKey", ""}},
    {"volumeDevices", {"devicePath", ""}},
    {"volumeMounts", {"mountPath", ""}},
    {"volumes", {"name", ""}},
});

const NamedList* list_named(std::string_view key) {
  const auto found =
      std::find_if(named_lists.begin(), named_lists.end(), [&](const NamedList& each) { return each.list == key; });
  return found == named_lists.end() ? nullptr : &*found;
}

using Entries = std::vector<Entry>;

bool is_block(const Entry& entry) { return entry.value.shape == Shape::Block; }

/// What names an element of such a list; empty where nothing does.
std::string name_in(const Entry& element, const NamedList& list) {
  for (const std::string_view key : list.keys) {
    const Value* name = key.empty() ? nullptr : find_entry(element.value, key);
    if (name != nullptr && name->known()) return std::string(key) + "=" + name->text;
  }
  return {};
}

std::string_view directive_of(const Entry& element) {
  const Value* said = find_entry(element.value, "$patch");
  return said == nullptr ? std::string_view() : std::string_view(said->text);
}

std::size_t count(const Entries& entries, std::string_view key) {
  return static_cast<std::size_t>(
      std::count_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; }));
}

void drop_key(Entries& entries, std::string_view key) {
  std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

Entry without_directive(Entry entry) {
  drop_key(entry.value.entries, "$patch");
  return entry;
}

void merge_element(Entries& object, const Entry& element, const NamedList& list) {
  const std::string name = name_in(element, list);
  const auto same = std::find_if(object.begin(), object.end(), [&](const Entry& entry) {
    return entry.key == element.key && !name.empty() && name_in(entry, list) == name;
  });
  if (directive_of(element) == "delete") {
    if (same != object.end()) object.erase(same);
  } else if (same == object.end()) {
    object.push_back(without_directive(element));
  } else {
    merge_strategic(same->value.entries, element.value.entries);
  }
}

/// One key of a patch, with all elements where it is a list.
void merge_key(Entries& object, const Entries& patch, std::string_view key) {
  const auto first = std::find_if(patch.begin(), patch.end(), [&](const Entry& entry) { return entry.key == key; });
  const NamedList* list = list_named(key);
  if (is_block(*first) && list != nullptr && !name_in(*first, *list).empty()) {
    for (const Entry& element : patch) {
      if (element.key == key) merge_element(object, element, *list);
    }
    return;
  }
  const auto there = std::find_if(object.begin(), object.end(), [&](const Entry& entry) { return entry.key == key; });
  const bool one_each = count(patch, key) == 1 && count(object, key) == 1 && is_block(*first) && is_block(*there);
  if (one_each && directive_of(*first).empty()) {
    return merge_strategic(there->value.entries, first->value.entries);
  }
  drop_key(object, key);
  if (first->value.is_null() || directive_of(*first) == "delete") return;
  for (const Entry& entry : patch) {
    if (entry.key == key) object.push_back(without_directive(entry));
  }
}

std::string unescaped(std::string_view token) {
  std::string text(token);
  for (std::size_t at = 0; (at = text.find('~', at)) != std::string::npos; ++at) {
    if (text.compare(at, 2, "~1") == 0) text.replace(at, 2, "/");
    if (text.compare(at, 2, "~0") == 0) text.replace(at, 2, "~");
  }
  return text;
}

std::optional<std::size_t> index_of(std::string_view token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  return index;
}

/// The `index`-th entry called `key`.
Entries::iterator nth(Entries& entries, std::string_view key, std::size_t index) {
  return std::find_if(entries.begin(), entries.end(),
                      [&](const Entry& entry) { return entry.key == key && index-- == 0; });
}

/// Where the values of an operation stand: entries called `value`, one for each element of a list of mappings.
void put(Entries& into, Entries::iterator at, const std::string& key, const Entries& operation) {
  for (const Entry& entry : operation) {
    if (entry.key != "value") continue;
    Entry made = entry;
    made.key = key;
    at = into.insert(at, std::move(made)) + 1;
  }
}

void apply(Entries& object, const Entries& operation) {
  const auto said = [&](std::string_view key) {
    const auto found = std::find_if(operation.begin(), operation.end(), [&](const Entry& e) { return e.key == key; });
    return found == operation.end() ? std::string() : found->value.text;
  };
  const std::string op = said("op"), path = said("path");
  if (path.size() < 2 || path.front() != '/') return;
  const std::vector<std::string_view> tokens = split(std::string_view(path).substr(1), '/');
  Entries* at = &object;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string key = unescaped(tokens[i]);
    const bool indexed = i + 1 < tokens.size() && (index_of(tokens[i + 1]) || tokens[i + 1] == "-");
    const std::size_t index = indexed ? index_of(tokens[i + 1]).value_or(count(*at, key)) : 0;
    const auto found = nth(*at, key, index);
    const bool last = i + (indexed ? 2 : 1) == tokens.size();
    if (last && op == "remove") {
      if (found == at->end() || (indexed && !is_block(*found))) return;
      if (indexed) at->erase(found);
      if (!indexed) drop_key(*at, key);
    } else if (last && (op == "replace" || op == "add")) {
      const bool scalars = indexed && found != at->end() && !is_block(*found);
      if (scalars) return;
      auto place = found;
      if (indexed && op == "replace" && found != at->end()) place = at->erase(found);
      if (!indexed) {
        drop_key(*at, key);
        place = at->end();
      }
      put(*at, place, key, operation);
    }
    if (last || found == at->end() || !is_block(*found)) return;
    at = &found->value.entries;
    if (indexed) ++i;
  }
}

}  // namespace

void merge_strategic(Entries& object,
                     const Entries& patch) {  // depth is bounded by limits::nesting where values are made
  std::vector<std::string_view> seen;
  for (const Entry& entry : patch) {
    if (entry.key == "$patch" || std::find(seen.begin(), seen.end(), entry.key) != seen.end()) continue;
    seen.push_back(entry.key);
    merge_key(object, patch, entry.key);
  }
}

void apply_operations(Entries& object, const Entries& operations) {
  for (const Entry& operation : operations) {
    if (operation.key == "operation") apply(object, operation.value.entries);
  }
}

}  // namespace redtag::kustomize
