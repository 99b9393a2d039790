// A gap becomes a finding only where the change could destroy something in the unread text. Here: a template that is no YAML on
// either side, of which one line changes.
#include "run/gaps.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::string_view head =
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n  name: store\nspec:\n  replicas: 1\n";

Image whole(std::string_view text) {
  Image image;
  image.kind = ImageKind::Whole;
  image.text = text;
  return image;
}

/// `line` (1-based) of the template reads `now` behind the change; both sides are one gap each unless `readable_before`.
std::vector<Finding> findings_of(std::uint32_t line, const std::string& now, bool readable_before = false) {
  std::string after(head);
  const LineIndex index(head);
  after.replace(index.start_of(line), index.start_of(line + 1) - index.start_of(line), now);
  FileChange file;
  file.id = FileId{0};
  file.status = ChangeStatus::Modified;
  file.before_path = file.after_path = "chart/templates/store.yaml";
  file.before = whole(head);
  file.after = whole(after);
  file.hunks = {{line, 1, line, 1}};
  ChangeSet changes;
  changes.files = {file};
  std::vector<Gap> gaps;
  for (const Side side : {Side::Before, Side::After}) {
    if (side == Side::Before && readable_before) continue;
    const auto size = static_cast<std::uint32_t>(file.image(side).text.size());
    gaps.push_back({{file.id, side, {0, size}}, Stack::Helm, "no YAML"});
  }
  return findings_of_gaps(changes, gaps);
}

TEST(Gaps, ASettingOfAnUnreadObjectLeavesItStanding) { EXPECT_TRUE(findings_of(6, "  replicas: 2\n").empty()); }

TEST(Gaps, WhatHeadsNamesOrEnclosesAnUnreadObjectMayTakeItAway) {
  for (const std::string now :
       {"kind: Deployment\n", "  name: depot\n", "---\n", "{{- if .Values.on }}\n", "  {{ end }}\n"})
    EXPECT_EQ(findings_of(now.starts_with("kind") ? 2 : now.starts_with("  name") ? 4 : 6, now).size(), 1U) << now;
}

TEST(Gaps, AnExpressionThatBeginsLikeADirectiveEnclosesNothing) {
  EXPECT_TRUE(findings_of(6, "  replicas: {{ .Values.endless }}\n").empty());
}

TEST(Gaps, ATemplateThatTheChangeBreaksHasLostItsObjects) {
  EXPECT_EQ(findings_of(6, "  replicas: 2\n", true).size(), 1U);
}

/// An encrypted file of a stack, as each side has it.
std::vector<Finding> findings_of(Stack stack, ImageKind before, ImageKind after,
                                 const Path& path = "shop/secrets.yaml") {
  FileChange file;
  file.id = FileId{0};
  if (before != ImageKind::None) file.before_path = path;
  if (after != ImageKind::None) file.after_path = path;
  file.before.kind = before;
  file.after.kind = after;
  ChangeSet changes;
  changes.files = {file};
  const Side side = after == ImageKind::Binary ? Side::After : Side::Before;
  std::vector<Gap> gaps{{{file.id, side, {}}, stack, "binary"}};
  return findings_of_gaps(changes, gaps);
}

TEST(Gaps, WhatSomebodyKeepsEncryptedIsReadElsewhere) {
  for (const Stack stack : {Stack::Terraform, Stack::Kubernetes, Stack::Helm, Stack::Kustomize}) {
    EXPECT_TRUE(findings_of(stack, ImageKind::Binary, ImageKind::Binary).empty());
    EXPECT_TRUE(findings_of(stack, ImageKind::None, ImageKind::Binary).empty());
    EXPECT_EQ(findings_of(stack, ImageKind::Binary, ImageKind::None).size(), 1U);
    EXPECT_EQ(findings_of(stack, ImageKind::Whole, ImageKind::Binary).size(), 1U);
  }
  EXPECT_EQ(findings_of(Stack::Shell, ImageKind::None, ImageKind::Binary, "shop/run").size(), 1U);
  EXPECT_TRUE(findings_of(Stack::Shell, ImageKind::Binary, ImageKind::Binary, "shop/prod.env").empty());
}

}  // namespace
}  // namespace redtag
