// Words, quotes, wrappers and blocks.
#include <gtest/gtest.h>

#include <algorithm>

#include "lower/shell/scope.h"
#include "lower/shell/script.h"
#include "lower/shell/strip.h"

namespace redtag::shell {
namespace {

std::string marked(std::string_view word) {
  std::string text = marked_text(lex_parts(word, 0, Origin{}, Quoting::Word));
  for (char& c : text) {
    if (c == variable_begin) c = '<';
    if (c == variable_end) c = '>';
  }
  return text;
}

TEST(ShellWords, LoseQuotesAndKeepExpansions) {
  EXPECT_EQ(marked("plain"), "plain");
  EXPECT_EQ(marked("'a b'\"c $d\"e\\ f"), "a bc <d>e f");
  EXPECT_EQ(marked("\"${x}/y\""), "<x>/y");
  EXPECT_EQ(marked("'$x'"), "$x");
  EXPECT_EQ(marked("\"\\$x\""), "$x");
  EXPECT_EQ(marked("${x:-a b}"), "<x>");
  EXPECT_EQ(marked("$(echo \")\" $(b))c"), "<(>c");
  EXPECT_EQ(marked("`a`b"), "<(>b");
  EXPECT_EQ(marked("$'a\\tb'"), "a\tb");
  EXPECT_EQ(marked("$((1+2))"), "<(>");
  EXPECT_EQ(marked("a$"), "a$");
}

TEST(ShellWords, KnowWhatAnExpansionDoes) {
  const auto part = [](std::string_view word) { return lex_parts(word, 0, Origin{}, Quoting::Word).front(); };
  EXPECT_EQ(part("${x:?missing}").expand, Expand::Require);
  EXPECT_EQ(part("${x:-y}").expand, Expand::Default);
  EXPECT_EQ(part("${x:-y}").operand.front().text, "y");
  EXPECT_EQ(part("${x%/}").expand, Expand::Transform);
  EXPECT_EQ(part("${x[0]}").expand, Expand::Transform);
  EXPECT_EQ(part("${x+y}").expand, Expand::Alternate);
  EXPECT_EQ(part("${#x}").kind, PartKind::Number);
}

TEST(ShellWords, SurviveWhatIsNotClosed) {
  for (const std::string_view word : {"${", "$(", "\"", "'", "`", "$((", "${x:-${y", "\\", "$'", "${x[", "<(", "$["}) {
    EXPECT_NO_THROW(marked(word)) << word;
  }
}

/// The program that each of a line's invocations runs.
std::string runs(std::vector<std::string> texts) {
  std::string out;
  for (const Invocation& run : strip(texts)) {
    if (!out.empty()) out += "; ";
    for (std::size_t i = run.begin; i < run.end; ++i) out += (i > run.begin ? " " : "") + texts[i];
    if (run.reads_operands) out += " +input";
    if (run.query) out += " ?";
  }
  return out;
}

TEST(ShellWrappers, AreStripped) {
  EXPECT_EQ(runs({"sudo", "-u", "postgres", "rm", "x"}), "rm x");
  EXPECT_EQ(runs({"sudo", "-E", "env", "A=b", "nice", "-n", "5", "rm"}), "rm");
  EXPECT_EQ(runs({"timeout", "-k", "5", "10", "rm", "x"}), "rm x");
  EXPECT_EQ(runs({"docker", "exec", "-it", "db", "dropdb", "x"}), "dropdb x");
  EXPECT_EQ(runs({"docker", "compose", "exec", "-T", "db", "psql"}), "psql");
  EXPECT_EQ(runs({"kubectl", "-n", "a", "exec", "pod", "--", "rm", "x"}), "kubectl -n a exec pod -- rm x");
  EXPECT_EQ(runs({"kubectl", "exec", "pod", "--", "rm", "x"}), "rm x");
  EXPECT_EQ(runs({"xargs", "-r", "-n", "1", "rm", "-f"}), "rm -f +input");
  EXPECT_EQ(runs({"command", "-v", "rm"}), "rm ?");
  EXPECT_EQ(runs({"find", ".", "-exec", "sudo", "rm", "{}", ";", "-print"}), "find . -exec sudo rm {} ; -print; rm {}");
  EXPECT_EQ(runs({"/usr/bin/env", "rm"}), "rm");
  EXPECT_EQ(runs({"ssh", "-p", "1", "host", "rm", "x"}), "");
  EXPECT_EQ(runs({}), "");
  EXPECT_EQ(runs({"sudo"}), "");
}

/// Names and values: `a=1 b=$x` of the commands that a script holds, one a line with its block's kind.
std::string outline(std::string_view text) {
  static constexpr std::string_view kinds[] = {"",       "function", "then",     "else",  "loop",
                                               "select", "case",     "subshell", "output"};
  const Script script = read_script(text, Origin{});
  std::string out;
  for (const Command& command : script.commands) {
    std::string where;
    for (BlockId at = command.block; at.value != 0; at = script.blocks[at.value].parent) {
      where = std::string(kinds[static_cast<std::size_t>(script.blocks[at.value].kind)]) + " " + where;
    }
    out += where + ":";
    for (const Word& word : command.words) out += " " + word.source;
    if (command.piped) out += " <pipe";
    out += "\n";
  }
  return out;
}

TEST(ShellBlocks, FollowStructure) {
  EXPECT_EQ(outline("a && b || c; d | e\n"), ": a\nthen : b\nelse : c\n: d\n: e <pipe\n");
  EXPECT_EQ(outline("if a; then b; elif c; then d; else e; fi\n"),
            ": a\nthen : b\nelse : c\nelse then : d\nelse else : e\n");
  EXPECT_EQ(outline("for x in 1 2; do a; done\nf() { b; }\n(c)\n"), "loop : a\nfunction : b\nsubshell : c\n");
  EXPECT_EQ(outline("case $x in a) b;; *) c;; esac\n"), "case : b\ncase : c\n");
  EXPECT_EQ(outline("a $(b $(c)) d\n"), "output output : c\noutput : b $(c)\n: a $(b $(c)) d\n");
}

TEST(ShellBlocks, ReadShellsInsideShells) {
  EXPECT_EQ(outline("bash -c 'a; b'\n"), ": bash -c 'a; b'\nsubshell : a\nsubshell : b\n");
  EXPECT_EQ(outline("ssh h \"sudo a\"\n"), ": ssh h \"sudo a\"\nsubshell : sudo a\n");
  EXPECT_EQ(outline("bash <<EOF\na\nEOF\n"), ": bash\nsubshell : a\n");
  EXPECT_EQ(outline("cat <<EOF\nrm -rf /\nEOF\n"), ": cat\n");
  EXPECT_EQ(outline("trap 'a' EXIT\n"), ": trap 'a' EXIT\nfunction : a\n");
  EXPECT_EQ(outline("eval \"a $x\"\n"), ": eval \"a $x\"\nsubshell : a $x\n");
}

TEST(ShellBlocks, AreBounded) {
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "(";
  EXPECT_LE(read_script(deep + "a", Origin{}).commands.size(), 1U);
  std::string list = "a";
  for (int i = 0; i < 3000; ++i) list += " && a";
  EXPECT_EQ(read_script(list, Origin{}).commands.size(), 3001U);
}

TEST(ShellTests, ProveWhatIsThere) {
  const auto tested = [](std::string_view text) {
    const Tested t = tested_names(read_script(text, Origin{}).commands.front());
    std::string out;
    for (const std::string& name : t.proven) out += "+" + name;
    for (const std::string& name : t.missing) out += "-" + name;
    return out;
  };
  EXPECT_EQ(tested("[ -n \"$x\" ]"), "+x");
  EXPECT_EQ(tested("[[ -z $x ]]"), "-x");
  EXPECT_EQ(tested("[ ! -d \"$x\" ]"), "-x");
  EXPECT_EQ(tested("[[ $x ]]"), "+x");
  EXPECT_EQ(tested("[ \"$x\" != \"\" ]"), "+x");
  EXPECT_EQ(tested("[ \"$x\" = a ]"), "+x");
  EXPECT_EQ(tested("[ $# -lt 1 ]"), "-#");
  EXPECT_EQ(tested("test -d $x -a -n $y"), "+x+y");
  EXPECT_EQ(tested("echo $x"), "");
}

TEST(ShellScript, OnlyTheOddWordIsUnread) {
  const std::string_view text =
      "begin() {\n"
      "  if [[ -n \"${suffix}\" ]]; then\n"
      "  suffix=${suffix:${#suffix}<20?0:-20}\n"
      "  fi\n"
      "  rm -rf /srv/old\n"
      "}\n"
      "end() {\n"
      "  echo done\n"
      "}\n";
  const Script script = read_script(text, Origin{});
  ASSERT_FALSE(script.unread.empty());
  const auto unread = [&](std::string_view words) {
    const auto at = static_cast<std::uint32_t>(text.find(words));
    return std::any_of(script.unread.begin(), script.unread.end(),
                       [&](const Region& r) { return r.bytes.begin <= at && at < r.bytes.end; });
  };
  EXPECT_TRUE(unread("<20"));
  EXPECT_FALSE(unread("rm -rf"));
  EXPECT_FALSE(unread("echo done"));
  EXPECT_TRUE(std::any_of(script.commands.begin(), script.commands.end(),
                          [](const Command& command) { return command.source == "rm -rf /srv/old"; }));
}

}  // namespace
}  // namespace redtag::shell
