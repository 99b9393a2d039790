#include "clearance/people.h"

#include <gtest/gtest.h>

#include "clearance/ssh_keys.h"
#include "clearance/verify.h"

namespace redtag {
namespace {

constexpr const char* key_line =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f comment";

std::string error_of(const std::string& text) {
  const auto people = read_people(text, "people.yaml");
  return people ? "" : people.error().message;
}

TEST(SshKeys, NamesAKeyAsOpenSshDoes) {
  const auto name = fingerprint_of_public_key(key_line);
  ASSERT_TRUE(name);
  EXPECT_TRUE(is_key_fingerprint(*name));
  // A type that says other than what is in the key, a certificate, a cut key.
  EXPECT_FALSE(
      fingerprint_of_public_key("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"));
  EXPECT_FALSE(fingerprint_of_public_key("ssh-ed25519 AAAA"));
  EXPECT_FALSE(fingerprint_of_public_key("ssh-ed25519"));
  EXPECT_FALSE(is_key_fingerprint("SHA256:short"));
  EXPECT_FALSE(fingerprint_of_signature("-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n"));
}

TEST(People, AreReadWithTheirKeys) {
  const auto people = read_people(std::string("people:\n  - name: Sam\n    keys: [\"") + key_line +
                                      "\"]\n    addresses: Sam@Example.com\n    logins: [SAM]\n    roles: senior\n",
                                  "people.yaml");
  ASSERT_TRUE(people) << people.error().message;
  const Person& sam = people->at(0);
  EXPECT_EQ(sam.keys.at(0), *fingerprint_of_public_key(key_line));
  EXPECT_EQ(sam.addresses.at(0), "sam@example.com");
  EXPECT_EQ(sam.logins.at(0), "sam");
  EXPECT_EQ(sam.kind, PersonKind::Human);
}

TEST(People, AreRefusedWithAPlace) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_TRUE(error_of("persons: []\n").starts_with("people.yaml:1: expected one key, `people`"));
  EXPECT_TRUE(error_of("people:\n  - keys: []\n").starts_with("people.yaml:2: a person must have a `name`"));
  EXPECT_TRUE(
      error_of("people:\n  - name: a\n    role: senior\n").starts_with("people.yaml:3: unknown key; a person has"));
  EXPECT_TRUE(
      error_of("people:\n  - name: a\n    keys: [x]\n").starts_with("people.yaml:3: an entry of `keys` is no key"));
  EXPECT_TRUE(error_of("people:\n  - name: a\n    bot: maybe\n").starts_with("people.yaml:3: `bot` must be"));
  EXPECT_TRUE(error_of("people:\n  - name: a\n    logins: [x]\n  - name: b\n    logins: [X]\n")
                  .starts_with("people.yaml:4: a login of this person is listed already in line 2"));
  EXPECT_TRUE(error_of("people:\n  - name: a\n  - name: A\n")
                  .starts_with("people.yaml:3: a name of this person is listed already in line 2"));
}

TEST(Revocations, KnowKeysAndClearances) {
  Signers signers;
  const std::string digest(64, 'a');
  ASSERT_TRUE(
      read_revocations(std::string("# gone\n") + key_line + "\n\nsha256:" + digest + "  # why\n", "revoked", signers));
  EXPECT_EQ(signers.revoked_keys.size(), 1U);
  EXPECT_EQ(signers.revoked_statements.at(0), digest);
  const auto wrong = read_revocations("\nnonsense\n", "revoked", signers);
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.starts_with("revoked:2:"));
}

TEST(Machines, AreKnownByListAndByShape) {
  const auto named = [](const char* name, const char* address, const char* login) {
    Person person;
    person.name = name;
    if (*address != '\0') person.addresses.emplace_back(address);
    if (*login != '\0') person.logins.emplace_back(login);
    return person;
  };
  EXPECT_FALSE(is_machine(named("Sam", "sam@example.com", "sam")));
  EXPECT_FALSE(is_machine(named("Abbot", "abbot@example.com", "abbot")));
  EXPECT_TRUE(is_machine(named("renovate[bot]", "", "")));
  EXPECT_TRUE(is_machine(named("Deploy", "", "deploy-bot")));
  EXPECT_TRUE(is_machine(named("Dep", "49699333+dependabot[bot]@users.noreply.github.com", "")));
  EXPECT_TRUE(is_machine(named("Helper", "noreply@aider.chat", "")));
}

TEST(Identity, IsTheSameForAllAddressesOfARepository) {
  for (const char* address : {"https://github.com/acme/shop.git", "https://github.com/acme/shop/",
                              "git@github.com:acme/shop.git", "ssh://git@GitHub.com:22/acme/shop",
                              "https://user:secret@github.com/acme/shop.git", "git://github.com//acme/shop"}) {
    EXPECT_EQ(repository_identity(address), "github.com/acme/shop") << address;
  }
  for (const char* address :
       {"", "/srv/shop.git", "../shop", "file:///srv/shop.git", "./a:b/c", "https://github.com"}) {
    EXPECT_EQ(repository_identity(address), "") << address;
  }
}

TEST(Target, IsTheBranchThatANameFollows) {
  EXPECT_EQ(target_ref("main"), "refs/heads/main");
  EXPECT_EQ(target_ref("refs/heads/a/b"), "refs/heads/a/b");
  EXPECT_EQ(target_ref("refs/remotes/origin/a/b"), "refs/heads/a/b");
  EXPECT_EQ(target_ref(""), "");
}

TEST(Hands, AreSeenInEveryTrailerThatSaysSo) {
  Person ada;
  ada.name = "Ada Lovelace";
  ada.addresses = {"ada@example.com"};
  ada.logins = {"ada"};
  const auto hand = [&](const std::string& message) {
    ChangeSet changes;
    CommitRecord commit;
    commit.author_name = commit.committer_name = "x";
    commit.author_email = commit.committer_email = "x@y";
    commit.message = "work\n\n" + message + "\n";
    changes.commits.push_back(commit);
    return hand_in(ada, changes, {}).has_value();
  };
  for (const char* message :
       {"Co-authored-by: Ada <ada@example.com>", "Co-authored-by : A <Ada+x@example.com>",
        "Co-authored-by: X <x@y>, Ada <ada@example.com>", "Co-authored-by: X <x@y> and A <ada@example.com>",
        "Co-authored-by: X <x@y> A <ada@example.com>", "Signed-off-by: Ada Lovelace <a@b>",
        "co-developed-by: <ada@example.com>", "Requested-by: ada", "Prompted-by: @ada", "On-behalf-of: @ada <a@b>",
        "  Pair-Programmed-With:\tada@example.com", "Co-authored-by: x; Ada Lovelace"}) {
    EXPECT_TRUE(hand(message)) << message;
  }
  for (const char* message : {"Reviewed-by: Ada <ada@example.com>", "thanks to ada",
                              "Co-authored-by: Adam <adam@example.com>", "See https://x.org: ada"}) {
    EXPECT_FALSE(hand(message)) << message;
  }
}

TEST(People, AreNotQuotedInFaults) {
  for (const char* text : {"people:\n  - name: a\n    addresses: [s@x.y]\n  - name: b\n    addresses: [s@x.y]\n",
                           "people:\n  - name: a\n    s@x.y: 1\n", "people:\n  - name: s@x.y\n  - name: s@x.y\n",
                           "people:\n  - name: a\n    keys: [s@x.y]\n", "people:\n  - s@x.y\n", "s@x.y: 1\n",
                           "people:\n  - name: a\n    addresses: {s@x.y: 1}\n"}) {
    EXPECT_NE(error_of(text), "") << text;
    EXPECT_EQ(error_of(text).find('@'), std::string::npos) << error_of(text);
  }
}

}  // namespace
}  // namespace redtag
