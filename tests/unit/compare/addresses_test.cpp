#include "compare/addresses.h"

#include <gtest/gtest.h>

#include <random>

namespace redtag {
namespace {

/// A set of strings; a word that begins with `$` is an unknown expression.
Value set_of(const std::vector<std::string>& words) {
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  for (const std::string& word : words) {
    set.items.push_back(word.starts_with('$') ? unknown_value(word, "a variable") : known_string(word));
  }
  return set;
}

Comparison compared(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return compare_addresses(set_of(before), set_of(after)).difference.outcome();
}

TEST(AddressRange, ReadsWhatPeopleWrite) {
  const auto ten = parse_address_range("10.0.0.5/8");
  ASSERT_TRUE(ten);
  EXPECT_EQ(ten->first, (Address{0, 0x0A000000}));
  EXPECT_EQ(ten->last, (Address{0, 0x0AFFFFFF}));
  EXPECT_EQ(parse_address_range("192.0.2.7"), parse_address_range("192.0.2.7/32"));
  EXPECT_EQ(parse_address_range("2001:db8::"), parse_address_range("2001:0db8:0:0:0:0:0:0/128"));
  EXPECT_EQ(parse_address_range("::ffff:192.0.2.1"), parse_address_range("::ffff:c000:201"));
  EXPECT_EQ(parse_address_range("10.0.0.0 - 10.0.0.255"), parse_address_range("10.0.0.0/24"));
  EXPECT_EQ(parse_address_range("::/0")->last, (Address{UINT64_MAX, UINT64_MAX}));
}

TEST(AddressRange, RefusesTheRest) {
  for (const char* text : {"", "10.0.0", "10.0.0.0/33", "010.0.0.1", "256.0.0.1", "10.0.0.0/", "/8", "a.b.c.d", "::1::", "1:2:3:4:5:6:7",
                           "2001:db8::/129", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "1:2:3:4:5:6:7::8", "12345::", "10.0.0.0/08"}) {
    EXPECT_FALSE(parse_address_range(text)) << text;
  }
}

TEST(Addresses, AreComparedByWhatTheyCover) {
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"10.0.0.0/9", "10.128.0.0/9"}), Comparison::Equal);
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"10.1.0.0/16", "10.0.0.0/8"}), Comparison::Equal);
  EXPECT_EQ(compared({"10.1.0.0/16"}, {"10.0.0.0/8"}), Comparison::Wider);
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"10.1.0.0/16"}), Comparison::Narrower);
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"192.168.0.0/16"}), Comparison::Both);
  EXPECT_EQ(compared({"2001:db8::/32"}, {"2001:db8::/31"}), Comparison::Wider);
  EXPECT_EQ(compared({"0.0.0.0/0"}, {"::/0"}), Comparison::Both);
  EXPECT_EQ(compared({"0.0.0.0/0", "::/0"}, {"*"}), Comparison::Equal);
  EXPECT_EQ(compared({}, {"10.0.0.0/8"}), Comparison::Wider);
  EXPECT_EQ(compared({"sg-1"}, {"sg-1", "sg-2"}), Comparison::Wider);
}

TEST(Addresses, UnknownOnesArePossible) {
  EXPECT_EQ(compared({"$var.a"}, {"$var.a"}), Comparison::Equal);
  EXPECT_EQ(compared({"$var.a"}, {"$var.a", "0.0.0.0/0"}), Comparison::Wider);
  EXPECT_EQ(compared({"$var.a"}, {"$var.b"}), Comparison::Unknown);
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"10.0.0.0/8", "$var.b"}), Comparison::Wider);
  EXPECT_EQ(compared({"10.0.0.0/8"}, {"$var.b"}), Comparison::Unknown);
  EXPECT_TRUE(compare_addresses(set_of({"$var.a"}), set_of({"$var.a", "0.0.0.0/0"})).difference.certain());
}

TEST(Addresses, SayHowFarTheyOpen) {
  EXPECT_EQ(compare_addresses({}, set_of({"0.0.0.0/0"})).gained, AddressScope::Internet);
  EXPECT_EQ(compare_addresses({}, set_of({"0.0.0.0/1", "128.0.0.0/1"})).gained, AddressScope::Internet);
  EXPECT_EQ(compare_addresses(set_of({"0.0.0.0/0"}), set_of({"0.0.0.0/0", "10.0.0.0/8"})).gained, AddressScope::None);
  EXPECT_EQ(compare_addresses({}, set_of({"203.0.113.0/24"})).gained, AddressScope::Public);
  EXPECT_EQ(compare_addresses({}, set_of({"10.9.0.0/16", "fd00::/8"})).gained, AddressScope::Private);
  EXPECT_EQ(compare_addresses({}, set_of({"172.16.0.0/11"})).gained, AddressScope::Public);
  EXPECT_EQ(address_scope(set_of({"2000::/3"})), AddressScope::Internet);
  EXPECT_EQ(address_scope(known_string("::/0")), AddressScope::Internet);
  EXPECT_EQ(address_scope({}), AddressScope::None);
}

TEST(Addresses, NameWhatCameAndWent) {
  const AddressDifference result = compare_addresses(set_of({"10.1.0.0/16"}), set_of({"0.0.0.0/0"}));
  EXPECT_EQ(result.difference.sentence(), "gains \"0.0.0.0/0\"");
}

// Small blocks of one /24, so that a bitmap can judge.
TEST(Addresses, AgreeWithABitmap) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::vector<bool> bits[2] = {std::vector<bool>(256), std::vector<bool>(256)};
    std::vector<std::string> words[2];
    for (int side = 0; side < 2; ++side) {
      for (unsigned i = random() % 6; i > 0; --i) {
        const unsigned prefix = 24 + random() % 9;
        const unsigned size = 1U << (32 - prefix);
        const unsigned start = random() % 256 / size * size;
        words[side].push_back("192.0.2." + std::to_string(start) + "/" + std::to_string(prefix));
        for (unsigned k = start; k < start + size; ++k) bits[side][k] = true;
      }
    }
    bool gained = false;
    bool lost = false;
    for (unsigned k = 0; k < 256; ++k) {
      gained = gained || (bits[1][k] && !bits[0][k]);
      lost = lost || (bits[0][k] && !bits[1][k]);
    }
    const Comparison expected = gained ? (lost ? Comparison::Both : Comparison::Wider) : lost ? Comparison::Narrower : Comparison::Equal;
    ASSERT_EQ(compared(words[0], words[1]), expected);
  }
}

}  // namespace
}  // namespace redtag
