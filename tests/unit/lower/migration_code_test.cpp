// One shape of code for six languages, with exact places of what stands in strings.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "lower/code/code.h"

namespace redtag::code {
namespace {

/// The first call of a name, anywhere.
const Node* find_call(const Node& node, std::string_view name) {
  if (node.kind == Kind::Call && node.text == name) return &node;
  for (const std::vector<Node>* part : {&node.on, &node.items, &node.body, &node.otherwise}) {
    for (const Node& child : *part) {
      if (const Node* found = find_call(child, name)) return found;
    }
  }
  return nullptr;
}

/// Every byte of a string comes from where its map says it does.
void expect_places(std::string_view text, const Node& string) {
  ASSERT_EQ(string.map.size(), string.text.size() + 1);
  for (std::size_t i = 0; i < string.text.size(); ++i) {
    if (string.text[i] == '$' && string.dynamic) return;
    EXPECT_EQ(string.text[i], text[string.map[i]]) << "byte " << i << " of `" << string.text << '`';
  }
}

struct Sample {
  Language language;
  std::string_view text;
  std::string_view expected;
};

TEST(Code, ReadsStringsOfEveryLanguageWithTheirPlaces) {
  const Sample samples[] = {
      {Language::Ruby, "def up\n  execute <<~SQL.squish\n    DELETE FROM a\n  SQL\nend\n", "\n    DELETE FROM a\n  "},
      {Language::Ruby, "execute 'DELETE ' \\\n  'FROM a'\n", "DELETE FROM a"},
      {Language::Ruby, "execute :rows\n", "rows"},
      {Language::Python, "op.execute(sa.text(\"\"\"DELETE FROM a\"\"\"))\n", "DELETE FROM a"},
      {Language::Python, "op.execute(\"DELETE \" \"FROM a\")\n", "DELETE FROM a"},
      {Language::Php, "<?php DB::execute('DELETE ' . 'FROM a');\n", "DELETE FROM a"},
      {Language::Php, "<?php DB::execute(<<<SQL\nDELETE FROM a\nSQL);\n", "DELETE FROM a"},
      {Language::Elixir, "execute(\"\"\"\nDELETE FROM a\n\"\"\")\n", "\nDELETE FROM a\n"},
      {Language::Elixir, "execute \"DELETE \" <> \"FROM a\"\n", "DELETE FROM a"},
      {Language::JavaScript, "await knex.execute(`DELETE FROM a`)\n", "DELETE FROM a"},
      {Language::TypeScript, "await (knex as any).execute('DELETE ' + 'FROM a')\n", "DELETE FROM a"},
  };
  for (const Sample& sample : samples) {
    const Program program = read(sample.language, sample.text, 0);
    EXPECT_TRUE(program.errors.empty()) << sample.text;
    const Node* call = find_call(program.root, "execute");
    ASSERT_NE(call, nullptr) << sample.text;
    const Node* string = argument(*call, 0);
    ASSERT_NE(string, nullptr) << sample.text;
    EXPECT_EQ(string->kind, Kind::String) << sample.text;
    EXPECT_EQ(string->text, sample.expected);
    expect_places(sample.text, *string);
  }
}

TEST(Code, SaysWhatIsDecidedAtRunTime) {
  const Sample samples[] = {
      {Language::Ruby, "execute \"DELETE FROM #{table}\"\n", "DELETE FROM ${table}"},
      {Language::Python, "op.execute(f\"DELETE FROM {table}\")\n", "DELETE FROM ${table}"},
      {Language::Php, "<?php DB::execute(\"DELETE FROM $table\");\n", "DELETE FROM ${table}"},
      {Language::Elixir, "execute \"DELETE FROM #{table}\"\n", "DELETE FROM ${table}"},
      {Language::JavaScript, "knex.execute(`DELETE FROM ${table}`)\n", "DELETE FROM ${table}"},
  };
  for (const Sample& sample : samples) {
    const Program program = read(sample.language, sample.text, 0);
    const Node* call = find_call(program.root, "execute");
    ASSERT_NE(call, nullptr) << sample.text;
    ASSERT_NE(argument(*call, 0), nullptr);
    EXPECT_TRUE(argument(*call, 0)->dynamic);
    EXPECT_EQ(argument(*call, 0)->text, sample.expected);
    EXPECT_EQ(literal(argument(*call, 0)), "");
  }
}

TEST(Code, KeepsChainsBlocksAndBranches) {
  const Program ruby = read(Language::Ruby, "User.where(a: 1).delete_all if old\n", 0);
  ASSERT_EQ(ruby.root.body.size(), 1U);
  EXPECT_EQ(ruby.root.body.front().kind, Kind::If);
  const Node* call = find_call(ruby.root, "delete_all");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(origin(*call).text, "User");
  ASSERT_NE(in_chain(*call, "where"), nullptr);
  EXPECT_NE(keyword(*in_chain(*call, "where"), "a"), nullptr);

  const Program elixir = read(Language::Elixir, "\"users\" |> where(a: 1) |> Repo.delete_all()\n", 0);
  const Node* piped = find_call(elixir.root, "delete_all");
  ASSERT_NE(piped, nullptr);
  EXPECT_EQ(origin(*piped).text, "users");

  const Program python =
      read(Language::Python, "with op.batch_alter_table('a') as batch:\n    batch.drop_column('b')\n", 0);
  const Node* block = find_call(python.root, "batch_alter_table");
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(block->names, std::vector<std::string>{"batch"});
  EXPECT_EQ(block->body.size(), 1U);
}

TEST(Code, StopsAtNestingWithoutLosingWhatStandsBefore) {
  std::string text = "drop_table :first\nx = ";
  for (int i = 0; i < 5000; ++i) text += '[';
  const Program program = read(Language::Ruby, text, 0);
  EXPECT_NE(find_call(program.root, "drop_table"), nullptr);
}

}  // namespace
}  // namespace redtag::code
