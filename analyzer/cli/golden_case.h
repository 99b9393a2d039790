// A golden case: a real patch with comment lines in front that say what redtag must make of it.
//
//     # RUN: %redtag test %s          for lit
//     # Prose.
//     # > main.tf:3 critical terraform/replace-stateful-resource aws_dynamodb_table.orders
//     # FILE variables.tf             an unchanged file of the tree
//     variable "x" {}
//     # END
//     diff --git a/main.tf b/main.tf
//
// `# > path:line severity rule entity` are all findings, in order of their place; `path:-LINE` counts in the old file.
// `# STAGE name` compares another phase's output instead, held in `# | ` lines. `# MESSAGE` and `# POLICY` open blocks as FILE does.
// `# WANTED hold destructive critical` (or `# WANTED no hold`, `# WANTED silence`) stands in place of `# > ` lines where a case says what
// must come out at the least, and leaves open which rule says so.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "finding/finding.h"

namespace redtag::cli {

enum class Stage : std::uint8_t { Findings, Change, Resources, Delta, Score };
[[nodiscard]] std::optional<Stage> stage_from_name(std::string_view name);

/// What a case wants at the least.
struct Wanted {
  enum class Outcome : std::uint8_t { Hold, NoHold, Silence } outcome = Outcome::Hold;
  Category category = Category::Destructive;  ///< of a finding that holds, as its severity
  Severity at_least = Severity::Low;
};

struct GoldenCase {
  std::string path;
  Stage stage = Stage::Findings;
  std::vector<std::string> expected;         ///< `# > ` lines, or `# | ` lines of a staged case, without the mark
  std::optional<Wanted> wanted;              ///< in place of `expected`
  std::map<std::string, std::string> files;  ///< FILE blocks
  std::optional<std::string> message;
  std::optional<std::string> policy;
  std::string patch;              ///< from the first line that is no comment
  std::vector<std::string> head;  ///< the lines in front of the patch, as written
  std::size_t insert_at = 0;      ///< index into `head` where expectations go if there are none yet
};

/// Reads a case. Errors name the line.
[[nodiscard]] Expected<GoldenCase> read_case(std::string_view text, std::string path);

/// The case's text with other expectations; nothing else differs.
[[nodiscard]] std::string with_expectations(const GoldenCase& golden, const std::vector<std::string>& lines);

}  // namespace redtag::cli
