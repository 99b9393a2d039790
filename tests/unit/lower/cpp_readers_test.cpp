// The small readers of C and C++: constants, what is opened and with which mode, operands, rows, moves.
#include <gtest/gtest.h>

#include "lower/cpp/constant.h"
#include "lower/cpp/modes.h"
#include "lower/cpp/moves.h"
#include "lower/cpp/opens.h"
#include "lower/cpp/operand.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/rows.h"
#include "lower/cpp/votes.h"

namespace redtag::cpp {
namespace {

const FactTables& facts() {
  static const FactTables tables = FactTables::builtin();
  return tables;
}

const GuardWords& guard_words() {
  static const GuardWords words(facts());
  return words;
}

Unit unit_of(const std::string& body) {
  Expected<Unit> unit =
      parse_unit("a.cpp", "void f(const char* path, int fd, const fs::path& dir) {\n" + body + "\n}\n");
  EXPECT_TRUE(unit);
  return unit ? std::move(*unit) : Unit{};
}

std::string constant(std::string_view text, std::string_view type = "int") {
  return constant_of(text, type).value_or("not known");
}

TEST(CppConstant, IsWhatTheExpressionComesTo) {
  EXPECT_EQ(constant("7 * 24 * 3600"), "604800");
  EXPECT_EQ(constant("1 << 20"), "1048576");
  EXPECT_EQ(constant("(2 + 3) * -4"), "-20");
  EXPECT_EQ(constant("1'000'000u"), "1000000");
  EXPECT_EQ(constant("0x10"), "16");
  EXPECT_EQ(constant("010"), "8");
  EXPECT_EQ(constant("static_cast<std::size_t>(64)"), "64");
}

TEST(CppConstant, ADurationHasItsUnit) {
  EXPECT_EQ(constant("30s"), "30s");
  EXPECT_EQ(constant("std::chrono::minutes{5}"), "300s");
  EXPECT_EQ(constant("250", "std::chrono::milliseconds"), "250ms");
  EXPECT_EQ(constant("2 * std::chrono::hours(24)"), "172800s");
}

TEST(CppConstant, WhatIsDecidedElsewhereIsNotKnown) {
  for (const std::string_view text : {"", "+", "other", "f(3)", "1 +", "1 / 0", "(1", "30s + 1", "sizeof(int)", "1 2"})
    EXPECT_EQ(constant(text), "not known") << text;
  EXPECT_EQ(constant(std::string(5000, '(') + "1" + std::string(5000, ')')), "not known");
  EXPECT_EQ(constant(std::string(100, '-') + "1"), "not known");
}

Arming opened(const std::string& body) {
  const Unit unit = unit_of(body);
  const std::vector<OpenedFile> files = opened_files(unit.functions.at(0), guard_words());
  EXPECT_EQ(files.size(), 1U) << body;
  return files.empty() ? Arming::Plain : files[0].arming;
}

TEST(CppOpens, WhatIsInAFileStaysOrGoes) {
  EXPECT_EQ(opened("open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);"), Arming::Armed);
  EXPECT_EQ(opened("open(path, O_RDWR);"), Arming::Plain);
  EXPECT_EQ(opened("open(path, O_WRONLY | O_APPEND);"), Arming::Disarmed);
  EXPECT_EQ(opened("std::ofstream out(path);"), Arming::Armed);
  EXPECT_EQ(opened("std::ofstream out{path, std::ios::app};"), Arming::Disarmed);
  EXPECT_EQ(opened("fopen(path, \"w\");"), Arming::Armed);
}

Arming mode(const std::string& body) {
  const Unit unit = unit_of(body);
  const std::vector<OpenedFile> modes = modes_of(unit.functions.at(0), guard_words());
  EXPECT_EQ(modes.size(), 1U) << body;
  return modes.empty() ? Arming::Disarmed : modes[0].arming;
}

TEST(CppModes, SayWhomTheyLetIn) {
  EXPECT_EQ(mode("mkdir(path, 0777);"), Arming::Armed);
  EXPECT_EQ(mode("mkdir(path, 0755);"), Arming::Plain);
  EXPECT_EQ(mode("mkdir(path, 0750);"), Arming::Disarmed);
  EXPECT_EQ(mode("chmod(path, S_IRUSR | S_IWUSR | S_IROTH);"), Arming::Plain);
  EXPECT_EQ(mode("fchmodat(fd, path, 0666, 0);"), Arming::Armed);
  EXPECT_EQ(mode("umask(0);"), Arming::Armed);
  EXPECT_EQ(mode("umask(077);"), Arming::Disarmed);
  EXPECT_EQ(mode("fs::permissions(dir, fs::perms::owner_all | fs::perms::others_write);"), Arming::Armed);
}

TEST(CppModes, ThatAreNotWrittenOutAreNotCompared) {
  const Unit unit = unit_of("mkdir(path, mode); chmod(path, given & 0777); umask(before);");
  EXPECT_TRUE(modes_of(unit.functions.at(0), guard_words()).empty());
}

std::string enough(std::string_view comparison) {
  const std::optional<Vote> vote = vote_in(comparison);
  return vote ? vote->counted + ": " + vote->enough : std::string("none");
}

TEST(CppVotes, AreCountedAgainstWhatIsEnough) {
  EXPECT_EQ(enough("acks >= n / 2 + 1"), "acks: majority");
  EXPECT_EQ(enough("n / 2 < state->votes.size()"), "votes: majority");
  EXPECT_EQ(enough("2 * granted > members.size()"), "granted: majority");
  EXPECT_EQ(enough("acks.size() >= (peers.size() / 2) + 1"), "acks: majority");
  EXPECT_EQ(enough("acks > 1"), "acks: 2");
  EXPECT_EQ(enough("1 <= acks.load()"), "acks: 1");
}

TEST(CppVotes, OtherComparisonsAreNone) {
  for (const std::string_view text : {"", "<", "acks", "acks == 3", "acks >= needed", "a < b < c", "out << acks > 2",
                                      "p->acks", "std::max<int>(a, b)", "2 * granted >= n", "3 > 1"})
    EXPECT_EQ(enough(text), "none") << text;
  EXPECT_EQ(enough("acks < 3"), "none");
}

TEST(CppOperand, IsTheSameByAnotherName) {
  const Unit iterator = unit_of("for (fs::directory_iterator i (dir); i != end; ++i) fs::remove(*i);");
  const Unit range = unit_of("for (const auto& entry : std::filesystem::directory_iterator(dir)) fs::remove(entry);");
  EXPECT_EQ(operand_of("*i", iterator.functions.at(0)), "each of directory_iterator(dir)");
  EXPECT_EQ(operand_of("entry.path()", range.functions.at(0)), "each of directory_iterator(dir)");
  EXPECT_EQ(operand_of("dir", range.functions.at(0)), "parameter 3");
  const Unit local = unit_of("const std::string name = beside(path); unlink(name.c_str());");
  EXPECT_EQ(operand_of("name", local.functions.at(0)), "const std::string _ = beside(path);");
  EXPECT_EQ(operand_of("*name", local.functions.at(0)), "");
  EXPECT_EQ(operand_of("elsewhere", local.functions.at(0)), "");
  EXPECT_EQ(operand_of("", local.functions.at(0)), "");
}

std::string effect(const std::string& statement) {
  const Unit unit = unit_of(statement);
  return std::string(row_of(unit.functions.at(0).calls.at(0), facts()).effect);
}

TEST(CppRows, SpeakForCallsByWhatTheyAreGiven) {
  EXPECT_EQ(effect("SSL_CTX_set_verify(c, SSL_VERIFY_NONE, nullptr);"), "unguards");
  EXPECT_EQ(effect("SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);"), "");
  EXPECT_EQ(effect("curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);"), "unguards");
  EXPECT_EQ(effect("curl_easy_setopt(c, CURLOPT_TIMEOUT, 0L);"), "");
  EXPECT_EQ(effect("context.set_verify_mode(boost::asio::ssl::verify_none);"), "unguards");
  EXPECT_EQ(effect("reply->ignoreSslErrors();"), "unguards");
  EXPECT_EQ(effect("reply->ignoreSslErrors(expected);"), "");
  EXPECT_EQ(effect("orders_coll.drop();"), "destroys");
  EXPECT_EQ(effect("leaf.drop();"), "");
}

TEST(CppRows, KnowAProjectsOwnUnlinkByHowItsNameEnds) {
  EXPECT_EQ(effect("tr_sys_path_remove(name);"), "destroys");
  EXPECT_EQ(effect("os_unlink(old_path);"), "destroys");
  EXPECT_EQ(effect("list_unlink(&node);"), "");
  EXPECT_EQ(effect("cache.os_unlink(old_path);"), "");
}

TEST(CppMoves, FunctionsAreFoundByTheirBodies) {
  const auto found = functions_in(
      "int f(int a) { return g(a) + 1; }\nvoid C::h() const noexcept { if (x) { y(); } }\nint declared(int);\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "f");
  EXPECT_EQ(found[1].name, "h");
  for (const TextFunction& function : found) EXPECT_TRUE(function.body.ends_with('}'));
}

TEST(CppMoves, TextsWithoutAnEndAreReadToTheirEnd) {
  EXPECT_TRUE(functions_in("f(").empty());
  EXPECT_TRUE(functions_in(std::string(200000, '{')).empty());
  EXPECT_TRUE(functions_in(std::string(200000, '(')).empty());
  const std::string open = "int f() { g(";
  for (const TextFunction& function : functions_in(open)) EXPECT_LE(function.body.size(), open.size());
}

}  // namespace
}  // namespace redtag::cpp
