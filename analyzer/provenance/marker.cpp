#include "provenance/marker.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

extern "C" {
extern const char redtag_embedded_provenance_markers_begin[];
extern const char redtag_embedded_provenance_markers_end[];
}

namespace redtag {
namespace {

constexpr std::array<std::string_view, 7> places{"author", "committer", "trailer", "body", "subject", "branch", "note"};
constexpr std::array<std::string_view, 4> makers{"unknown", "bot", "assisted", "agent"};
constexpr std::array<std::string_view, 3> strengths{"hint", "likely", "certain"};

template <class Enum, std::size_t N>
std::optional<Enum> find_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

/// Length of the escape at the start of `pattern` if it stands for one plain character, else 0.
std::size_t plain_escape(std::string_view pattern) {
  constexpr std::string_view marks = ".[](){}*+?|^$\\/-";
  return pattern.size() >= 2 && marks.find(pattern[1]) != std::string_view::npos ? 2 : 0;
}

/// Index behind the class that starts at `at`.
std::size_t behind_class(std::string_view pattern, std::size_t at) {
  std::size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '^') ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;
  while (i < pattern.size() && pattern[i] != ']') i += pattern[i] == '\\' ? 2 : 1;
  return i + 1;
}

bool quantifier_at(std::string_view pattern, std::size_t at) {
  return at < pattern.size() && std::string_view("*+?{").find(pattern[at]) != std::string_view::npos;
}

}  // namespace

std::string_view maker_name(Maker maker) { return makers[static_cast<std::uint8_t>(maker)]; }
std::string_view marker_strength_name(MarkerStrength strength) {
  return strengths[static_cast<std::uint8_t>(strength)];
}

std::string required_literal(std::string_view pattern) {
  std::string best, run;
  std::size_t depth = 0;
  const auto end_run = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    std::size_t length = 1;
    bool plain = depth == 0;
    if (c == '\\') {
      length = plain_escape(pattern.substr(i));
      plain = plain && length > 0;
      if (length == 0) length = pattern.substr(i, 3) == "\\x{" ? pattern.find('}', i) - i + 1 : 2;
    } else if (c == '[') {
      length = behind_class(pattern, i) - i;
      plain = false;
    } else if (c == '{') {
      length = std::min(pattern.find('}', i), pattern.size() - 1) - i + 1;
      plain = false;
    } else if (c == '(' || c == ')') {
      depth += c == '(' ? 1 : 0;
      depth -= c == ')' && depth > 0 ? 1 : 0;
      plain = false;
    } else if (c == '|' && depth == 0) {
      return {};
    } else if (std::string_view("^$.*+?|").find(c) != std::string_view::npos) {
      plain = false;
    }
    if (plain && !quantifier_at(pattern, i + length)) {
      run += pattern[i + length - 1];
    } else {
      end_run();
    }
    i += length;
  }
  end_run();
  return lower_ascii(best);
}

MarkerView::MarkerView(MarkerPlace where, std::vector<std::string_view> cells, Maker maker, MarkerStrength strength)
    : place_(where),
      maker_(maker),
      strength_(strength),
      id_(cells[1]),
      agent_(cells[4]),
      pattern_(cells[5]),
      source_(cells[6]),
      literal_(required_literal(cells[5])) {}

MarkerView::MarkerView(MarkerView&&) noexcept = default;
MarkerView::~MarkerView() = default;

const re2::RE2& MarkerView::pattern() const {
  if (!compiled_) {
    re2::RE2::Options options;
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    compiled_ = std::make_unique<re2::RE2>(re2::StringPiece(pattern_.data(), pattern_.size()), options);
  }
  return *compiled_;
}

bool MarkerView::compiles() const { return pattern().ok(); }

bool MarkerView::fits(std::string_view line) const {
  return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern());
}

Expected<std::vector<MarkerView>> read_markers(std::string_view table) {
  std::vector<MarkerView> markers;
  std::size_t number = 0;
  for (const std::string_view line : split(table, '\n')) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    auto cells = split(line, '\t');
    if (cells.size() != 7) return fail(ErrorCode::Input, fmt::format("markers.tsv:{}: expected 7 columns", number));
    const auto place = find_in<MarkerPlace>(places, cells[0]);
    const auto maker = find_in<Maker>(makers, cells[2]);
    const auto strength = find_in<MarkerStrength>(strengths, cells[3]);
    if (!place || !maker || !strength) {
      return fail(ErrorCode::Input, fmt::format("markers.tsv:{}: no such place, class or strength", number));
    }
    markers.emplace_back(*place, std::move(cells), *maker, *strength);
  }
  return markers;
}

std::vector<MarkerView> builtin_markers() {
  auto markers = read_markers({redtag_embedded_provenance_markers_begin, redtag_embedded_provenance_markers_end});
  RT_ASSERT(markers.has_value(), "the table in the binary was tested when it was built");
  return std::move(*markers);
}

}  // namespace redtag
