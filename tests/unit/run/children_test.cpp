#include "run/children.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace redtag {
namespace {

std::string echo(std::size_t piece) { return std::string(piece % 7 * 1000, static_cast<char>('a' + piece % 26)); }

TEST(WorkInChildren, ReturnsResultsInOrderWhateverTheWorkers) {
  for (const unsigned workers : {1U, 2U, 5U}) {
    const auto results = work_in_children(300, echo, {workers, 60});
    ASSERT_TRUE(results);
    for (std::size_t i = 0; i < 300; ++i) {
      EXPECT_EQ((*results)[i].end, PieceEnd::Done);
      EXPECT_EQ((*results)[i].bytes, echo(i));
    }
  }
}

TEST(WorkInChildren, ACrashCostsOnePiece) {
  const auto work = [](std::size_t piece) -> std::string {
    if (piece % 10 == 3) std::raise(SIGSEGV);
    if (piece % 10 == 7) std::_Exit(0);
    return echo(piece);
  };
  const auto results = work_in_children(40, work, {2, 60});
  ASSERT_TRUE(results);
  for (std::size_t i = 0; i < 40; ++i) {
    const bool dies = i % 10 == 3 || i % 10 == 7;
    EXPECT_EQ((*results)[i].end, dies ? PieceEnd::Crashed : PieceEnd::Done) << i;
    EXPECT_EQ((*results)[i].bytes, dies ? std::string() : echo(i));
  }
}

TEST(WorkInChildren, AHangEndsAtTheBackstop) {
  const auto work = [](std::size_t piece) -> std::string {
    volatile bool forever = piece == 1;
    while (forever) {
    }
    return echo(piece);
  };
  const auto results = work_in_children(4, work, {1, 1});
  ASSERT_TRUE(results);
  EXPECT_EQ((*results)[1].end, PieceEnd::TimedOut);
  EXPECT_EQ((*results)[3].end, PieceEnd::Done);
}

TEST(WorkInChildren, NothingToDoIsNoError) {
  const auto results = work_in_children(0, echo, {});
  ASSERT_TRUE(results);
  EXPECT_TRUE(results->empty());
}

}  // namespace
}  // namespace redtag
