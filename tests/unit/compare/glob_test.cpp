#include "compare/glob.h"

#include <gtest/gtest.h>

#include <random>

#include "base/text.h"

namespace redtag {
namespace {

TEST(Glob, CoversWhatItMatches) {
  EXPECT_TRUE(glob_covers("s3:get*", "s3:getobject"));
  EXPECT_TRUE(glob_covers("s3:get*", "s3:getobject*"));
  EXPECT_TRUE(glob_covers("*", "a*b"));
  EXPECT_FALSE(glob_covers("s3:getobject", "s3:get*"));
  EXPECT_FALSE(glob_covers("a?", "a*"));
  EXPECT_TRUE(glob_covers("a?", "ab"));
  EXPECT_FALSE(glob_covers("", "a"));
  EXPECT_TRUE(glob_covers("*", ""));
}

TEST(Glob, HasOneNormalForm) {
  EXPECT_EQ(normal_glob("a***b*?*"), "a*b?*");
  EXPECT_EQ(normal_glob("plain"), "plain");
}

std::string draw(std::mt19937& random, std::string_view letters, unsigned longest) {
  std::string text;
  for (unsigned i = std::uniform_int_distribution<unsigned>(0, longest)(random); i > 0; --i) {
    text.push_back(letters[std::uniform_int_distribution<std::size_t>(0, letters.size() - 1)(random)]);
  }
  return text;
}

// The plain matcher is the judge: what `inner` matches, a covering `outer` matches too, and a common text means that they meet.
TEST(Glob, AgreesWithMatching) {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::string outer = normal_glob(draw(random, "ab*?", 6));
    const std::string inner = normal_glob(draw(random, "ab*?", 6));
    bool common = false;
    for (int i = 0; i < 60; ++i) {
      const std::string text = draw(random, "ab", 7);
      const bool in = glob_match(inner, text);
      const bool out = glob_match(outer, text);
      common = common || (in && out);
      ASSERT_TRUE(!in || out || !glob_covers(outer, inner)) << outer << " " << inner << " " << text;
    }
    ASSERT_TRUE(!common || globs_meet(outer, inner)) << outer << " " << inner;
    ASSERT_EQ(globs_meet(outer, inner), globs_meet(inner, outer));
    ASSERT_TRUE(glob_covers(outer, outer));
  }
}

TEST(Glob, KnowsWhenNothingIsCommon) {
  EXPECT_FALSE(globs_meet("a*", "b*"));
  EXPECT_TRUE(globs_meet("a*", "*b"));
  EXPECT_FALSE(globs_meet("a?", "a"));
  EXPECT_TRUE(globs_meet("*", ""));
}

}  // namespace
}  // namespace redtag
