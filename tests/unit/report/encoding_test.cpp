#include "report/encoding.h"

#include <gtest/gtest.h>

namespace redtag {
namespace {

TEST(UriOf, EncodesEveryByteThatCouldMeanSomething) {
  EXPECT_EQ(uri_of("infra/prod/main.tf"), "infra/prod/main.tf");
  EXPECT_EQ(uri_of("a b%c#d?e[f]{g}\"h\\i"), "a%20b%25c%23d%3Fe%5Bf%5D%7Bg%7D%22h%5Ci");
  EXPECT_EQ(uri_of("file:x"), "file%3Ax") << "no scheme";
  EXPECT_EQ(uri_of("/etc/passwd"), "%2Fetc/passwd") << "never absolute";
  EXPECT_EQ(uri_of("//host/x"), "%2F/host/x") << "never a host";
  EXPECT_EQ(uri_of("a\nb\x7f\xff\xc3\xa4"), "a%0Ab%7F%FF%C3%A4");
}

TEST(Utf16Length, CountsUnitsAsEditorsDo) {
  EXPECT_EQ(utf16_length(""), 0U);
  EXPECT_EQ(utf16_length("aä€"), 3U);
  EXPECT_EQ(utf16_length("😀"), 2U);
  EXPECT_EQ(utf16_length("\xff\xc3"), 2U) << "a byte that is no UTF-8 is one unit";
}

TEST(ShortenedUtf16, NeverSplitsACharacter) {
  EXPECT_EQ(shortened_utf16("abc", 3), "abc");
  EXPECT_EQ(shortened_utf16("abcd", 3), "ab…");
  EXPECT_EQ(shortened_utf16("a😀😀", 4), "a😀…");
  EXPECT_EQ(shortened_utf16("a😀😀", 3), "a…");
}

TEST(SarifText, EscapesWhatIsSyntaxInMessages) {
  EXPECT_EQ(sarif_text("[a](0) {0} \\", 100), "\\[a\\](0) {{0}} \\\\");
  EXPECT_EQ(sarif_text("x\x1b[2J\ny", 100), "x\\\\x1B\\[2J\\\\x0Ay");
}

TEST(SarifText, IsCutBetweenEscapes) {
  EXPECT_EQ(sarif_text("{{{{", 8), "{{{{{{{{");
  EXPECT_EQ(sarif_text("{{{{", 7), "{{{{{{…");
  EXPECT_EQ(sarif_text("{{{{", 6), "{{{{…");
  EXPECT_EQ(sarif_text("abc", 3), "abc");
  EXPECT_EQ(sarif_text("abcd", 3), "ab…");
  for (std::size_t units = 1; units < 40; ++units) {
    const std::string text = sarif_text("a[b]{c}\\😀ä[[[{{{😀😀😀😀", units);
    EXPECT_LE(utf16_length(text), units);
  }
}

TEST(Sentence, EndsOnce) {
  EXPECT_EQ(sentence("it goes"), "it goes.");
  EXPECT_EQ(sentence("it goes. "), "it goes.");
  EXPECT_EQ(sentence("it goes…"), "it goes…");
  EXPECT_EQ(sentence(" "), "");
}

}  // namespace
}  // namespace redtag
