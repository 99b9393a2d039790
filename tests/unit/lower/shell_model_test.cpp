// Scripts as operations, procedures and safeguards, in the printed form of the model.
#include <gtest/gtest.h>

#include "lower/shell/shell.h"

namespace redtag {
namespace {

constexpr std::string_view rows =
    "shell\taws\ts3 rb\tdestroys\t--force\t\tstorage\thttps://example.org/rb\n"
    "shell\tkubectl\tdelete\tdestroys\t--force\t--dry-run=server\tcontainer\tgeneral\n"
    "shell\tkubectl\tdelete pvc\tdestroys\t\t\tstorage\tgeneral\n"
    "shell\trm\t-r\tdestroys\t-f\t-i\tstorage\thttps://example.org/rm\n"
    "shell\tterraform\tapply\tsteers\t-auto-approve\t\tother\tgeneral\n"
    "shell\tterraform\tdestroy\tdestroys\t-auto-approve\t\tother\thttps://example.org/destroy\n"
    "shell\ttofu\t\talias\tterraform\t\t\tgeneral\n";

Model lower(std::string_view text, bool partial = false) {
  FactTables facts = FactTables::empty();
  EXPECT_TRUE(facts.add("rows", std::string(rows)).has_value());
  const LoweringView view{facts, 0};
  return shell_frontend.lower({FileId{0}, Side::After, "x.sh", text, 0, partial}, view);
}

/// The operations of a script, without where they stand.
std::string operations(std::string_view text) {
  const Model model = lower(text);
  std::string out;
  for (const Operation& operation : model.operations) {
    if (operation.object == "shared value") continue;  // told to whoever sources the file, and to nobody else
    Model one;
    one.operations.push_back(operation);
    one.operations.back().procedure = ProcedureId{};
    out += print(one);
  }
  return out;
}

TEST(ShellModel, SeesWhatRmAimsAt) {
  EXPECT_EQ(operations("rm -rf /\n"), "destroy root \"/\": rm recursive, armed, unbounded\n");
  EXPECT_EQ(operations("rm -rf \"$HOME\"/*\n"), "destroy root $HOME/*: rm recursive, armed, unbounded\n");
  EXPECT_EQ(operations("rm -rf /var/lib/postgresql/16\n"),
            "destroy data directory \"/var/lib/postgresql/16\": rm recursive, armed\n");
  EXPECT_EQ(operations("rm -rf node_modules /tmp/x *.o\n"),
            "destroy directory \"node_modules\": rm recursive, armed, harmless target\n");
  EXPECT_EQ(operations("rm -f x.conf\n"), "destroy file \"x.conf\": rm , armed\n");
}

TEST(ShellModel, AsksWhatAnEmptyVariableLeaves) {
  EXPECT_EQ(operations("rm -rf \"$A/\"\n"), "destroy root if empty $A/: rm recursive, armed, unbounded, maybe empty\n");
  EXPECT_EQ(operations("rm -rf \"$A\"/*\n"),
            "destroy root if empty $A/*: rm recursive, armed, unbounded, maybe empty\n");
  EXPECT_EQ(operations("rm -rf /srv/$A\n"),
            "destroy root if empty /srv/$A: rm recursive, armed, unbounded, maybe empty\n");
  EXPECT_EQ(operations("rm -rf /srv/app/$A\n"),
            "destroy parent if empty /srv/app/$A: rm recursive, armed, maybe empty\n");
  EXPECT_EQ(operations("rm -rf \"$A\"\n"), "destroy directory $A: rm recursive, armed, maybe empty\n");
  EXPECT_EQ(operations("rm -rf \"$A/x\"\n"), "destroy directory $A/x: rm recursive, armed\n");
}

TEST(ShellModel, BelievesChecks) {
  const std::string unchecked = "destroy root if empty $A/: rm recursive, armed, unbounded, maybe empty\n";
  const std::string checked = "destroy directory $A/: rm recursive, armed\n";
  for (const std::string_view before :
       {"set -u\n", "[ -n \"$A\" ] || exit 1\n", ": \"${A:?}\"\n", "if [ -z \"$A\" ]; then exit 1; fi\n",
        "[[ -z $A ]] && die 'no A'\n", "[ -z \"$A\" ] && { echo no; exit 1; }\n"}) {
    EXPECT_EQ(operations(std::string(before) + "rm -rf \"$A/\"\n"), checked) << before;
  }
  for (const std::string_view before :
       {"set -e\n", "[ -n \"$B\" ] || exit 1\n", "if [ -z \"$A\" ]; then echo no; fi\n"}) {
    EXPECT_EQ(operations(std::string(before) + "rm -rf \"$A/\"\n"), unchecked) << before;
  }
  EXPECT_EQ(operations("rm -rf \"${A:?}/\"\n"), "destroy directory $A/: rm recursive, armed\n");
  EXPECT_EQ(operations("if [ -d \"$A\" ]; then rm -rf \"$A/\"; fi\n"), checked);
  EXPECT_EQ(operations("if [ -d \"$A\" ]; then true; else rm -rf \"$A/\"; fi\n"), unchecked);
}

TEST(ShellModel, ResolvesVariablesOfTheScript) {
  EXPECT_EQ(operations("D=/var/lib\nrm -rf $D/mysql\n"),
            "destroy data directory \"/var/lib/mysql\": rm recursive, armed\n");
  EXPECT_EQ(operations("D=${D:-/}\nrm -rf $D\n"), "destroy root \"/\": rm recursive, armed, unbounded\n");
  EXPECT_EQ(operations("T=$(mktemp -d)\nrm -rf \"$T\"\n"),
            "destroy directory $T: rm recursive, armed, harmless target\n");
  EXPECT_EQ(operations("trap \"rm -rf '$T'\" EXIT\nT=$(mktemp)\n"),
            "destroy directory $T: rm recursive, armed, harmless target\n");
  EXPECT_EQ(operations("f() { rm -rf \"$1\"; }\nf /etc\n"), "destroy root \"/etc\": rm recursive, armed, unbounded\n");
  EXPECT_EQ(operations("OPTS='-r -f'\nrm $OPTS /\n"), "destroy root \"/\": rm recursive, armed, unbounded\n");
  EXPECT_EQ(operations("mkdir out1\nrm -rf out1\n"),
            "destroy directory \"out1\": rm recursive, armed, harmless target\n");
  EXPECT_EQ(operations("cd /tmp/x\nrm -rf y\n"), "destroy directory \"y\": rm recursive, armed, harmless target\n");
  EXPECT_EQ(operations("A=$A\nrm -rf $A\n"), "destroy directory $A: rm recursive, armed, maybe empty\n");
}

TEST(ShellModel, LeavesTextAlone) {
  EXPECT_EQ(operations("echo rm -rf /\n# rm -rf /\ngrep 'terraform destroy' x\ncat <<EOF\nrm -rf /\nEOF\n"), "");
  EXPECT_EQ(operations("x='rm -rf /'\ncommand -v terraform\n"), "");
  EXPECT_EQ(operations("terraform() { echo; }\nterraform destroy\n"), "");
}

TEST(ShellModel, TakesTheLongestRow) {
  EXPECT_EQ(operations("aws --region x s3 rb s3://b --force\n"), "destroy storage \"s3://b\": aws s3 rb, armed\n");
  EXPECT_EQ(operations("kubectl -n a delete pvc/x\n"), "destroy storage \"pvc/x\": kubectl delete pvc\n");
  EXPECT_EQ(operations("kubectl delete pod x --dry-run=server\n"),
            "destroy container \"pod\": kubectl delete, disarmed\n");
  EXPECT_EQ(operations("tofu destroy -auto-approve\n"), "destroy other (absent): tofu destroy, armed, unbounded\n");
  EXPECT_EQ(operations("terraform apply plan\n"), "apply other \"plan\": terraform apply\n");
  EXPECT_EQ(operations("gcloud foo bars delete x\n"), "destroy other \"foo\": gcloud , likely\n");
  EXPECT_EQ(operations("git commit -m 'kubectl delete'\n"), "");
}

TEST(ShellModel, CitesOnlyWhatHasASource) {
  const Model model = lower("rm -rf x\nkubectl delete pod x\n");
  EXPECT_TRUE(model.operations[0].cited);
  EXPECT_FALSE(model.operations[1].cited);
}

TEST(ShellModel, SeesPrivilegeAndVerification) {
  EXPECT_EQ(operations("echo 'u ALL=NOPASSWD: ALL' >> /etc/sudoers.d/u\n"),
            "steer privilege \"u ALL=NOPASSWD: ALL\": sudoers nopasswd, unbounded\n");
  EXPECT_EQ(operations("echo 'u ALL=NOPASSWD: /x' | sudo tee /etc/sudoers.d/u\n"),
            "steer privilege \"u ALL=NOPASSWD: /x\": sudoers nopasswd\n");
  EXPECT_EQ(operations("curl -sSk https://x/y\n"),
            "unguard certificate check \"https://x/y\": curl skip-verification\n");
  EXPECT_EQ(
      operations("export NODE_TLS_REJECT_UNAUTHORIZED=0\n"),
      "unguard certificate check \"NODE_TLS_REJECT_UNAUTHORIZED\": NODE_TLS_REJECT_UNAUTHORIZED skip-verification\n");
}

TEST(ShellModel, KeepsProceduresAndSafeguards) {
  EXPECT_EQ(print(lower("set -e\nread -p 'sure?' a\npg_dump x > x.sql\nf() { :; }\ntrap f EXIT\n")),
            "procedure x.sh (shell), unknown, on unknown\n"
            "procedure x.sh:f (shell), clean-up, on unknown\n"
            "procedure x.sh:trap (shell), clean-up, on unknown\n"
            "back-up copy \"x\": pg_dump  in x.sh#0\n"
            "safeguard backup of x.sh: pg_dump x\n"
            "safeguard stop-on-error of x.sh: set -e\n"
            "safeguard confirmation of x.sh: read -p 'sure?' a\n");
}

TEST(ShellModel, ConcludesNothingFromAWindow) {
  const Model model = lower("rm -rf \"$A/\"\n", true);
  ASSERT_EQ(model.operations.size(), 1U);
  EXPECT_FALSE(model.operations[0].maybe_empty);
  EXPECT_EQ(model.operations[0].certainty, Certainty::Partial);
}

TEST(ShellModel, PointsAtTheCommand) {
  const std::string_view text = "a\nssh h 'x; rm -rf /'\n";
  const Model model = lower(text);
  ASSERT_EQ(model.operations.size(), 1U);
  const ByteRange bytes = model.operations[0].region.bytes;
  EXPECT_EQ(text.substr(bytes.begin, bytes.size()), "rm -rf /");
}

}  // namespace
}  // namespace redtag
