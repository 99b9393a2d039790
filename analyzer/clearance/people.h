// Who may clear, as the target's tip says it: `.redtag/people.yaml`, `.redtag/allowed_signers` and `.redtag/revoked`.
//
//   allowed_signers   OpenSSH's own file: principals, options (namespaces, valid-after, valid-before), a key; `ssh-keygen` reads it
//   people.yaml       which keys, addresses and logins are one and the same person, and the roles of that person
//   revoked           keys and clearances that count no more; or an OpenSSH revocation list
//
// Both lists must know a key: one says that it may sign, the other whose it is. Persons are counted, never keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/change.h"
#include "change/source_tree.h"

namespace redtag {

enum class PersonKind : std::uint8_t { Human, Bot };

struct Person {
  std::string name;                    ///< unique
  std::vector<std::string> keys;       ///< fingerprints, `SHA256:…`
  std::vector<std::string> addresses;  ///< lower case
  std::vector<std::string> logins;     ///< lower case
  std::vector<std::string> roles;
  PersonKind kind = PersonKind::Human;
  bool operator==(const Person&) const = default;
};

struct Signers {
  std::vector<Person> people;
  std::string allowed_signers;                  ///< the file's text, for ssh-keygen; empty for none
  std::vector<std::string> revoked_keys;        ///< fingerprints
  std::vector<std::string> revoked_statements;  ///< SHA-256 of statements, hexadecimal
  std::string revocation_list;                  ///< an OpenSSH KRL; empty for none

  [[nodiscard]] bool none() const { return people.empty() && allowed_signers.empty(); }
  /// The person who owns a key; nullptr for nobody.
  [[nodiscard]] const Person* owner(std::string_view key) const;
  /// The person with a login, without regard to case; nullptr for nobody.
  [[nodiscard]] const Person* with_login(std::string_view login) const;
};

inline constexpr std::string_view people_file = ".redtag/people.yaml";
inline constexpr std::string_view allowed_signers_file = ".redtag/allowed_signers";
inline constexpr std::string_view revoked_file = ".redtag/revoked";

/// Reads the people. Errors name line and expectation: unknown keys, a name, key, address or login of two persons, no key at all.
[[nodiscard]] Expected<std::vector<Person>> read_people(std::string_view text, std::string_view name);

/// Reads a list of revocations into `signers`. Errors name the line.
[[nodiscard]] Expected<void> read_revocations(std::string_view text, std::string_view name, Signers& signers);

/// All three files of a tree. A missing people.yaml names nobody.
[[nodiscard]] Expected<Signers> read_signers(SourceTree& target);

/// True if the person is a machine: said so, or named as machines are (`[bot]`, a known agent's name or address).
[[nodiscard]] bool is_machine(const Person& person);

/// How a person had a hand in a change: `author of 1234abcd5678`, `pushed it`; nullopt for not at all. Names, addresses and logins
/// are compared, without regard to case, with authors, committers and co-authors of every commit, and with `actors`.
[[nodiscard]] std::optional<std::string> hand_in(const Person& person, const ChangeSet& changes,
                                                 const std::vector<std::string>& actors);

}  // namespace redtag
