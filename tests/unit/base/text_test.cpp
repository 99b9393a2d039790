#include "base/text.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

TEST(LineIndex, CountsLinesAsEditorsDo) {
  EXPECT_EQ(LineIndex("").count(), 0U);
  EXPECT_EQ(LineIndex("a").count(), 1U);
  EXPECT_EQ(LineIndex("a\n").count(), 1U);
  EXPECT_EQ(LineIndex("a\nb").count(), 2U);
}

TEST(LineIndex, FindsTheLineOfEachByte) {
  const LineIndex index("ab\n\ncd\n");
  EXPECT_EQ(index.line_of(0), 1U);
  EXPECT_EQ(index.line_of(2), 1U);
  EXPECT_EQ(index.line_of(3), 2U);
  EXPECT_EQ(index.line_of(4), 3U);
  EXPECT_EQ(index.line_of(99), 3U);
  EXPECT_EQ(index.start_of(3), 4U);
  EXPECT_EQ(index.start_of(4), 7U);
}

TEST(GlobMatch, MatchesWholeTexts) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("aws_*_instance", "aws_db_instance"));
  EXPECT_FALSE(glob_match("aws_*_instance", "aws_db_instances"));
  EXPECT_TRUE(glob_match("a?c*", "abcde"));
  EXPECT_FALSE(glob_match("", "a"));
}

TEST(GlobMatch, IsNotExponential) {
  EXPECT_FALSE(glob_match("*a*a*a*a*a*a*a*a*a*a*b", std::string(20000, 'a')));
}

TEST(Printable, KeepsTextAndShowsWhatHides) {
  EXPECT_EQ(printable("größe 名"), "größe 名");
  EXPECT_EQ(printable("a\x1b[2Jb\n"), "a\\x1B[2Jb\\x0A");
  EXPECT_EQ(printable("x\xE2\x80\xAEy"), "x\\u{202E}y");
  EXPECT_EQ(printable("\xFF\xC0\x80"), "\\xFF\\xC0\\x80");
}

TEST(Shortened, CutsAtACharacterBorder) {
  EXPECT_EQ(shortened("short", 10), "short");
  EXPECT_EQ(shortened("äääääää", 8), "ää…");
}

}  // namespace
}  // namespace redtag
