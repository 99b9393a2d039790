#include "cli/golden_case.h"

#include <fmt/format.h>

#include "base/text.h"

namespace redtag::cli {

namespace {

constexpr std::string_view finding_mark = "# > ";
constexpr std::string_view stage_mark = "# |";
constexpr std::string_view wanted_mark = "# WANTED ";

std::string_view mark_of(Stage stage) { return stage == Stage::Findings ? finding_mark : stage_mark; }

bool is_expectation(std::string_view line, Stage stage) { return line.starts_with(mark_of(stage)); }

/// Lines that can start a patch; everything in front of one is the case's own.
bool starts_patch(std::string_view line) {
  for (const std::string_view start : {"diff ", "--- ", "Index: ", "From "}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(std::string_view text, GoldenCase& into) : rest_(text), into_(into) {}

  Expected<void> read() {
    while (!rest_.empty() && !starts_patch(rest_)) {
      const std::string_view line = take();
      if (opens_block(line)) {
        RT_TRY(block(line));
        continue;
      }
      if (!line.empty() && !line.starts_with('#'))
        return wrong(fmt::format("expected a comment or a patch, found `{}`", shortened(line, 40)));
      RT_TRY(comment(line));
      if (!line.empty() && !blocks_) into_.insert_at = into_.head.size();
    }
    if (rest_.empty()) return wrong("expected a patch behind the comments");
    into_.patch = rest_;
    collect_expectations();
    if (into_.wanted && !into_.expected.empty()) return wrong("`# WANTED` stands in place of `# >` lines");
    return {};
  }

 private:
  std::string_view take() {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + 1);
    into_.head.emplace_back(line);
    ++line_;
    return line;
  }

  static bool opens_block(std::string_view line) {
    return line.starts_with("# FILE ") || line == "# MESSAGE" || line == "# POLICY";
  }

  Expected<void> block(std::string_view opening) {
    blocks_ = true;
    const std::size_t started = line_;
    std::string text;
    for (;;) {
      if (rest_.empty()) {
        line_ = started;
        return wrong(fmt::format("`{}` has no `# END`", printable(opening)));
      }
      const std::string_view line = take();
      if (line == "# END") break;
      text += line;
      text += '\n';
    }
    if (opening == "# MESSAGE") {
      into_.message = std::move(text);
    } else if (opening == "# POLICY") {
      into_.policy = std::move(text);
    } else {
      into_.files.insert_or_assign(std::string(trim(opening.substr(7))), std::move(text));
    }
    return {};
  }

  Expected<void> comment(std::string_view line) {
    if (line.starts_with(wanted_mark)) return wanted(trim(line.substr(wanted_mark.size())));
    if (!line.starts_with("# STAGE ")) return {};
    const std::optional<Stage> stage = stage_from_name(trim(line.substr(8)));
    if (!stage)
      return wrong(
          fmt::format("`{}` is no stage: expected change, resources, delta or score", printable(trim(line.substr(8)))));
    into_.stage = *stage;
    return {};
  }

  Expected<void> wanted(std::string_view what) {
    Wanted& wanted = into_.wanted.emplace();
    if (what == "silence" || what == "no hold") {
      wanted.outcome = what == "silence" ? Wanted::Outcome::Silence : Wanted::Outcome::NoHold;
      return {};
    }
    const std::vector<std::string_view> words = split(what, ' ');
    const bool whole = words.size() == 3 && words[0] == "hold";
    const std::optional<Category> category = whole ? category_from_name(words[1]) : std::nullopt;
    const std::optional<Severity> severity = whole ? severity_from_name(words[2]) : std::nullopt;
    if (!category || !severity)
      return wrong(fmt::format("`{}`: expected `hold CATEGORY SEVERITY`, `no hold` or `silence`", printable(what)));
    wanted.category = *category;
    wanted.at_least = *severity;
    return {};
  }

  void collect_expectations() {
    bool inside = false;  // what a FILE holds is not the case's own
    for (const std::string& line : into_.head) {
      if (opens_block(line)) inside = true;
      if (inside) {
        inside = line != "# END";
        continue;
      }
      if (!is_expectation(line, into_.stage)) continue;
      const std::string_view text = std::string_view(line).substr(mark_of(into_.stage).size());
      into_.expected.emplace_back(into_.stage != Stage::Findings && text.starts_with(' ') ? text.substr(1) : text);
    }
  }

  tl::unexpected<Error> wrong(std::string_view what) const {
    return fail(ErrorCode::Input, fmt::format("{}:{}: {}", into_.path, line_, what));
  }

  std::string_view rest_;
  GoldenCase& into_;
  std::size_t line_ = 0;
  bool blocks_ = false;
};

void add_line(std::string& out, std::string_view mark, std::string_view line) {
  out += mark;
  if (mark == stage_mark && !line.empty()) out += ' ';
  out += line;
  out += '\n';
}

}  // namespace

std::optional<Stage> stage_from_name(std::string_view name) {
  if (name == "change") return Stage::Change;
  if (name == "resources") return Stage::Resources;
  if (name == "delta") return Stage::Delta;
  if (name == "score") return Stage::Score;
  return std::nullopt;
}

Expected<GoldenCase> read_case(std::string_view text, std::string path) {
  GoldenCase golden;
  golden.path = std::move(path);
  RT_TRY(Reader(text, golden).read());
  return golden;
}

std::string with_expectations(const GoldenCase& golden, const std::vector<std::string>& lines) {
  const std::string_view mark = mark_of(golden.stage);
  std::string out;
  bool inside = false, written = false;
  const bool replaces = !golden.expected.empty();
  const auto write = [&] {
    if (written) return;
    written = true;
    for (const std::string& line : lines) add_line(out, mark, line);
  };
  for (std::size_t i = 0; i < golden.head.size(); ++i) {
    const std::string& line = golden.head[i];
    if (!replaces && i == golden.insert_at) write();
    const bool opening = line.starts_with("# FILE ") || line == "# MESSAGE" || line == "# POLICY";
    if (!inside && is_expectation(line, golden.stage)) {
      write();
      continue;
    }
    inside = opening || (inside && line != "# END");
    out += line;
    out += '\n';
  }
  if (!replaces) write();
  return out + golden.patch;
}

}  // namespace redtag::cli
