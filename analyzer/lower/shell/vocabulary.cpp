#include "lower/shell/vocabulary.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/text.h"
#include "facts/facts.h"

namespace redtag::shell {

namespace {

/// As the rows call them, in the order of List.
constexpr std::array<std::string_view, list_count> list_names{"system directory",
                                                              "system directory of a drive",
                                                              "data directory",
                                                              "data name",
                                                              "data variable",
                                                              "data ending",
                                                              "temporary directory",
                                                              "cache directory",
                                                              "product",
                                                              "product ending",
                                                              "location variable",
                                                              "temporary variable",
                                                              "item variable",
                                                              "teller",
                                                              "backup",
                                                              "object store client",
                                                              "copying client",
                                                              "local engine",
                                                              "platform client",
                                                              "whole destroyer",
                                                              "interpreter",
                                                              "packaged tool",
                                                              "everyday program",
                                                              "option of where",
                                                              "decoder",
                                                              "downloader",
                                                              "rewriter",
                                                              "character device",
                                                              "kept directory",
                                                              "sparing option",
                                                              "checking word",
                                                              "production word",
                                                              "test word",
                                                              "nearby host",
                                                              "reader of variables",
                                                              "system file",
                                                              "unwatched option",
                                                              "standby word",
                                                              "digest check"};

struct Words {
  std::array<std::vector<std::string_view>, list_count> lists;
  std::map<std::string_view, std::string_view> directories;  ///< variable → where it points to
  std::vector<LookAlike> look_alikes;
  std::vector<Wrapper> wrappers;
  std::vector<TextOption> text_options;
};

void add_wrapper(const FactRowView& row, Words& words) {
  Wrapper wrapper{row.path, row.value, 0, Rest::Command, Whereabouts::Here};
  bool option = false, list = false, escapes = false;
  for (const std::string_view word : split(row.condition, ' ')) {
    if (word == "text") wrapper.rest = Rest::Text;
    if (word == "dashes") wrapper.rest = Rest::AfterDashes;
    if (word == "elsewhere") wrapper.whereabouts = Whereabouts::Elsewhere;
    if (word == "container") wrapper.whereabouts = Whereabouts::Container;
    if (word.size() == 1 && word[0] >= '1' && word[0] <= '9')
      wrapper.operands = static_cast<std::size_t>(word[0] - '0');
    option = option || word == "option";
    list = list || word == "list";
    escapes = escapes || word == "escapes";
  }
  if (option) {
    const TextForm form = list ? TextForm::List : escapes ? TextForm::Escapes : TextForm::Plain;
    words.text_options.push_back({row.path, row.value, wrapper.whereabouts, form});
  } else {
    words.wrappers.push_back(wrapper);
  }
}

/// Views of the tables in the binary, which live as long as the program.
const Words& words() {
  static const Words made = [] {
    Words all;
    const FactTables facts = FactTables::builtin();
    for (const FactRowView& row : facts.rows("shell", "list", "listed")) {
      const auto name = std::find(list_names.begin(), list_names.end(), row.value);
      if (name != list_names.end()) all.lists[static_cast<std::size_t>(name - list_names.begin())].push_back(row.path);
    }
    for (std::vector<std::string_view>& list : all.lists) std::sort(list.begin(), list.end());
    for (const FactRowView& row : facts.rows("shell", "directory variable", "listed"))
      all.directories.emplace(row.path, row.value);
    for (const FactRowView& row : facts.rows("shell", "look-alike", "listed")) {
      if (!row.value.empty()) all.look_alikes.push_back({row.path, row.value.front()});
    }
    for (const FactRowView& row : facts.rows("shell", "wrapper", "wraps")) add_wrapper(row, all);
    std::stable_sort(all.wrappers.begin(), all.wrappers.end(),
                     [](const Wrapper& a, const Wrapper& b) { return a.words < b.words; });
    return all;
  }();
  return made;
}

}  // namespace

std::span<const std::string_view> listed(List list) { return words().lists[static_cast<std::size_t>(list)]; }

bool is_listed(List list, std::string_view word) {
  const auto all = listed(list);
  return std::binary_search(all.begin(), all.end(), word);
}

bool ends_as_listed(List list, std::string_view text) {
  const auto all = listed(list);
  return std::any_of(all.begin(), all.end(), [&](std::string_view ending) { return text.ends_with(ending); });
}

std::string_view usual_directory(std::string_view variable) {
  const auto found = words().directories.find(variable);
  return found == words().directories.end() ? std::string_view() : found->second;
}

std::span<const LookAlike> look_alikes() { return words().look_alikes; }
std::span<const Wrapper> wrappers(std::string_view name) {
  const std::vector<Wrapper>& all = words().wrappers;
  const auto first = std::lower_bound(
      all.begin(), all.end(), name, [](const Wrapper& wrapper, std::string_view word) { return wrapper.words < word; });
  const auto last =
      std::find_if(first, all.end(), [&](const Wrapper& wrapper) { return !wrapper.words.starts_with(name); });
  return {first, last};
}

std::span<const TextOption> text_options() { return words().text_options; }

}  // namespace redtag::shell
