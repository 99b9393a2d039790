// Changes read from repositories that the tests make.
#include <gtest/gtest.h>

#include <cstdlib>

#include "change/git/repository.h"

namespace redtag {
namespace {
TEST(Repository, IsFound) {
  const auto none = Repository::open("/");
  EXPECT_FALSE(none);
}
}  // namespace
}  // namespace redtag
