#include "clang/protocol.h"

#include <gtest/gtest.h>

namespace redtag::flow {
namespace {

Answer sample() {
  Function function{"a.cpp", "ns::f", {4, 5}, {0, 60}, {}, 1};
  function.blocks = {{{{EventKind::Call, {10, 14}, "g", ""}, {EventKind::Destroy, {20, 30}, "tx", "ns::Batch"}},
                      {12, 14},
                      {1, no_block}},
                     {{}, {}, {}}};
  Answer answer;
  answer.after.functions.push_back(function);
  answer.after.summaries.push_back({"ns::Batch::~Batch", {"rollback"}});
  answer.after.errors = 3;
  answer.after.headers_missing = true;
  return answer;
}

TEST(Protocol, AnswersComeBackAsTheyWere) {
  const Answer answer = sample();
  const Expected<Answer> read = answer_from_wire(to_wire(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->before, answer.before);
  EXPECT_EQ(read->after, answer.after);
}

TEST(Protocol, RequestsComeBackAsTheyWere) {
  Request request;
  request.files = {{"a.cpp", std::string("int x;\0\xff", 8)}, {"b.h", ""}};
  request.after = {true, "a.cpp", {0, 1}, {"-D", "X=1"}, {{0, 5}}};
  request.wanted = {"a.cpp"};
  request.names = {"close", "~Batch"};
  const Expected<Request> read = request_from_wire(to_wire(request));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->files.size(), 2U);
  EXPECT_EQ(read->files[0].text, request.files[0].text);
  EXPECT_FALSE(read->before.present);
  EXPECT_EQ(read->after.files, request.after.files);
  EXPECT_EQ(read->after.arguments, request.after.arguments);
  EXPECT_EQ(read->after.bodies, request.after.bodies);
  EXPECT_EQ(read->names, request.names);
}

TEST(Protocol, EveryCutIsAnError) {
  const std::string whole = to_wire(sample());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(answer_from_wire(whole.substr(0, size))) << size;
  EXPECT_FALSE(answer_from_wire(whole + "x"));
}

TEST(Protocol, IndexesMustPointIntoTheAnswer) {
  Answer answer = sample();
  answer.after.functions[0].exit = 2;
  EXPECT_FALSE(answer_from_wire(to_wire(answer)));
  answer = sample();
  answer.after.functions[0].blocks[0].next[0] = 7;
  EXPECT_FALSE(answer_from_wire(to_wire(answer)));
  answer = sample();
  answer.after.functions[0].blocks[0].events[0].bytes = {9, 3};
  EXPECT_FALSE(answer_from_wire(to_wire(answer)));
  Request request;
  request.after = {true, "a.cpp", {0}, {}, {}};
  EXPECT_FALSE(request_from_wire(to_wire(request)));
}

TEST(Protocol, AnotherVersionIsNamed) {
  std::string bytes = to_wire(sample());
  bytes[3] = '9';
  const Expected<Answer> read = answer_from_wire(bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "redtag-clang speaks another version");
}

TEST(Protocol, FramesAreTakenWhole) {
  std::string bytes = frame("one") + frame("") + frame("three").substr(0, 6);
  Expected<std::optional<std::string>> taken = take_frame(bytes);
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ(**taken, "one");
  taken = take_frame(bytes);
  ASSERT_TRUE(taken && *taken);
  EXPECT_EQ(**taken, "");
  taken = take_frame(bytes);
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken);
  std::string huge = "\xff\xff\xff\xff";
  EXPECT_FALSE(take_frame(huge));
}

}  // namespace
}  // namespace redtag::flow
