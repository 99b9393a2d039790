#include <gtest/gtest.h>

#include "report/report.h"
#include "sample.h"

namespace redtag {
namespace {

TEST(Text, SaysNothingFoundInALine) {
  Review review;
  sample::add(review, sample::file("a.tf", {"+a"}));
  EXPECT_EQ(write_report(Format::Text, review, {}),
            "Nothing found.\n\nLooked at 1 changed file.\nProfile standard, no policy file.\n");
}

TEST(Text, PutsTheVerdictFirstAndHoldsBeforeNotes) {
  Review review;
  const FileId file = sample::add(review, sample::file("infra/main.tf", {" a", "-b", "+c"}));
  Finding note = sample::finding(sample::region(review, file, Side::After, "c"), Severity::Medium);
  note.entity = "aws_instance.web";
  note.says = "aws_instance.web will be destroyed";
  sample::judge_all(review,
                    {note, sample::finding(sample::region(review, file, Side::Before, "b"), Severity::Critical)});
  const JudgedFinding& hold = review.findings[1];
  const JudgedFinding& other = review.findings[0];
  EXPECT_EQ(write_report(Format::Text, review, {}),
            "HELD: 1 finding holds this change (1 critical); 1 note; blast radius " + std::to_string(review.score) +
                " of 100.\n"
                "\n"
                "  1 HOLD critical  aws_db_instance.orders\n"
                "    infra/main.tf:2 (before the change)\n"
                "    aws_db_instance.orders will be destroyed and created again: identifier cannot change in place.\n"
                "    Why            the new aws_db_instance starts empty; what the old one holds is deleted with it\n"
                "    Source         hashicorp/terraform-provider-aws@2f6e22c42759\n"
                "    Way back       none found\n"
                "    Instead        create the new one beside it, copy the data, move the readers, then remove the\n"
                "                   old one\n"
                "    Blast radius   " +
                std::to_string(hold.blast.score) + " of 100  " + hold.blast.vector +
                "\n"
                "    Rule           terraform/replace-stateful-resource\n"
                "    Fingerprint    " +
                hold.finding.fingerprint +
                "\n"
                "\n"
                "  2 note medium  aws_instance.web\n"
                "    infra/main.tf:2\n"
                "    aws_instance.web will be destroyed.\n"
                "    Way back       none found\n"
                "    As in 1        why, source, instead\n"
                "    Blast radius   " +
                std::to_string(other.blast.score) + " of 100  " + other.blast.vector +
                "\n"
                "    Rule           terraform/replace-stateful-resource\n"
                "    Fingerprint    " +
                other.finding.fingerprint +
                "\n"
                "\n"
                "Three ways past a hold\n"
                "  make it safe   do what stands under Instead; once the change no longer does this, the finding is\n"
                "                 gone\n"
                "  clear it       somebody whom the target's .redtag/people.yaml names, and who had no hand in it,\n"
                "                 reads it and signs:\n"
                "                 redtag clear " +
                hold.finding.fingerprint +
                "\n"
                "  teach it       if redtag should know better, say so once under `excludes` in .redtag.yaml on the\n"
                "                 target branch, with a reason and an end; it is read from there and never from the\n"
                "                 change:\n"
                "                 - {rule: terraform/replace-stateful-resource, entity: 'aws_db_instance.orders', reason: "
                "WHY, until: YYYY-MM-DD}\n"
                "\n"
                "Looked at 1 changed file.\n"
                "Profile standard, no policy file.\n");
}

TEST(Text, UsesColoursOnlyWhenAsked) {
  Review review;
  const FileId file = sample::add(review, sample::file("a.tf", {"+a"}));
  sample::judge_all(review, {sample::finding({file, Side::After, {0, 1}})});
  EXPECT_EQ(write_report(Format::Text, review, {Color::Never}).find('\x1b'), std::string::npos);
  EXPECT_NE(write_report(Format::Text, review, {Color::Always}).find("\x1b[1;31mHOLD high\x1b[0m"), std::string::npos);
}

TEST(Text, NeverCallsAnybodyHuman) {
  Review review;
  sample::add(review, sample::file("a.tf", {"+a"}));
  EXPECT_EQ(write_report(Format::Text, review, {}).find("uman"), std::string::npos);
  review.provenance.maker = Maker::Assisted;
  review.provenance.agents = {"claude-code"};
  review.provenance.evidence.push_back(
      {"trailer/claude-code", "claude-code", "0123456789abcdef", Maker::Assisted, MarkerStrength::Certain, "x"});
  EXPECT_NE(write_report(Format::Text, review, {})
                .find("Provenance assisted (claude-code): marker trailer/claude-code in commit 0123456789ab."),
            std::string::npos);
}

TEST(Formats, HaveNames) {
  for (const Format format : {Format::Text, Format::Sarif, Format::Github, Format::Json}) {
    EXPECT_EQ(format_from_name(format_name(format)), format);
  }
  EXPECT_EQ(format_from_name("html"), std::nullopt);
}

}  // namespace
}  // namespace redtag
