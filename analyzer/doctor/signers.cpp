#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "clearance/people.h"
#include "clearance/ssh_keys.h"
#include "doctor/parts.h"
#include "judge/policy.h"

namespace redtag {
namespace {

constexpr std::string_view policy_file = ".redtag.yaml";

/// True if a list of allowed signers has a key.
bool allows(std::string_view list, const std::string& key) {
  for (const std::string_view line : split(list, '\n')) {
    // A public key may stand behind principals and options, so every word may be its first.
    for (std::size_t at = 0; at != std::string_view::npos; at = line.find(' ', at + 1)) {
      if (fingerprint_of_public_key(line.substr(at)) == key) return true;
    }
  }
  return false;
}

constexpr std::size_t few_letters = 4;

/// How much of a pattern says something by itself.
std::size_t letters_of(std::string_view pattern) {
  return static_cast<std::size_t>(std::count_if(pattern.begin(), pattern.end(),
                                                [](char c) { return c != '*' && c != '?' && c != '.' && c != ':'; }));
}

void examine_policy(SourceTree& tree, std::vector<WayPast>& ways) {
  const auto text = tree.read(policy_file);
  if (!text) return;  // the defaults are sensible
  const Expected<Policy> policy = read_policy(*text, std::string(policy_file));
  if (!policy) {
    ways.push_back({std::string(policy_file), 0, "it cannot be read: " + policy.error().message,
                    "mend it; until then every check ends with status 2"});
    return;
  }
  if (policy->profile == Profile::Advise) {
    ways.push_back(
        {std::string(policy_file), 0, "the profile `advise` never holds anything", "set `profile: standard`"});
  }
  for (const Exclude& exclude : policy->excludes) {
    if (exclude.entity.empty() || letters_of(exclude.entity) >= few_letters) continue;
    ways.push_back({std::string(policy_file), exclude.line,
                    fmt::format("an exclude names its entities by '{}', which fits nearly all of them",
                                shortened(printable(exclude.entity), 60)),
                    "name what it is meant for"});
  }
  if (!policy->clearance.witnesses.empty()) {
    ways.push_back(
        {std::string(policy_file), 0,
         "a machine may sign what a reviewer is said to have approved on the host: whoever controls it clears "
         "everything",
         "leave `clearance.witnesses` empty unless that machine is guarded as well as the seniors' keys are"});
  }
}

void examine_people(const Signers& signers, std::vector<WayPast>& ways) {
  std::size_t able = 0;
  for (const Person& person : signers.people) {
    const bool allowed = std::any_of(person.keys.begin(), person.keys.end(),
                                     [&](const std::string& key) { return allows(signers.allowed_signers, key); });
    if (allowed && !person.roles.empty() && !is_machine(person)) ++able;
    if (person.roles.empty() || is_machine(person)) continue;
    if (person.addresses.empty()) {
      ways.push_back({std::string(people_file), 0,
                      fmt::format("'{}' has no address here: their own commits are not recognised as theirs",
                                  printable(person.name)),
                      "list every address that they commit with"});
    }
    if (!allowed) {
      ways.push_back(
          {std::string(allowed_signers_file), 0,
           fmt::format("no key of '{}' may sign: they have a role and cannot clear anything", printable(person.name)),
           "add a line with their key"});
    }
  }
  if (able == 0) {
    ways.push_back({std::string(people_file), 0,
                    "nobody can clear a finding: people will look for a way round the gate",
                    "name at least two persons with a role, and their keys in .redtag/allowed_signers"});
  } else if (able == 1) {
    ways.push_back({std::string(people_file), 0,
                    "one person only can clear: their own changes stand still, and emergencies need two",
                    "name a second one"});
  }
}

}  // namespace

void examine_signers(SourceTree& tree, std::vector<WayPast>& ways) {
  examine_policy(tree, ways);
  const Expected<Signers> signers = read_signers(tree);
  if (!signers) {
    ways.push_back(
        {std::string(people_file), 0, "who may clear cannot be read: " + signers.error().message, "mend it"});
    return;
  }
  examine_people(*signers, ways);
}

}  // namespace redtag
