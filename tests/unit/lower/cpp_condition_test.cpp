#include <gtest/gtest.h>

#include "lower/cpp/condition.h"

namespace redtag::cpp {
namespace {

std::string asked(std::string text, bool negated = false) { return asked_for({std::move(text), negated, {}}); }

TEST(CppCondition, TheOtherWayAboutIsTheSame) {
  EXPECT_EQ(asked("last > size()"), "if size() < last");
  EXPECT_EQ(asked("size() < last"), "if size() < last");
  EXPECT_EQ(asked("size() >= last", true), "if size() < last");
  EXPECT_EQ(asked("b != a"), "if a != b");
  EXPECT_EQ(asked("a == b", true), "if a != b");
}

TEST(CppCondition, OneMoreOrLessIsNotTheSame) {
  EXPECT_NE(asked("a < b"), asked("a <= b"));
  EXPECT_NE(asked("a < b"), asked("a < b", true));
}

TEST(CppCondition, WhatIsNoSingleComparisonStays) {
  EXPECT_EQ(asked("a < b && c"), "if a < b && c");
  EXPECT_EQ(asked("ready()", true), "unless ready()");
  EXPECT_EQ(asked("a < b < c"), "if a < b < c");
}

}  // namespace
}  // namespace redtag::cpp
