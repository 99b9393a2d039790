#include "report/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/encoding.h"
#include "report/place.h"
#include "report/redact.h"
#include "report/words.h"

namespace redtag {
namespace {

constexpr std::size_t document_bytes = 60'000;  // hosts take 65,536
constexpr std::size_t field_bytes = 1'000;
constexpr std::size_t shown_commands = 50;

/// Foreign text on one line, without secrets, control characters and anything that could pass for the end of a comment of HTML.
std::string inert(std::string_view foreign) {
  std::string text = printable(shortened(quotable(foreign), field_bytes));
  for (const std::string_view mark : {std::string_view("<!--"), std::string_view("-->")}) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
      text.insert(at + 1, " ");
  }
  return text;
}

/// Foreign text between `<code>` tags: hosts neither link nor format what stands there.
std::string as_code(std::string_view foreign) {
  std::string html;
  for (const char c : inert(foreign)) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      default: html += c;
    }
  }
  return "<code>" + html + "</code>";
}

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Lines as a block of code. Each must begin with a word of ours, so that no host takes one for a command.
std::string as_block(const std::string& lines) {
  const std::string fence(std::max<std::size_t>(3, longest_run_of_backticks(lines) + 1), '`');
  return fence + "text\n" + lines + fence + "\n";
}

std::string labelled(std::string_view label, std::string_view foreign) {
  if (foreign.empty()) return {};
  return fmt::format("{:<14} {}\n", label, inert(foreign));
}

class MarkdownReport {
 public:
  explicit MarkdownReport(const Review& review) : review_(review), places_(review.changes) {}

  std::string write() {
    text_ = fmt::format("**{}**\n",
                        review_.complete ? verdict_sentence(review_) : "INCOMPLETE: the analysis did not finish.");
    std::size_t left_out = 0;
    for (const JudgedFinding& judged : review_.findings) {
      if (judged.holds()) left_out += add(finding(judged)) ? 0 : 1;
    }
    exits();
    left_out += others("Notes", [](const JudgedFinding& judged) { return !judged.holds() && !judged.cleared; });
    left_out += others("Cleared", [](const JudgedFinding& judged) { return judged.cleared.has_value(); });
    remarks();
    if (left_out > 0) text_ += fmt::format("\n{} more stand in the full report.\n", counted(left_out, "finding"));
    return std::move(text_);
  }

 private:
  /// False where the document would become too long.
  bool add(const std::string& part) {
    if (text_.size() + part.size() > document_bytes) return false;
    text_ += part;
    return true;
  }

  std::string where(const Finding& finding) {
    const Place place = places_.own(finding.region);
    if (place.path.empty()) return {};
    return fmt::format("{}:{}{}", place.path, place.span.first_line,
                       place.side == Side::Before ? " (before the change)" : "");
  }

  std::string finding(const JudgedFinding& judged) {
    const Finding& finding = judged.finding;
    const std::string verdict = judged.holds() ? "HOLD" : judged.cleared ? "cleared" : "note";
    std::string lines = labelled("Where", where(finding)) + labelled("What", sentence(finding.says));
    for (const Part& part : parts_of(judged)) lines += labelled(part.label, part.text);
    lines += labelled("Blast radius", fmt::format("{} of 100  {}", judged.blast.score, judged.blast.vector));
    lines += labelled("Rule", finding.rule) + labelled("Fingerprint", finding.fingerprint);
    return fmt::format("\n<details><summary>{} {} {}</summary>\n\n{}\n</details>\n", verdict,
                       severity_name(finding.severity), as_code(shortened(finding.entity, 200)), as_block(lines));
  }

  void exits() {
    if (!review_.held()) return;
    std::string commands;
    std::size_t shown = 0;
    for (const JudgedFinding& judged : review_.findings) {
      if (judged.holds() && shown++ < shown_commands)
        commands += fmt::format("redtag clear BASE...HEAD {} --reason …\n", judged.finding.fingerprint);
    }
    add(fmt::format(
        "\nThree ways past a hold: **make it safe** (what stands under Instead), **clear it** (somebody whom the "
        "target "
        "branch names reads and signs), or **teach it** (a line of `.redtag.yaml` on the target branch).\n\n"
        "<details><summary>Commands to clear it</summary>\n\n{}\n</details>\n",
        as_block(commands + "redtag clear BASE...HEAD --all --reason …\n")));
  }

  template <class Wanted>
  std::size_t others(std::string_view title, Wanted wanted) {
    std::size_t count = 0, left_out = 0;
    std::string parts;
    for (const JudgedFinding& judged : review_.findings) {
      if (!wanted(judged)) continue;
      ++count;
      const std::string part = finding(judged);
      if (text_.size() + parts.size() + part.size() + field_bytes > document_bytes) {
        ++left_out;
      } else {
        parts += part;
      }
    }
    if (!parts.empty())
      text_ += fmt::format("\n<details><summary>{}: {}</summary>\n{}\n</details>\n", title, count, parts);
    return left_out;
  }

  void remarks() {
    std::string lines;
    for (const std::string& remark : review_.remarks) lines += labelled("Remark", remark);
    for (const std::string& reason : review_.incomplete_because) lines += labelled("Incomplete", reason);
    if (!review_.gaps.empty())
      lines += fmt::format("{:<14} {}\n", "Not analysed", counted(review_.gaps.size(), "place"));
    lines += fmt::format(
        "{:<14} {}\n", "Judged",
        fmt::format("{} against {}", review_.changes.endpoints.head_tree, review_.changes.endpoints.base_tree));
    add("\n<details><summary>About this run</summary>\n\n" + as_block(lines) + "\n</details>\n");
  }

  const Review& review_;
  PlacesView places_;
  std::string text_;
};

}  // namespace

std::string write_markdown(const Review& review) { return MarkdownReport(review).write(); }

}  // namespace redtag
