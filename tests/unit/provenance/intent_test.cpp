#include "provenance/intent.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

ChangeSet saying(std::vector<std::string> messages) {
  ChangeSet changes;
  changes.messages = std::move(messages);
  return changes;
}

Announcement of(const ChangeSet& changes, std::string_view action = "destroy",
                std::string entity = "infra:aws_db_instance.orders_main") {
  return ChangeWords(changes).announcement({std::move(entity), "database", action, {"infra/main.tf"}});
}

TEST(Announcement, NeedsTheEntityOrItsTypeAndTheAction) {
  EXPECT_EQ(of(saying({"Drop the orders-main instance"})), Announcement::Announced);
  EXPECT_EQ(of(saying({"work on aws_db_instance.orders_main"})), Announcement::Announced);
  EXPECT_EQ(of(saying({"Remove the old database"})), Announcement::Announced);
  EXPECT_EQ(of(saying({"Remove the old queue"})), Announcement::Unannounced);
  EXPECT_EQ(of(saying({"Database work"})), Announcement::Unannounced);
  EXPECT_EQ(of(saying({"Update things"})), Announcement::Unannounced);
}

TEST(Announcement, IsContradictedWhereEverythingClaimsToBeSmall) {
  EXPECT_EQ(of(saying({"docs: fix a typo"})), Announcement::Contradicted);
  EXPECT_EQ(of(saying({"style(infra): run the formatter"})), Announcement::Contradicted);
  EXPECT_EQ(of(saying({"fix whitespace", "no functional change"})), Announcement::Contradicted);
  EXPECT_EQ(of(saying({"docs: fix a typo", "rework the gateway"})), Announcement::Unannounced);
  // Whoever names a part of it hides nothing.
  EXPECT_EQ(of(saying({"chore: tidy the database"})), Announcement::Unannounced);
  EXPECT_EQ(of(saying({"style: remove blanks"})), Announcement::Unannounced);
}

TEST(Announcement, KnowsNothingWithoutText) {
  EXPECT_EQ(of({}), Announcement::NoText);
  EXPECT_EQ(of(saying({"  \n"})), Announcement::NoText);
}

TEST(Announcement, HearsOnlyCommitsThatTouchTheFile) {
  ChangeSet changes;
  changes.commits.resize(2);
  changes.commits[0].message = "Drop orders_main";
  changes.commits[0].paths = {"other.tf"};
  changes.commits[1].message = "fix typo";
  changes.commits[1].paths = {"infra/main.tf"};
  EXPECT_EQ(of(changes), Announcement::Contradicted);
  changes.commits[0].paths.push_back("infra/main.tf");
  EXPECT_EQ(of(changes), Announcement::Announced);
  // A message that was given stands for all of them.
  changes.messages = {"Rework"};
  EXPECT_EQ(of(changes), Announcement::Unannounced);
}

TEST(Announcement, AsksForTheActionsOwnWords) {
  EXPECT_EQ(of(saying({"raise the limit of the database"}), "reconfigure"), Announcement::Announced);
  EXPECT_EQ(of(saying({"raise the limit of the database"}), "destroy"), Announcement::Unannounced);
}

TEST(Announcement, IsBoundedByHostileText) {
  const std::string much(1 << 20, 'x');
  EXPECT_EQ(of(saying({much + " drop orders_main"})), Announcement::Unannounced);
  EXPECT_EQ(of(saying({"\xff\xfe drop orders_main"})), Announcement::Announced);
}

}  // namespace
}  // namespace redtag
