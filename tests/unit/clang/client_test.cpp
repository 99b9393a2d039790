#include "clang/client.h"

#include <gtest/gtest.h>

namespace redtag::flow {
namespace {

TEST(Client, IsNotAnsweredByAnotherProgram) {
  Client missing("/bin/a-program-that-is-not-there");
  EXPECT_FALSE(missing.ask({}));
  Client echo("/bin/cat");
  const Expected<Answer> answer = echo.ask({});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "redtag-clang speaks another version");
}

TEST(Client, GivesUpOnAProgramThatSaysNothing) {
  Client silent("/usr/bin/tail", 20);  // reads to an end that never comes
  Expected<Answer> answer = silent.ask({});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "redtag-clang did not answer in time and was ended");
  answer = silent.ask({});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "redtag-clang died or was silent too often");
}

}  // namespace
}  // namespace redtag::flow
