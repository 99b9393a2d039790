#include "base/path.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

TEST(PathBelow, WalksFromADirectory) {
  EXPECT_EQ(path_below("a/b", "../c"), "a/c");
  EXPECT_EQ(path_below("", "./x//y/."), "x/y");
  EXPECT_EQ(path_below("a/b", "../.."), "");
  EXPECT_EQ(path_below("a", ""), "a");
}

TEST(PathBelow, NeverLeavesTheTop) {
  EXPECT_EQ(path_below("a", "../../b"), std::nullopt);
  EXPECT_EQ(path_below("", ".."), std::nullopt);
  EXPECT_EQ(path_below("a", "../../a/b"), std::nullopt) << "not even to come back";
}

}  // namespace
}  // namespace redtag
