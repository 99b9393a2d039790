// Patches of other programs, and what mail and logs put around them.
#include <gtest/gtest.h>

#include <string>

#include "patch_summary.h"

namespace redtag {
namespace {

const std::string hunk = "@@ -1 +1 @@\n-1\n+2\n";

TEST(PatchForms, PlainUnifiedDiffs) {
  EXPECT_EQ(summary(read(
                "diff -ruN da/n db/n\n--- da/n\t1970-01-01 00:00:00.000000000 +0000\n+++ db/n\t2026-11-20 "
                "20:28:31.773053754 +0000\n@@ -0,0 +1 @@\n+n\n"
                "diff -ruN da/x db/x\n--- da/x\t2026-11-20 20:28:31.7 +0000\n+++ db/x\t2026-11-20 20:28:31.7 +0000\n" +
                hunk + "Binary files da/b and b and db/b and b differ\n")),
            "M b and b: binary '' | binary '' |\nA n: none '' | whole 'n/' | 1,0+1,1\nM x: partial 1-1 '1/' | partial "
            "1-1 '2/' | 1,1+1,1\n");
  EXPECT_EQ(read_file_change(
                "--- \"q d/f\"\t2026-11-20 20:28:31 +0000\n+++ \"q d/g\\\"\"\t2026-11-20 20:28:31 +0000\n" + hunk)
                .shown_path(),
            "q d/g\"");
  EXPECT_EQ(read_file_change("--- main.tf.orig\n+++ main.tf\n" + hunk).shown_path(), "main.tf");
  EXPECT_EQ(read_file_change("--- src/main.tf\n+++ src/main.tf\n" + hunk).shown_path(), "src/main.tf");
  EXPECT_EQ(read_file_change("--- a/src/main.tf\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n").before_path, "src/main.tf");
  EXPECT_EQ(read_file_change("--- /home/me/old/x\n+++ /home/me/new/x\n" + hunk).shown_path(), "x");
}

TEST(PatchForms, Mercurial) {
  const ChangeSet changes = read(
      "# HG changeset patch\n# User Ada <ada@example.org>\n# Date 0 0\n#      Thu Jan 01 00:00:00 1970 +0000\n"
      "# Node ID 3477cf67b1964e06dfcc2f6f2a5b05a8f2bd8643\n# Parent  "
      "658e528e6aac21264184b1f4f7d235a1c13536ca\ntwo\nbody\n\n"
      "diff -r 658e528e6aac -r 3477cf67b196 f x\n--- a/f x\tThu Jan 01 00:00:00 1970 +0000\n+++ b/f x\tThu Jan 01 "
      "00:00:00 1970 +0000\n" +
      hunk +
      "diff -r 658e528e6aac -r 3477cf67b196 g\n--- a/g\tThu Jan 01 00:00:00 1970 +0000\n+++ /dev/null\tThu Jan 01 "
      "00:00:00 1970 +0000\n@@ -1,1 +0,0 @@\n-x\n"
      "diff -r 658e528e6aac bin\nBinary file bin has changed\n");
  EXPECT_EQ(summary(changes),
            "M bin: binary '' | binary '' |\nM f x: partial 1-1 '1/' | partial 1-1 '2/' | 1,1+1,1\nD g: whole 'x/' | "
            "none '' | 1,1+1,0\n");
  const CommitRecord expected{
      "3477cf67b1964e06dfcc2f6f2a5b05a8f2bd8643", "Ada", "ada@example.org", "", "", "two\nbody", {"bin", "f x", "g"}};
  EXPECT_EQ(changes.commits, std::vector<CommitRecord>{expected});
  EXPECT_EQ(changes.messages, std::vector<std::string>{"two\nbody"});
  EXPECT_EQ(summary(read("diff --git a/g b/h\nrename from g\nrename to h\ndiff --git a/e b/e\nnew file mode 100644\n")),
            "A e: none '' | whole '' |\nR g > h: partial '' | partial '' |\n");
}

TEST(PatchForms, Subversion) {
  EXPECT_EQ(
      summary(read("Index: bin\n====\nCannot display: file marked as a binary type.\nsvn:mime-type = "
                   "application/octet-stream\n\n"
                   "Property changes on: bin\n____\nAdded: svn:mime-type\n## -0,0 +1 ##\n+application/octet-stream\n\\ "
                   "No newline at end of property\n"
                   "Index: dir/f\n====\n--- dir/f\t(revision 1)\n+++ dir/f\t(working copy)\n" +
                   hunk +
                   "\nProperty changes on: dir/f\n____\nAdded: p\n## -0,0 +1 ##\n+v\n\\ No newline at end of property\n"
                   "Index: new\n====\n--- new\t(nonexistent)\n+++ new\t(working copy)\n@@ -0,0 +1 @@\n+n\n\\ No "
                   "newline at end of file\n")),
      "M bin: binary '' | binary '' |\nM dir/f: partial 1-1 '1/' | partial 1-1 '2/' | 1,1+1,1\nA new: none '' | whole "
      "'n' | 1,0+1,1\n");
}

std::string mail(const std::string& id, const std::string& header, const std::string& body, const std::string& file) {
  return "From " + id + " Mon Sep 17 00:00:00 2001\n" + header + "\n" + body + "---\n " + file +
         " | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\ndiff --git a/" + file + " b/" + file +
         "\nindex 1111111..2222222 100644\n--- a/" + file + "\n+++ b/" + file + "\n" + hunk + "-- \n2.39.5\n\n";
}

TEST(PatchForms, SeveralMailsInAnMbox) {
  const std::string first(40, 'a'), second(40, 'b'), cover(40, '0');
  const ChangeSet changes = read("From " + cover +
                                 " Mon Sep 17 00:00:00 2001\nFrom: Ada <ada@example.org>\nSubject: [PATCH 0/2] The "
                                 "cover\n\n*** BLURB ***\n-- \n2.39.5\n\n" +
                                 mail(first,
                                      "From: =?UTF-8?q?Jos=C3=A9_=22X=22?= <jose@example.org>\nDate: Mon, 1 Jan 2024 "
                                      "00:00:00 +0000\nSubject: [PATCH 1/2] A long subject that\n goes on\n",
                                      "Body line.\n\nSigned-off-by: X <x@example.org>\n", "one") +
                                 mail(second,
                                      "From: \"Sender, A\" <sender@example.org>\nSubject: =?utf-8?B?w7ZrZXk=?= "
                                      "=?UTF-8?Q?_dok?=\nContent-Transfer-Encoding: 8bit\n",
                                      "From: Real Author <real@example.org>\n\nText\n", "two"));
  ASSERT_EQ(changes.commits.size(), 2U);
  const CommitRecord newest{second, "Real Author", "real@example.org", "", "", "\xc3\xb6key dok\n\nText", {"two"}};
  const CommitRecord oldest{first,
                            "Jos\xc3\xa9 \"X\"",
                            "jose@example.org",
                            "",
                            "",
                            "A long subject that goes on\n\nBody line.\n\nSigned-off-by: X <x@example.org>",
                            {"one"}};
  EXPECT_EQ(changes.commits, (std::vector<CommitRecord>{newest, oldest}));
  EXPECT_EQ(changes.messages, (std::vector<std::string>{newest.message, oldest.message, "The cover\n\n*** BLURB ***"}));
  EXPECT_EQ(changes.files.size(), 2U);
}

TEST(PatchForms, AMailThatWasSaved) {
  const ChangeSet changes = read(
      "Return-Path: <x@example.org>\nFrom: Ada <ada@example.org>\nSubject: Re: [PATCH] fix\n\nhello\n\n--- a/f\n+++ "
      "b/f\n" +
      hunk);
  ASSERT_EQ(changes.commits.size(), 1U);
  EXPECT_EQ(changes.commits[0].author_email, "ada@example.org");
  EXPECT_EQ(changes.commits[0].message, "Re: [PATCH] fix\n\nhello");
}

TEST(PatchForms, EncodedMailBodiesAreRefused) {
  EXPECT_EQ(
      error_of(
          "From: Ada <a@example.org>\nContent-Transfer-Encoding: Quoted-Printable\nSubject: x\n\n--- a/f\n+++ b/f\n" +
          hunk),
      "p:3: the mail's body is in quoted-printable; decode it first, for example with 'git mailinfo'");
}

TEST(PatchForms, TheLogOfSeveralCommits) {
  const std::string first(40, 'a'), second(40, 'b');
  const std::string diff = "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n" + hunk;
  const ChangeSet changes = read("commit " + second +
                                 " (HEAD -> main)\nMerge: 123 456\nAuthor:     Ada <ada@example.org>\nAuthorDate: "
                                 "x\nCommit:     Bob <bob@example.org>\nCommitDate: x\n\n"
                                 "    subject\n    \n    diff --git a/not b/not\n    @@ -1 +1 @@\n\ndiff --git a/g "
                                 "b/g\nold mode 100644\nnew mode 100755\n\n"
                                 "commit " +
                                 first + "\nAuthor: Ada <ada@example.org>\nDate:   x\n\n    older\n\n" + diff);
  ASSERT_EQ(changes.commits.size(), 2U);
  const CommitRecord newest{
      second, "Ada", "ada@example.org", "Bob", "bob@example.org", "subject\n\ndiff --git a/not b/not\n@@ -1 +1 @@",
      {"g"}};
  EXPECT_EQ(changes.commits[0], newest);
  EXPECT_EQ(changes.commits[1].id, first);
  EXPECT_EQ(changes.commits[1].paths, std::vector<Path>{"f"});
  EXPECT_EQ(changes.files.size(), 2U);
}

}  // namespace
}  // namespace redtag
