// Small reviews made by hand, for tests of reports.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/judge.h"
#include "judge/review.h"

namespace redtag::sample {

/// A file as a list of lines with diff marks: `-` removed, `+` added, blank unchanged; images and hunks follow from them.
inline FileChange file(const std::string& path, const std::vector<std::string>& lines) {
  FileChange change;
  std::uint32_t before = 1, after = 1;
  bool open = false;
  for (const std::string& line : lines) {
    const std::string text = line.substr(1) + "\n";
    if (line[0] == ' ') {
      change.before.text += text;
      change.after.text += text;
      ++before;
      ++after;
      open = false;
      continue;
    }
    if (!open) change.hunks.push_back({before, 0, after, 0});
    open = true;
    Hunk& hunk = change.hunks.back();
    if (line[0] == '-') {
      change.before.text += text;
      ++before;
      ++hunk.before_count;
    } else {
      change.after.text += text;
      ++after;
      ++hunk.after_count;
    }
  }
  change.before_path = path;
  change.after_path = path;
  change.before.kind = change.after.kind = ImageKind::Whole;
  return change;
}

inline FileChange added(const std::string& path, const std::vector<std::string>& lines) {
  FileChange change = file(path, lines);
  change.status = ChangeStatus::Added;
  change.before_path.reset();
  change.before = {};
  return change;
}

inline FileChange deleted(const std::string& path, const std::vector<std::string>& lines) {
  FileChange change = file(path, lines);
  change.status = ChangeStatus::Deleted;
  change.after_path.reset();
  change.after = {};
  return change;
}

inline FileId add(Review& review, FileChange change) {
  change.id = FileId{static_cast<std::uint32_t>(review.changes.files.size())};
  review.changes.files.push_back(std::move(change));
  return review.changes.files.back().id;
}

/// The region of the first place where `text` stands on a side.
inline Region region(const Review& review, FileId file, Side side, std::string_view text) {
  const auto at = review.changes.file(file).image(side).text.find(text);
  const auto begin = static_cast<std::uint32_t>(at);
  return {file, side, {begin, begin + static_cast<std::uint32_t>(text.size())}};
}

/// A finding with everything filled in; `region` says where.
inline Finding finding(Region region, Severity severity = Severity::High) {
  Finding made;
  made.rule = "terraform/replace-stateful-resource";
  made.category = Category::Destructive;
  made.severity = severity;
  made.action = Action::Replace;
  made.stack = Stack::Terraform;
  made.entity = "aws_db_instance.orders";
  made.entity_class = "database";
  made.change = "replaced identifier";
  made.region = region;
  made.says = "aws_db_instance.orders will be destroyed and created again: identifier cannot change in place";
  made.because = "the new aws_db_instance starts empty; what the old one holds is deleted with it";
  made.instead = "create the new one beside it, copy the data, move the readers, then remove the old one";
  made.before_text = "\"orders\"";
  made.after_text = "\"orders-v2\"";
  made.fact_source = "hashicorp/terraform-provider-aws@2f6e22c42759";
  return made;
}

/// Scores, judges and fingerprints as a run does.
inline void judge_all(Review& review, std::vector<Finding> findings) {
  fingerprint(findings, std::vector<std::string>(findings.size()));
  std::vector<BlastRadius> blasts;
  for (Finding& made : findings) {
    JudgedFinding judged =
        judge(std::move(made), {review.policy, review.provenance, review.changes, ChangeWords(review.changes), {}}, review.remarks);
    blasts.push_back(judged.blast);
    review.findings.push_back(std::move(judged));
  }
  review.score = combine(blasts);
  review.version = "0.1.0";
  review.ruleset_digest = std::string(64, 'd');
}

}  // namespace redtag::sample
