#include "clearance/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "clearance/ssh_keys.h"
#include "document/document.h"

namespace redtag {
namespace {

using document::Node;
using document::NodeType;

constexpr std::size_t file_limit = std::size_t{4} << 20;
constexpr std::size_t people_limit = 20'000;

tl::unexpected<Error> expected_at(std::string_view file, std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::Input, fmt::format("{}:{}: {}", file, line, what));
}

/// A list of texts, or one text.
Expected<std::vector<std::string>> texts_of(const Node& value, std::string_view key, std::string_view file) {
  std::vector<std::string> texts;
  const auto take = [&](const Node& node) {
    if (node.type != NodeType::String || trim(node.text).empty()) return false;
    texts.emplace_back(trim(node.text));
    return true;
  };
  bool good = value.type == NodeType::Sequence || take(value);
  for (const Node& item : value.items) good = good && take(item);
  if (!good) return expected_at(file, value.line, fmt::format("`{}` must be a text or a list of texts", key));
  return texts;
}

/// `SHA256:…`, or a public key as `ssh-keygen` prints it.
Expected<std::vector<std::string>> keys_of(const Node& value, std::string_view file) {
  RT_TRY(std::vector<std::string> keys, texts_of(value, "keys", file));
  for (std::string& key : keys) {
    if (is_key_fingerprint(key)) continue;
    const auto fingerprint = fingerprint_of_public_key(key);
    if (!fingerprint) {
      return expected_at(file, value.line,
                         "an entry of `keys` is no key: expected SHA256:… (`ssh-keygen -lf KEY.pub`) or a public key; "
                         "certificates do not count");
    }
    key = *fingerprint;
  }
  return keys;
}

std::vector<std::string> lowered(std::vector<std::string> texts) {
  for (std::string& text : texts) text = lower_ascii(text);
  return texts;
}

Expected<void> read_member(const document::Member& member, std::string_view file, Person& person) {
  const Node& value = member.value;
  if (member.key == "name") {
    if (value.type != NodeType::String) return expected_at(file, value.line, "`name` must be a text");
    person.name = std::string(trim(value.text));
  } else if (member.key == "keys") {
    RT_TRY(person.keys, keys_of(value, file));
  } else if (member.key == "addresses") {
    RT_TRY(std::vector<std::string> texts, texts_of(value, member.key, file));
    person.addresses = lowered(std::move(texts));
  } else if (member.key == "logins") {
    RT_TRY(std::vector<std::string> texts, texts_of(value, member.key, file));
    person.logins = lowered(std::move(texts));
  } else if (member.key == "roles") {
    RT_TRY(person.roles, texts_of(value, member.key, file));
  } else if (member.key == "bot") {
    if (value.type != NodeType::Bool) return expected_at(file, value.line, "`bot` must be true or false");
    person.kind = value.text == "true" ? PersonKind::Bot : PersonKind::Human;
  } else {
    return expected_at(file, member.line,
                       "unknown key; a person has `name`, `keys`, `addresses`, `logins`, `roles` and `bot`");
  }
  return {};
}

Expected<Person> read_person(const Node& node, std::string_view file) {
  if (node.type != NodeType::Mapping) return expected_at(file, node.line, "a person must be a mapping with a `name`");
  Person person;
  for (const document::Member& member : node.members) RT_TRY(read_member(member, file, person));
  if (person.name.empty()) return expected_at(file, node.line, "a person must have a `name`");
  return person;
}

/// What must be one person's only. Two owners of one key would let one person count twice. Its errors name lines and no person:
/// they are quoted in reports, and reports are read by more people than the list is.
class Owners {
 public:
  Expected<void> add(const Person& person, std::uint32_t line, std::string_view file) {
    RT_TRY(add("name", {lower_ascii(person.name)}, line, file));
    RT_TRY(add("key", person.keys, line, file));
    RT_TRY(add("address", person.addresses, line, file));
    return add("login", person.logins, line, file);
  }

 private:
  Expected<void> add(std::string_view kind, const std::vector<std::string>& texts, std::uint32_t line,
                     std::string_view file) {
    for (const std::string& text : texts) {
      const auto [entry, fresh] = of_.emplace(fmt::format("{} {}", kind, text), line);
      if (fresh) continue;
      return expected_at(file, line,
                         fmt::format("a {} of this person is listed already in line {}", kind, entry->second));
    }
    return {};
  }

  std::map<std::string, std::uint32_t> of_;
};

Expected<std::string> small_file(SourceTree& tree, std::string_view path) {
  const auto text = tree.read(path);
  if (!text) return std::string();
  if (text->size() > file_limit) return fail(ErrorCode::Limit, fmt::format("{} is larger than the limit", path));
  return *text;
}

}  // namespace

const Person* Signers::owner(std::string_view key) const {
  for (const Person& person : people) {
    if (std::find(person.keys.begin(), person.keys.end(), key) != person.keys.end()) return &person;
  }
  return nullptr;
}

const Person* Signers::with_login(std::string_view login) const {
  const std::string wanted = lower_ascii(login);
  for (const Person& person : people) {
    if (std::find(person.logins.begin(), person.logins.end(), wanted) != person.logins.end()) return &person;
  }
  return nullptr;
}

Expected<std::vector<Person>> read_people(std::string_view text, std::string_view name) {
  RT_TRY(const Node root, document::parse_yaml(text, name));
  if (root.type == NodeType::Null) return std::vector<Person>();
  const Node* list = root.find("people");
  if (root.type != NodeType::Mapping || root.members.size() != 1 || list == nullptr ||
      list->type != NodeType::Sequence) {
    return expected_at(name, root.line, "expected one key, `people`, with a list of persons");
  }
  if (list->items.size() > people_limit) return expected_at(name, list->line, "more persons than the limit");
  std::vector<Person> people;
  Owners owners;
  for (const Node& item : list->items) {
    RT_TRY(Person person, read_person(item, name));
    RT_TRY(owners.add(person, item.line, name));
    people.push_back(std::move(person));
  }
  return people;
}

Expected<void> read_revocations(std::string_view text, std::string_view name, Signers& signers) {
  if (text.starts_with("SSHKRL\n")) {
    signers.revocation_list = std::string(text);
    return {};
  }
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw.substr(0, raw.find('#')));
    if (line.empty()) continue;
    constexpr std::string_view statement = "sha256:";
    if (is_key_fingerprint(line)) {
      signers.revoked_keys.emplace_back(line);
    } else if (const auto key = fingerprint_of_public_key(line)) {
      signers.revoked_keys.push_back(*key);
    } else if (line.starts_with(statement) && line.size() == statement.size() + 64 &&
               line.find_first_not_of("0123456789abcdef", statement.size()) == std::string_view::npos) {
      signers.revoked_statements.emplace_back(line.substr(statement.size()));
    } else {
      return expected_at(name, number, "expected SHA256:… of a key, a public key, or sha256:… of a clearance");
    }
  }
  return {};
}

Expected<Signers> read_signers(SourceTree& target) {
  Signers signers;
  RT_TRY(const std::string people, small_file(target, people_file));
  RT_TRY(signers.people, read_people(people, people_file));
  RT_TRY(signers.allowed_signers, small_file(target, allowed_signers_file));
  RT_TRY(const std::string revoked, small_file(target, revoked_file));
  RT_TRY(read_revocations(revoked, revoked_file, signers));
  return signers;
}

}  // namespace redtag
