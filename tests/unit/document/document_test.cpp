#include "document/document.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace redtag::document {
namespace {

/// One line that shows types and structure: n null, b bool, i number, s string.
std::string flat(const Node& node) {
  switch (node.type) {
    case NodeType::Null: return "n:" + node.text;
    case NodeType::Bool: return "b:" + node.text;
    case NodeType::Number: return "i:" + node.text;
    case NodeType::String: return "s:" + node.text;
    case NodeType::Sequence: {
      std::string out = "[";
      for (const Node& item : node.items) out += flat(item) + ",";
      return out + "]";
    }
    case NodeType::Mapping: {
      std::string out = "{";
      for (const Member& member : node.members) out += member.key + "=" + flat(member.value) + ",";
      return out + "}";
    }
  }
  return "";
}

std::string read(std::string_view text) {
  const Expected<Node> node = parse_yaml(text, "t.yaml");
  return node ? flat(*node) : "error " + node.error().message;
}

TEST(Yaml, ReadsBlocksAndTypes) {
  EXPECT_EQ(read("a: 1\nb: [x, 'y', \"z\"]\nc:\n- true\n- ~\n-\n"), "{a=i:1,b=[s:x,s:y,s:z,],c=[b:true,n:~,n:,],}");
  EXPECT_EQ(read("a: TRUE\nb: no\nc: 010\nd: 0o17\ne: 0x1F\nf: 1.5e3\ng: .inf\nh: 1.2.3\ni: null\n"),
            "{a=b:true,b=s:no,c=i:010,d=i:0o17,e=i:0x1F,f=i:1.5e3,g=i:.inf,h=s:1.2.3,i=n:null,}");
  EXPECT_EQ(read("- - a\n  - b\n- k: v\n  l: w\n"), "[[s:a,s:b,],{k=s:v,l=s:w,},]");
  EXPECT_EQ(read(""), "n:");
  EXPECT_EQ(read("# only a comment\n"), "n:");
  EXPECT_EQ(read("a: !!str 1\nb: !Ref x\nc: ! 2\n"), "{a=s:1,b=s:x,c=s:2,}");
}

TEST(Yaml, ReadsMoreLinesThanSixteenBitsCount) {
  std::string text = "first: 1\n";
  for (int i = 0; i < 40'000; ++i) text += "a" + std::to_string(i) + ": 1\n";
  const auto read = document::parse_yaml_stream(text, "long.yaml", document::Repeats::Kept);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().members.size(), 40'001U);
}

TEST(Yaml, ReadsFlow) {
  EXPECT_EQ(read("{a: {b: [c, {d: e}]}, f, \"g\":1}"), "{a={b=[s:c,{d=s:e,},],},f=n:,g=i:1,}");
  EXPECT_EQ(read("[a: b, c]"), "[{a=s:b,},s:c,]");
  EXPECT_EQ(read("severity: { by: class, table: severity }   # words\n"), "{severity={by=s:class,table=s:severity,},}");
}

/// YAML asks for the bracket to stand further in than the key; the platforms' own readers do not.
TEST(Yaml, ReadsLongListsClosedAtTheirKey) {
  std::string list = "  c: [ 'a'";
  for (int i = 0; i < 100; ++i) list += ",\n       'a'";
  const auto node = parse_yaml("on: push\njobs:\n" + list + ",\n  ]\nlast: 1\n", "t.yaml");
  ASSERT_TRUE(node) << node.error().message;
  EXPECT_EQ(node->find("jobs")->find("c")->items.size(), 101U);
  EXPECT_EQ(node->members.back().line, 105U);
}

TEST(Yaml, ReadsJson) {
  EXPECT_EQ(read("{\n\t\"a\": [1, -2.5, true, null, \"\\u00e9\\ud83d\\ude00\\/\\n\"],\n\t\"b\": {}\n}\n"),
            "{a=[i:1,i:-2.5,b:true,n:null,s:\xC3\xA9\xF0\x9F\x98\x80/\n,],b={},}");
}

TEST(Yaml, DecodesQuotes) {
  EXPECT_EQ(read("'it''s'"), "s:it's");
  EXPECT_EQ(read("\"a\\tb\\x41\\\\\\\"\""), "s:a\tbA\\\"");
  EXPECT_EQ(read("\"one\n  two\n\n  three \\\n  four\"\n"), "s:one two\nthree four");
  EXPECT_EQ(read("a: one\n  two\n\n  three\n"), "{a=s:one two\nthree,}");
  EXPECT_EQ(read("\"\\q\"").substr(0, 5), "error");
}

TEST(Yaml, ReadsBlockScalars) {
  EXPECT_EQ(read("a: |\n  x\n   y\n\n  z\n\nb: 1\n"), "{a=s:x\n y\n\nz\n,b=i:1,}");
  EXPECT_EQ(read("a: |-\n  x\n\n"), "{a=s:x,}");
  EXPECT_EQ(read("a: |+\n  x\n\n\nb: 1\n"), "{a=s:x\n\n\n,b=i:1,}");
  EXPECT_EQ(read("a: >\n  x\n  y\n\n  z\n    more\n  w\n"), "{a=s:x y\nz\n  more\nw\n,}");
  EXPECT_EQ(read("a: |2\n   x\n  y\n"), "{a=s: x\ny\n,}");
  EXPECT_EQ(read("- |\n x\n- >-\n y\n z\n"), "[s:x\n,s:y z,]");
  EXPECT_EQ(read("a: | # why\r\n  x\r\n  y\r\n"), "{a=s:x\ny\n,}");
  EXPECT_EQ(read("--- |\nx\ny\n"), "s:x\ny\n");
}

TEST(Yaml, ExpandsAnchorsAndMergeKeys) {
  EXPECT_EQ(read("a: &x {p: 1, q: 2}\nb: *x\nc:\n  <<: *x\n  q: 3\n"),
            "{a={p=i:1,q=i:2,},b={p=i:1,q=i:2,},c={q=i:3,p=i:1,},}");
  EXPECT_EQ(read("a: &x {p: 1}\nb: &y {p: 2, r: 3}\nc: {<<: [*x, *y]}\n"),
            "{a={p=i:1,},b={p=i:2,r=i:3,},c={p=i:1,r=i:3,},}");
  EXPECT_EQ(read("a: *x\n"), "error t.yaml:1: the alias *x names no anchor that stands before it");
  EXPECT_EQ(read("a: &x 1\nb: {<<: *x}\n"), "error t.yaml:2: `<<` takes a mapping or a list of them, not a number");
}

TEST(Yaml, StopsAliasBombs) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_EQ(read(text), "error t.yaml:5: anchors and aliases multiply to more values than the limit");
}

TEST(Yaml, RefusesDuplicateKeys) {
  EXPECT_EQ(read("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"), "error t.yaml:5: the key `c` stands twice in one mapping");
  EXPECT_EQ(read("{\"a\": 1, a: 2}"), "error t.yaml:1: the key `a` stands twice in one mapping");
}

TEST(Yaml, RefusesWhatIsNoYaml) {
  EXPECT_EQ(read("a: [1\nb: 2\n").substr(0, 13), "error t.yaml:");
  EXPECT_EQ(read("a: b: c\n").substr(0, 13), "error t.yaml:");
  EXPECT_EQ(read("a: 1\n---\nb: 2\n"), "error t.yaml:3: expected one document, found 2");
}

TEST(Yaml, BoundsNesting) {
  const auto repeat = [](std::string_view text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
  };
  EXPECT_EQ(read(repeat("- ", 100'000)), "error t.yaml:1: nested deeper than 120 levels");
  std::string stairs;
  for (std::size_t i = 0; i < 1000; ++i) stairs += std::string(i, ' ') + "a:\n";
  EXPECT_EQ(read(stairs), "error t.yaml:121: nested deeper than 120 levels");
  EXPECT_EQ(read(repeat("[", 100'000) + repeat("]", 100'000)), "error t.yaml:1: nested deeper than 512 levels");
  EXPECT_EQ(read(repeat("[", 100'000)).substr(0, 5), "error");
  EXPECT_EQ(read(repeat("{a: ", 100'000)).substr(0, 5), "error");
  std::string deep;  // a sequence at its key's column doubles the levels a column may hold
  for (std::size_t i = 0; i < 110; ++i) deep += std::string(2 * i, ' ') + "a:\n" + std::string(2 * i, ' ') + "-\n";
  EXPECT_NE(read(deep), "");
}

TEST(Yaml, RemembersPlaces) {
  const std::string text =
      "\xEF\xBB\xBF"
      "first: 1\nmap:\n  key: \"value\"\n";
  const Expected<Node> node = parse_yaml(text, "t");
  ASSERT_TRUE(node);
  const Node* map = node->find("map");
  ASSERT_NE(map, nullptr);
  const Node* key = map->find("key");
  ASSERT_NE(key, nullptr);
  EXPECT_EQ(key->line, 3U);
  EXPECT_EQ(text.substr(key->bytes.begin, key->bytes.size()), "\"value\"");
  EXPECT_EQ(text.substr(map->members[0].key_bytes.begin, map->members[0].key_bytes.size()), "key");
  EXPECT_EQ(node->find("none"), nullptr);
}

TEST(Yaml, ReadsStreams) {
  const Expected<std::vector<Node>> nodes = parse_yaml_stream("a: 1\n---\n- b\n...\n", "t");
  ASSERT_TRUE(nodes);
  ASSERT_EQ(nodes->size(), 2U);
  EXPECT_EQ(flat((*nodes)[1]), "[s:b,]");
}

TEST(Yaml, TakesBracketsThatCloseFurtherLeft) {
  std::string text = "jobs:\n    names: [ 'n0'";
  for (int i = 1; i < 80; ++i) text += ",\n             'n" + std::to_string(i) + "'";
  text += "\n  ]\nlast: x\n";
  const Node root = parse_yaml(text, "jobs.yml").value();
  const Node* names = root.find("jobs")->find("names");
  ASSERT_EQ(names->items.size(), 80U);
  EXPECT_EQ(names->items.back().text, "n79");
  EXPECT_EQ(text.substr(names->items.back().bytes.begin, names->items.back().bytes.size()), "'n79'");
  EXPECT_EQ(root.find("last")->text, "x");
  EXPECT_EQ(root.find("last")->line, 83U);
}

TEST(Yaml, KeepsRepeatedKeysWhereAsked) {
  const Expected<std::vector<Node>> nodes = parse_yaml_stream("a: 1\nb: 2\na: 3\n", "t", Repeats::Kept);
  ASSERT_TRUE(nodes);
  EXPECT_EQ(flat(nodes->front()), "{a=i:1,b=i:2,a=i:3,}");
  EXPECT_FALSE(parse_yaml_stream("a: 1\na: 3\n", "t"));
}

TEST(Yaml, SaysWhatTheOlderVersionReads) {
  const auto read11 = [](std::string_view plain) {
    const std::optional<Yaml11Reading> reading = yaml11_reading(plain);
    return reading ? reading->text : "same";
  };
  EXPECT_EQ(read11("yes"), "true");
  EXPECT_EQ(read11("OFF"), "false");
  EXPECT_EQ(read11("No"), "false");
  EXPECT_EQ(read11("nO"), "same");
  EXPECT_EQ(read11("010"), "8");
  EXPECT_EQ(read11("0"), "same");
  EXPECT_EQ(read11("08"), "same");
  EXPECT_EQ(read11("true"), "same");
  EXPECT_EQ(read11(""), "same");
}

}  // namespace
}  // namespace redtag::document
