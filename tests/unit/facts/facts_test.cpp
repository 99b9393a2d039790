#include "facts/facts.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

TEST(FactTables, FindsBuiltInRows) {
  const FactTables facts = FactTables::builtin();
  EXPECT_EQ(facts.class_of("terraform", "aws_db_instance"), "database");
  EXPECT_TRUE(facts.stateful("terraform", "aws_db_instance"));
  EXPECT_FALSE(facts.stateful("terraform", "aws_iam_role_policy_attachment"));
  EXPECT_EQ(facts.rows("terraform", "aws_db_instance", "guards").size(), 2U);
}

}  // namespace
}  // namespace redtag
