#include "clearance/statement.h"

#include <gtest/gtest.h>

#include "clearance/envelope.h"

namespace redtag {
namespace {

ClearanceStatement sample(ClearanceKind kind = ClearanceKind::Clearance) {
  ClearanceStatement statement;
  statement.kind = kind;
  statement.repository = "github.com/acme/shop";
  statement.target = "refs/heads/main";
  if (kind != ClearanceKind::Clearance) statement.head = std::string(40, 'a');
  if (kind == ClearanceKind::Witnessed) statement.reviewer = "sam";
  for (const char digit : {'1', '2'}) {
    statement.accepts.push_back(
        {"redtag/v1:" + std::string(64, digit), band_of(60), "terraform/remove-resource", "aws_db_instance.orders"});
  }
  statement.reason = "nobody uses it";
  statement.key = "SHA256:" + std::string(43, 'A');
  statement.signed_at = {1768046400};
  statement.until = {1768132800};
  return statement;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(ClearanceStatement, ReadsWhatItPrints) {
  for (const ClearanceKind kind : {ClearanceKind::Clearance, ClearanceKind::BreakGlass, ClearanceKind::Witnessed}) {
    const auto read = read_statement(print_statement(sample(kind)));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, sample(kind));
  }
}

TEST(ClearanceStatement, ShowsNamesThatAreNoText) {
  ClearanceStatement statement = sample();
  statement.accepts[0].entity = "a\xff\n";
  const auto read = read_statement(print_statement(statement));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->accepts[0].entity, "a\\xFF\\x0A");
}

TEST(ClearanceStatement, HasOneSpelling) {
  const std::string good = print_statement(sample());
  EXPECT_FALSE(read_statement(good + "\n"));
  EXPECT_FALSE(read_statement(" " + good));
  EXPECT_FALSE(read_statement(replaced(good, "\"kind\":", "\"kind\": ")));
  EXPECT_FALSE(read_statement(replaced(good, "\"kind\":", "\"more\":1,\"kind\":")));
  EXPECT_FALSE(read_statement(replaced(good, "\"reason\":", "\"reason\":\"x\",\"reason\":")));
  EXPECT_FALSE(read_statement(replaced(good, "nobody", "nobod\\u0079")));
}

TEST(ClearanceStatement, RefusesWhatMakesNoSense) {
  const std::string good = print_statement(sample());
  EXPECT_FALSE(read_statement(""));
  EXPECT_FALSE(read_statement("[]"));
  EXPECT_FALSE(read_statement(replaced(good, "clearance:v1", "clearance:v2")));
  EXPECT_FALSE(read_statement(replaced(good, "50-74", "50-99")));
  EXPECT_FALSE(read_statement(replaced(good, "\"kind\":\"clearance\"", "\"kind\":\"pardon\"")));
  ClearanceStatement empty = sample();
  empty.accepts.clear();
  EXPECT_FALSE(read_statement(print_statement(empty)));
  ClearanceStatement twice = sample();
  twice.accepts[1] = twice.accepts[0];
  EXPECT_FALSE(read_statement(print_statement(twice)));
  ClearanceStatement silent = sample();
  silent.reason = " ";
  EXPECT_FALSE(read_statement(print_statement(silent)));
}

TEST(ClearanceStatement, IsNotReadDeeperThanItGoes) {
  EXPECT_FALSE(read_statement(std::string(1 << 20, '[')));
  EXPECT_FALSE(read_envelope(std::string(1 << 20, '[')));
}

TEST(ScoreBand, HasFourQuarters) {
  EXPECT_EQ(band_name(band_of(0)), "0-24");
  EXPECT_EQ(band_name(band_of(24)), "0-24");
  EXPECT_EQ(band_name(band_of(25)), "25-49");
  EXPECT_EQ(band_name(band_of(75)), "75-100");
  EXPECT_EQ(band_name(band_of(100)), "75-100");
  EXPECT_LT(band_of(49), band_of(50));
}

TEST(Envelope, HasOneSpellingAndOneSignature) {
  const Envelope envelope{"application/vnd.in-toto+json", "{}", "SHA256:x", "signature"};
  const std::string good = print_envelope(envelope);
  const auto read = read_envelope(good);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, envelope);
  EXPECT_FALSE(read_envelope(replaced(good, "\":", "\": ")));
  EXPECT_FALSE(read_envelope(replaced(good, "}]}", "},{\"keyid\":\"a\",\"sig\":\"YQ==\"}]}")));
  EXPECT_FALSE(read_envelope(replaced(good, "[{", "[],\"x\":[{")));
  EXPECT_FALSE(read_envelope(good.substr(0, good.size() - 1)));
}

TEST(Envelope, SignsTypeAndPayload) {
  EXPECT_EQ(signed_bytes("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

}  // namespace
}  // namespace redtag
