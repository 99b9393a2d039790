// The files of a pack: which folders are checks, which tables come with them, and whether they can answer what is asked.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "check/compile/compile.h"

namespace redtag {

namespace {

std::string below(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

/// Everything that is read, with lengths, so that no two packs have one digest.
void add_to_digest(std::string& all, std::string_view name, std::string_view text) {
  all += fmt::format("{}\n{}\n", name, text.size());
  all += text;
}

Expected<void> check_names(const std::vector<CheckFragment>& checks) {
  std::map<std::string_view, const CheckFragment*> names;
  for (const CheckFragment& check : checks) {
    const auto [found, added] = names.emplace(check.name, &check);
    if (!added)
      return fail(ErrorCode::Input, fmt::format("{}:1: {} has the same name", check.file, found->second->file));
  }
  for (const CheckFragment& check : checks) {
    for (const std::string& other : check.supersedes) {
      if (!names.contains(other)) {
        return fail(ErrorCode::Input,
                    fmt::format("{}:1: supersedes `{}`, which is no check of this pack", check.file, printable(other)));
      }
    }
  }
  return {};
}

/// Names of facts that a condition asks for.
void collect_facts(const ConditionFragment& condition, std::vector<const ConditionFragment*>& into) {
  if (condition.op == ConditionOp::Fact) into.push_back(&condition);
  for (const ConditionFragment& child : condition.children) collect_facts(child, into);
}

}  // namespace

Expected<PackFiles> read_pack_files(SourceTree& tree, std::string_view directory) {
  PackFiles files;
  std::string digested;
  const std::size_t above = directory.empty() ? 0 : directory.size() + 1;  // a pack has one digest wherever it lies
  for (const TreeEntry& category : tree.list(directory)) {
    if (!category.directory) continue;
    const std::string folder = below(directory, category.name);
    for (const TreeEntry& entry : tree.list(folder)) {
      const std::string path = below(folder, entry.name);
      if (category.name == "facts" && !entry.directory && entry.name.ends_with(".tsv")) {
        std::optional<std::string> text = tree.read(path);
        if (!text) return fail(ErrorCode::Disk, fmt::format("{}: cannot be read", path));
        add_to_digest(digested, path.substr(above), *text);
        files.facts.emplace_back(path, std::move(*text));
        continue;
      }
      if (!entry.directory) continue;
      const std::string file = path + "/check.yaml";
      std::optional<std::string> yaml = tree.read(file);
      if (!yaml) continue;
      add_to_digest(digested, file.substr(above), *yaml);
      files.checks.push_back(
          {{file, category.name, entry.name}, std::move(*yaml), tree.read(path + "/README.md").value_or("")});
    }
  }
  files.digest = sha256_hex(digested);
  return files;
}

Expected<PackSources> read_pack(SourceTree& tree, std::string_view directory) {
  RT_TRY(PackFiles files, read_pack_files(tree, directory));
  PackSources sources;
  for (PackFiles::Check& check : files.checks) {
    RT_TRY(CheckFragment fragment, read_check(check.yaml, check.place, std::move(check.readme)));
    sources.checks.push_back(std::move(fragment));
  }
  std::sort(sources.checks.begin(), sources.checks.end(),
            [](const CheckFragment& a, const CheckFragment& b) { return a.name < b.name; });
  RT_TRY(check_names(sources.checks));
  sources.facts = std::move(files.facts);
  sources.digest = std::move(files.digest);
  return sources;
}

void FactWords::add(std::string_view table) {
  // Tables have tens of thousands of rows and a few dozen words: collected as views first.
  std::set<std::pair<std::string_view, std::string_view>> found;
  while (!table.empty()) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    std::string_view line = table.substr(0, end);
    table.remove_prefix(std::min(end + 1, table.size()));
    if (line.empty() || line.front() == '#') continue;
    std::array<std::string_view, 7> cells;
    for (std::string_view& cell : cells) {
      const std::size_t tab = std::min(line.find('\t'), line.size());
      cell = line.substr(0, tab);
      line.remove_prefix(std::min(tab + 1, line.size()));
    }
    found.emplace(cells[0], cells[3]);
    if (!cells[6].empty()) found.emplace(cells[0], cells[6]);
  }
  for (const auto& [stack, word] : found) words_.emplace(stack, word);
}

void FactWords::add_lines(std::string_view lines) {
  for (const std::string_view line : split(lines, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string_view::npos) words_.emplace(line.substr(0, tab), line.substr(tab + 1));
  }
}

std::string FactWords::lines() const {
  std::string out;
  for (const auto& [stack, word] : words_) out += fmt::format("{}\t{}\n", stack, word);
  return out;
}

bool FactWords::has(std::string_view stack, std::string_view word) const {
  return words_.contains({std::string(stack), std::string(word)});
}

Expected<void> check_facts(const PackSources& sources, const FactWords& words) {
  for (const CheckFragment& check : sources.checks) {
    std::vector<const ConditionFragment*> asked;
    collect_facts(check.match, asked);
    for (const ConditionFragment* condition : asked) {
      for (const std::string& word : condition->operands) {
        const bool known = std::any_of(check.stacks.begin(), check.stacks.end(), [&](Stack stack) {
          return words.has(names_of(FieldKind::Stack)[static_cast<std::size_t>(stack)], word);
        });
        if (!known) {
          return fail(
              ErrorCode::Input,
              fmt::format("{}:{}: this check can never fire: no fact table has the effect or class `{}` for its stacks",
                          check.file, condition->line, printable(word)));
        }
      }
    }
  }
  return {};
}

}  // namespace redtag
