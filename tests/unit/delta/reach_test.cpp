// Whether the same command reaches farther than before.
#include "delta/reach.h"

#include <gtest/gtest.h>

#include "model/spared.h"

namespace redtag {
namespace {

Operation sparing(std::initializer_list<Value> arguments) {
  Operation operation;
  operation.verb = Verb::Destroy;
  operation.arguments = arguments;
  return operation;
}

TEST(Reach, LessThatIsSparedIsWider) {
  const Operation month = sparing({spared("-mtime", "30"), spared("-name", "*.gz")});
  EXPECT_EQ(movement_of_spared(month, sparing({spared("-mtime", "14"), spared("-name", "*.gz")})), Movement::Wider);
  EXPECT_EQ(movement_of_spared(month, sparing({spared("-mtime", "90"), spared("-name", "*.gz")})), Movement::Narrower);
  EXPECT_EQ(movement_of_spared(month, sparing({spared("-name", "*.gz")})), Movement::Wider);
  EXPECT_EQ(movement_of_spared(sparing({}), month), Movement::Narrower);
}

TEST(Reach, AnotherTestOrBothWaysIsNeither) {
  const Operation month = sparing({spared("-mtime", "30"), spared("-name", "*.gz")});
  EXPECT_EQ(movement_of_spared(month, sparing({spared("-mtime", "30"), spared("-name", "*.log")})),
            Movement::Different);
  EXPECT_EQ(
      movement_of_spared(month, sparing({spared("-mtime", "14"), spared("-user", "app"), spared("-name", "*.gz")})),
      Movement::Different);
  EXPECT_EQ(movement_of_spared(month, month), Movement::Different);
}

TEST(Reach, AnotherHourIsNotOftener) {
  const auto at = [](std::string_view times) { return sparing({schedule(times)}); };
  EXPECT_TRUE(runs_oftener(at("0 3 * * *"), at("30 4 * * *")).empty());
  EXPECT_TRUE(runs_oftener(at("0 3 * * *"), at("0 3 * * 1")).empty());
  EXPECT_TRUE(runs_oftener(at("0 3 * * *"), at("@reboot")).empty());
  EXPECT_FALSE(runs_oftener(at("0 3 1 * *"), at("0 3 * * *")).empty());
  EXPECT_FALSE(runs_oftener(at("@daily"), at("@hourly")).empty());
}

}  // namespace
}  // namespace redtag
