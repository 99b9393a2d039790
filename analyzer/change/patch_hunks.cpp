#include "change/patch_hunks.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/limits.h"

namespace redtag {

namespace {

/// `5,3` or `5` of a hunk header.
struct LineSpan {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct HunkHeader {
  std::vector<LineSpan> before;  // one for each parent
  LineSpan after;
};

std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  // The highest numbers would overflow where a count is added; no text that we hold has so many lines.
  if (code != std::errc() || number > UINT32_MAX / 4) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<LineSpan> take_span(std::string_view& text, char sign) {
  if (text.empty() || text.front() != sign) return std::nullopt;
  text.remove_prefix(1);
  LineSpan span;
  const auto first = take_number(text);
  if (!first) return std::nullopt;
  span.first = *first;
  span.count = 1;
  if (!text.empty() && text.front() == ',') {
    text.remove_prefix(1);
    const auto count = take_number(text);
    if (!count) return std::nullopt;
    span.count = *count;
  }
  // A line 0 exists only as the place before the first line.
  if ((span.first == 0 && span.count > 0) || text.empty() || text.front() != ' ') return std::nullopt;
  text.remove_prefix(1);
  return span;
}

std::optional<HunkHeader> parse_header(std::string_view line, std::size_t parents) {
  const std::string signs(parents + 1, '@');
  if (!line.starts_with(signs + " ")) return std::nullopt;
  line.remove_prefix(signs.size() + 1);
  HunkHeader header;
  for (std::size_t i = 0; i < parents; ++i) {
    const auto span = take_span(line, '-');
    if (!span) return std::nullopt;
    header.before.push_back(*span);
  }
  const auto span = take_span(line, '+');
  if (!span || !line.starts_with(signs)) return std::nullopt;
  header.after = *span;
  return header;
}

/// Where a span's first line stands. With a count of 0 a plain header names the line before the gap; a combined one, the line behind.
std::uint32_t start_of(const LineSpan& span, const HunkForm& form) {
  if (span.count > 0) return span.first;
  return form.parents == 1 ? span.first + 1 : std::max<std::uint32_t>(span.first, 1);
}

/// Sorts the lines of one hunk onto both sides.
class HunkLines {
 public:
  HunkLines(PatchText& text, const HunkForm& form, FillerBudget& filler, PatchedText& into, HunkHeader header)
      : text_(text), form_(form), filler_(filler), into_(into), header_(std::move(header)), opened_at_(text.number()) {}

  Expected<void> read();

 private:
  enum class Kind : std::uint8_t { Context, Removed, Added, Elsewhere };

  [[nodiscard]] bool unfinished() const;
  [[nodiscard]] tl::unexpected<Error> missing_line() const;
  Expected<void> read_line();
  Expected<Kind> classify(std::string_view line);
  Expected<void> place(Kind kind, std::string_view content);
  Expected<void> change();
  Expected<void> read_end_marker();

  PatchText& text_;
  const HunkForm& form_;
  FillerBudget& filler_;
  PatchedText& into_;
  HunkHeader header_;  // counts go down to 0
  std::size_t opened_at_;
  bool in_run_ = false;
  Kind last_ = Kind::Elsewhere;
};

bool HunkLines::unfinished() const {
  return header_.after.count > 0 ||
         std::any_of(header_.before.begin(), header_.before.end(), [](const LineSpan& span) { return span.count > 0; });
}

tl::unexpected<Error> HunkLines::missing_line() const {
  std::uint32_t before = 0;
  for (const LineSpan& span : header_.before) before = std::max(before, span.count);
  const std::string rest = std::to_string(before) + " old and " + std::to_string(header_.after.count) + " new lines";
  if (text_.at_end()) {
    return text_.error("the text ends inside the hunk of line " + std::to_string(opened_at_) + ", which still wants " +
                       rest);
  }
  return text_.error("expected a line of the hunk of line " + std::to_string(opened_at_) + ", which still wants " +
                     rest + ", found " + text_.shown_line());
}

/// Which side a line stands on, by its columns; counts it off. A line that only another parent had is Elsewhere.
Expected<HunkLines::Kind> HunkLines::classify(std::string_view line) {
  const std::string_view columns = line.substr(0, form_.parents);
  const bool removed = columns.find('-') != std::string_view::npos;
  const bool complete =
      columns.size() == form_.parents && columns.find_first_not_of(removed ? "- " : "+ ") == std::string_view::npos;
  // An empty line is a context line whose blank somebody took away (diff.suppressBlankEmpty, mail programs).
  if (!complete && !line.empty()) return missing_line();
  if (!removed) {
    if (header_.after.count == 0) return missing_line();
    --header_.after.count;
  }
  for (std::size_t i = 0; i < form_.parents; ++i) {
    const bool had = line.empty() || columns[i] == (removed ? '-' : ' ');
    if (!had) continue;
    if (header_.before[i].count == 0) return missing_line();
    --header_.before[i].count;
  }
  if (line.empty() || (columns[0] == ' ' && !removed)) return Kind::Context;
  if (columns[0] == ' ') return Kind::Elsewhere;
  return removed ? Kind::Removed : Kind::Added;
}

/// Opens a run of changed lines unless one is open.
Expected<void> HunkLines::change() {
  if (in_run_) return {};
  in_run_ = true;
  if (into_.hunks.size() >= limits::hunks_per_file) {
    return text_.error_at(text_.number(),
                          "more than " + std::to_string(limits::hunks_per_file) + " changed places in one file",
                          ErrorCode::Limit);
  }
  into_.hunks.push_back({into_.before.next_line(), 0, into_.after.next_line(), 0});
  return {};
}

Expected<void> HunkLines::place(Kind kind, std::string_view content) {
  if (kind == Kind::Elsewhere) return {};
  if (kind == Kind::Context) {
    in_run_ = false;
  } else {
    RT_TRY(change());
  }
  if (kind != Kind::Added && !into_.before.append(content, filler_)) {
    return text_.error("an old line stands behind the end of the old file");
  }
  if (kind != Kind::Removed && !into_.after.append(content, filler_)) {
    return text_.error("a new line stands behind the end of the new file");
  }
  if (kind == Kind::Removed) ++into_.hunks.back().before_count;
  if (kind == Kind::Added) ++into_.hunks.back().after_count;
  return {};
}

Expected<void> HunkLines::read_line() {
  std::string_view line = text_.line();
  if (form_.carriage_return && line.ends_with('\r')) line.remove_suffix(1);
  if (text_.at_end()) return missing_line();
  RT_TRY(last_, classify(line));
  RT_TRY(place(last_, line.empty() ? line : line.substr(form_.parents)));
  text_.advance();
  return {};
}

/// `\ No newline at end of file`, in whatever language it is written.
Expected<void> HunkLines::read_end_marker() {
  if (!text_.line().starts_with("\\ ")) return {};
  const bool before = last_ == Kind::Context || last_ == Kind::Removed;
  const bool after = last_ == Kind::Context || last_ == Kind::Added;
  if ((before && !into_.before.end_without_newline()) || (after && !into_.after.end_without_newline())) {
    return text_.error("the file's end is said twice");
  }
  text_.advance();
  return {};
}

Expected<void> HunkLines::read() {
  if (!unfinished()) return text_.error("a hunk of no lines");
  if (!into_.before.seek(start_of(header_.before[0], form_)) || !into_.after.seek(start_of(header_.after, form_))) {
    return text_.error("the hunk starts before the end of the one above it");
  }
  into_.any = true;
  text_.advance();
  while (unfinished()) {
    RT_TRY(read_line());
    RT_TRY(read_end_marker());
  }
  return {};
}

}  // namespace

bool opens_hunk(std::string_view line, std::size_t parents) {
  return line.starts_with(std::string(parents + 1, '@') + " -");
}

Expected<void> read_hunk(PatchText& text, const HunkForm& form, FillerBudget& filler, PatchedText& into) {
  auto header = parse_header(text.line(), form.parents);
  if (!header) return text.error("expected a hunk header like '@@ -1,3 +1,4 @@', found " + text.shown_line());
  return HunkLines(text, form, filler, into, std::move(*header)).read();
}

}  // namespace redtag
