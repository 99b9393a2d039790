#include "lower/cpp/commands.h"

#include <gtest/gtest.h>

#include "lower/cpp/surroundings.h"
#include "lower/cpp/ways.h"

namespace redtag::cpp {
namespace {

using Words = std::vector<std::string>;

TEST(Commands, TakesWhatShapesAParseAndNothingElse) {
  const auto read = read_compile_commands(
      R"([{"directory": "/home/x/proj/build", "file": "../src/a.cpp",
           "command": "c++ -DNAME=\"two words\" -UOLD -I../include -I/usr/include/other -isystem /home/x/proj/third -std=c++17 -O2 -o a.o -c ../src/a.cpp"}])",
      {"src/a.cpp", "b.cpp"});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->arguments.count("src/a.cpp"), 1U);
  EXPECT_EQ(read->arguments.at("src/a.cpp"),
            (Words{"-DNAME=two words", "-UOLD", "-I", "/include", "-isystem", "/third", "-std=c++17"}));
  EXPECT_TRUE(read->refused.empty());
}

TEST(Commands, RefusesWhatLoadsOrRuns) {
  const auto read = read_compile_commands(
      R"([{"directory": "/p", "file": "/p/a.cpp", "arguments": ["cc", "-Xclang", "-load", "-Xclang", "/p/x.so", "-fplugin=/p/y.so", "@/p/z",
          "-specs=/p/s", "-B", "/p/bin", "-include", "/etc/passwd", "-include", "/p/ok.h", "-I", "-load", "-DX"]}])",
      {"a.cpp"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arguments.at("a.cpp"), (Words{"-include", "/ok.h", "-DX"}));
  EXPECT_EQ(read->refused, (Words{"-B", "-Xclang", "-fplugin=/p/y.so", "-specs=/p/s", "@/p/z"}));
}

TEST(Commands, LeadsNowhereOutOfTheTree) {
  const auto read = read_compile_commands(
      R"([{"directory": "/p", "file": "a.cpp", "arguments": ["cc", "-I../..", "-I/p/../etc", "-I/pp", "-I.", "-Iinc/../inc"]}])",
      {"a.cpp"});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->arguments.at("a.cpp"), (Words{"-I", "/", "-I", "/inc"}));
}

TEST(Commands, IsAnErrorWhereItIsNoDatabase) {
  EXPECT_FALSE(read_compile_commands("{}", {"a.cpp"}));
  EXPECT_FALSE(read_compile_commands("[", {"a.cpp"}));
  EXPECT_TRUE(read_compile_commands("[1, {\"file\": 7}, {\"arguments\": {}}]", {"a.cpp"}));
}

TEST(Commands, SplitsAsAShellDoes) {
  EXPECT_EQ(split_command(R"(a 'b c' "d \" e" f\ g "" h)"), (Words{"a", "b c", "d \" e", "f g", "", "h"}));
  EXPECT_EQ(split_command("  "), Words{});
}

TEST(Includes, AreFoundInTheText) {
  EXPECT_EQ(
      includes_of("#include \"a/b.h\"\n  #  include <c.h> // x\n// include \"no.h\"\n#include MACRO\n#include \"cut\n"),
      (Words{"\"a/b.h", "<c.h"}));
}

/// 0 ─(if)─> 1 ─> 3 (exit), 0 ─> 2 ─> 3; what happens in a block is one event.
flow::Function diamond() {
  flow::Function function;
  function.blocks.resize(4);
  for (flow::Block& block : function.blocks) block.events.resize(1);
  function.blocks[0].condition = {1, 2};
  function.blocks[0].next = {1, 2};
  function.blocks[1].next = {3};
  function.blocks[2].next = {3};
  function.exit = 3;
  return function;
}

TEST(Ways, AheadMeansOnEveryWay) {
  const flow::Function function = diamond();
  const auto in = [](std::uint32_t block) { return [block](StepId step) { return step.block == block; }; };
  EXPECT_EQ(always_ahead(function, in(1)), (std::vector<bool>{false, true, false, false}));
  EXPECT_EQ(always_ahead(function, in(3)), (std::vector<bool>{true, true, true, true}));
  EXPECT_EQ(always_behind(function, in(0), {}), (std::vector<bool>{false, true, true, true}));
  EXPECT_EQ(always_behind(function, in(1), {}), (std::vector<bool>{false, false, false, false}));
  EXPECT_EQ(maybe_behind(function, in(1), {}), (std::vector<bool>{false, false, false, true}));
  EXPECT_EQ(maybe_behind(function, in(0), in(1)), (std::vector<bool>{false, true, true, true}));
}

TEST(Ways, ALoopDoesNotHideTheWayPastIt) {
  // 0 ─> 1 (while) ─> 2 ─> 1, 1 ─> 3: the body may never run.
  flow::Function function = diamond();
  function.blocks[0].condition = {};
  function.blocks[0].next = {1};
  function.blocks[1].condition = {1, 2};
  function.blocks[1].next = {2, 3};
  function.blocks[2].next = {1};
  const auto body = [](StepId step) { return step.block == 2; };
  EXPECT_EQ(always_ahead(function, body), (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(always_behind(function, body, {}), (std::vector<bool>{false, false, false, false}));
  ASSERT_EQ(deciding(function, 2).size(), 1U);
  EXPECT_EQ(deciding(function, 2)[0].branch, 0U);
  EXPECT_EQ(deciding(function, 3).size(), 1U);
}

}  // namespace
}  // namespace redtag::cpp
