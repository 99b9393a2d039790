#include "base/utf8.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace redtag {
namespace {

std::string written(std::uint32_t code) {
  std::string out;
  append_utf8(out, code);
  return out;
}

TEST(Utf8, WritesTheEndsOfEachLength) {
  EXPECT_EQ(written(0x41), "A");
  EXPECT_EQ(written(0x7F), "\x7F");
  EXPECT_EQ(written(0x80), "\xC2\x80");
  EXPECT_EQ(written(0x7FF), "\xDF\xBF");
  EXPECT_EQ(written(0x800), "\xE0\xA0\x80");
  EXPECT_EQ(written(0xFFFF), "\xEF\xBF\xBF");
  EXPECT_EQ(written(0x10000), "\xF0\x90\x80\x80");
  EXPECT_EQ(written(0x10FFFF), "\xF4\x8F\xBF\xBF");
}

TEST(Utf8, WritesAReplacementForWhatIsNoCodePoint) {
  for (const std::uint32_t code : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU})
    EXPECT_EQ(written(code), "\xEF\xBF\xBD") << code;
}

TEST(Utf8, WritesWhatReadsAsUtf8) {
  for (std::uint32_t code = 0; code < 0x110000; code += 61) ASSERT_TRUE(is_utf8(written(code))) << code;
}

}  // namespace
}  // namespace redtag
