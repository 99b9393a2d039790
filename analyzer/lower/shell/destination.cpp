#include "lower/shell/destination.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/vocabulary.h"
#include "stack/commands.h"

namespace redtag::shell {

namespace {

constexpr std::string_view file_mark = "around: variables of ";
constexpr std::size_t most_signs = 64;     // of one operation
constexpr std::size_t longest_shown = 80;  // of a host in a sentence
constexpr std::size_t longest_address = 2048;

bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_name_byte(char c) { return is_word_byte(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

/// What the words of a name say: `pg-prod-1`, `orders_test`. What stands before a hyphen may turn the meaning round.
Destination named_in(std::string_view text) {
  const std::string plain = lower_ascii(text.substr(0, longest_address));
  Destination found = Destination::Unknown;
  std::string_view before;
  for (std::size_t at = 0; at < plain.size();) {
    if (!is_word_byte(plain[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < plain.size() && is_word_byte(plain[end])) ++end;
    std::string_view word = std::string_view(plain).substr(at, end - at);
    at = end;
    const bool turned = before == "non" || before == "pre" || before == "not";
    before = word;
    while (!word.empty() && word.back() >= '0' && word.back() <= '9') word.remove_suffix(1);  // `prod2`
    if (is_listed(List::ProductionWord, word)) {
      if (!turned) return Destination::Production;
      found = Destination::Test;
    } else if (is_listed(List::TestWord, word)) {
      found = Destination::Test;
    }
  }
  return found;
}

bool is_nearby_host(std::string_view host) {
  return host.empty() || host.starts_with("127.") || host.ends_with(".localhost") || is_listed(List::NearbyHost, host);
}

struct Parts {
  std::string host;
  std::string database;
  bool file = false;  ///< the database is a file
};

/// The part of a connection's words that follows a key: `host=db1 dbname=shop`, `;databaseName=shop`.
std::string_view keyed(std::string_view text, std::initializer_list<std::string_view> keys) {
  const std::string plain = lower_ascii(text);
  for (const std::string_view key : keys) {
    for (std::size_t at = plain.find(key); at != std::string::npos; at = plain.find(key, at + 1)) {
      const std::size_t sign = at + key.size();
      const bool alone = at == 0 || !is_word_byte(plain[at - 1]);
      if (!alone || sign >= plain.size() || plain[sign] != '=') continue;
      const std::string_view rest = text.substr(sign + 1);
      return rest.substr(0, rest.find_first_of(" ;&"));
    }
  }
  return {};
}

Parts parts_of(std::string_view address) {
  Parts parts;
  address = trim(address.substr(0, longest_address));
  if (address.starts_with("jdbc:")) address.remove_prefix(5);
  const std::size_t scheme = address.find("://");
  const std::string kind = lower_ascii(address.substr(0, std::min(scheme, address.find(':'))));
  if (kind == "file" || kind.starts_with("sqlite") || address == ":memory:") {
    parts.file = true;
    return parts;
  }
  parts.database = std::string(keyed(address, {"databasename", "dbname", "database", "initial catalog"}));
  if (scheme == std::string_view::npos && address.find('@') == std::string_view::npos) {
    const std::string_view host = keyed(address, {"host", "server", "data source", "hostaddr"});
    parts.host = std::string(host.empty() ? address : host);
  } else {
    std::string_view rest = scheme == std::string_view::npos ? address : address.substr(scheme + 3);
    const std::size_t end = rest.find_first_of("/?;");
    std::string_view authority = rest.substr(0, end);
    if (end != std::string_view::npos && rest[end] == '/' && parts.database.empty())
      parts.database = std::string(rest.substr(end + 1, rest.find_first_of("?;", end) - end - 1));
    if (authority.find('@') != std::string_view::npos) authority = authority.substr(authority.rfind('@') + 1);
    if (authority.starts_with("tcp(")) authority = authority.substr(4, authority.find(')') - 4);
    if (authority.starts_with("unix(")) authority = {};
    parts.host = std::string(authority);
  }
  std::string& host = parts.host;
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else if (const std::size_t colon = host.find(':');
             colon != std::string::npos && host.find(':', colon + 1) == std::string::npos) {
    host.resize(colon);
  }
  if (host.starts_with('/')) host.clear();  // the socket of this machine
  host = lower_ascii(host);
  return parts;
}

Destination where_is(const Parts& parts) {
  if (parts.file || is_nearby_host(parts.host)) return Destination::Nearby;
  const Destination named = named_in(parts.host);
  if (named != Destination::Unknown) return named;
  if (parts.host.find('.') == std::string::npos && parts.host.find(':') == std::string::npos)
    return Destination::Beside;
  const Destination database = named_in(parts.database);
  return database == Destination::Unknown ? Destination::Elsewhere : database;
}

/// `${{ secrets.X }}`, `$X`, `{{ x }}`: what stands there is known by its name alone.
bool is_hole(std::string_view value) { return value.find_first_of("${") != std::string_view::npos; }

enum class Role : std::uint8_t { None, Address, Environment, Name };

Role role_of(std::string_view name) {
  const std::string plain = lower_ascii(name);
  const auto any = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return plain.find(word) != std::string::npos; });
  };
  if (any({"url", "uri", "dsn", "host", "addr", "endpoint", "connection", "dbstring", "server"}))
    return any({"user", "port", "schema"}) ? Role::None : Role::Address;
  if (plain.ends_with("env") || any({"environment", "settings_module", "profile", "stage", "pgservice"}))
    return Role::Environment;
  if (any({"database", "db_name", "dbname", "pgdatabase"}) || plain.ends_with("_db")) return Role::Name;
  return Role::None;
}

std::string shown(std::string_view name, const Parts& parts) {
  std::string text(name);
  if (!parts.host.empty()) text += (text.empty() ? "" : "=") + shortened(parts.host, longest_shown);
  return text;
}

/// Where several words of one kind differ, the one that matters most counts.
struct Signs {
  std::array<std::optional<Sign>, 4> kinds;

  void add(Sign sign) {
    if (sign.where == Destination::Unknown) return;
    std::optional<Sign>& known = kinds[static_cast<std::size_t>(sign.kind)];
    if (!known || known->where < sign.where) known = std::move(sign);
  }
  [[nodiscard]] const std::optional<Sign>& of(Sign::Kind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
};

/// An address decides; where it is only some host, the other words say what for.
std::optional<Sign> verdict(const Signs& signs) {
  const auto& address = signs.of(Sign::Kind::Address);
  if (address && address->where != Destination::Elsewhere) return address;
  for (const Sign::Kind kind : {Sign::Kind::Environment, Sign::Kind::File, Sign::Kind::Name}) {
    const auto& sign = signs.of(kind);
    const bool local = sign && address && sign->where == Destination::Nearby;
    if (sign && !local) return sign;
  }
  return address;
}

/// The names that a text calls variables by: `$X`, `${X:-y}`.
std::vector<std::string_view> variables_in(std::string_view text) {
  std::vector<std::string_view> names;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    std::size_t begin = at + 1;
    if (begin < text.size() && text[begin] == '{') ++begin;
    std::size_t end = begin;
    while (end < text.size() && is_name_byte(text[end])) ++end;
    if (end > begin && names.size() < most_signs) names.push_back(text.substr(begin, end - begin));
  }
  return names;
}

class Judge {
 public:
  Judge(const Operation& operation, const SharedValues& values, const FactTables& facts)
      : operation_(operation), values_(values), facts_(facts) {}

  std::optional<Value> run() {
    read_words();
    if (!direct_) read_variables();
    for (const std::string_view file : loaded_files(operation_)) signs_.add(sign_of_file(file));
    const std::optional<Sign> found = verdict(signs_);
    if (!found) return std::nullopt;
    return reaches(found->where, found->because);
  }

 private:
  /// A word in the place of an address: what it is, or the variables that it names.
  void read_address(std::string_view word) {
    std::string plain(word);
    std::erase_if(plain, [](char c) { return c == '"' || c == '\''; });
    const std::vector<std::string_view> names = variables_in(plain);
    if (names.empty()) {
      direct_ = true;
      return signs_.add(sign_of_address(plain));
    }
    for (const std::string_view name : names) {
      const Role role = role_of(name);
      const auto known = values_.find(name);
      if (known != values_.end() && known->second) {
        direct_ = true;
        // A variable in the place of an address holds one, whatever it is called.
        role == Role::Name || role == Role::Environment ? signs_.add(sign_of_variable(name, *known->second))
                                                        : signs_.add(address_in(name, *known->second));
      } else if (role != Role::None) {
        own_.insert(std::string(name));
        signs_.add({Sign::Kind::Name, named_in(name), "$" + std::string(name)});
      }
    }
  }

  static Sign address_in(std::string_view name, std::string_view value) {
    const Role role = role_of(name);
    if (role == Role::Address) return sign_of_variable(name, value);
    const bool address = value.find("://") != std::string_view::npos || value.find('.') != std::string_view::npos;
    if (!address) return {};
    Sign sign = sign_of_address(value);
    sign.because = shown(name, parts_of(value));
    return sign;
  }

  /// What the operation's own words say.
  void read_words() {
    static constexpr std::array hosts =
        std::to_array<std::string_view>({"-h", "--host", "--hostname", "-S", "--server", "--url", "--uri", "--dsn",
                                         "--endpoint", "--endpoints", "-u", "--http-addr", "--database-url", "-url"});
    static constexpr std::array environments =
        std::to_array<std::string_view>({"--env", "--environment", "-e", "--settings", "--profile"});
    static constexpr std::array databases = std::to_array<std::string_view>({"-d", "--dbname", "--database", "-D"});
    std::string_view option;
    const auto among = [&](const auto& list) { return std::find(list.begin(), list.end(), option) != list.end(); };
    for (const Value& argument : operation_.arguments) {
      std::string_view text = argument.text;
      if (is_surrounding(argument) || text.starts_with("with ") || text.starts_with("where ") || is_said_as(argument))
        continue;
      const bool at = text.starts_with("at ");
      if (at) {
        text.remove_prefix(3);
        option = {};
        if (const std::size_t blank = text.find(' '); text.starts_with('-') && blank != std::string_view::npos) {
          option = text.substr(0, blank);
          text = text.substr(blank + 1);
        }
      } else if (text.starts_with('-')) {
        const std::size_t sign = text.find('=');
        option = text.substr(0, sign);
        if (sign == std::string_view::npos) continue;
        text = text.substr(sign + 1);
      }
      const bool url = text.find("://") != std::string_view::npos || text.starts_with("jdbc:");
      if (url || among(hosts)) {
        read_address(text);
      } else if (among(environments)) {
        signs_.add({Sign::Kind::Environment, named_in(text), std::string(text)});
      } else if (among(databases) || at) {
        const std::vector<std::string_view> names = variables_in(text);
        names.empty() ? signs_.add({Sign::Kind::Name, named_in(text), std::string(text)}) : read_address(text);
      } else if (text.starts_with('$') && role_of(text.substr(1)) == Role::Address) {
        read_address(text);
      }
      option = {};
    }
  }

  /// What variables say that its program reads by itself, or that its words name.
  void read_variables() {
    std::set<std::string_view> read;
    for (const FactRowView& row : facts_.rows("shell", operation_.program, "aimed-by")) {
      if (row.path.starts_with('$')) read.insert(row.path.substr(1));
    }
    const bool client = operation_.stack == Stack::Sql || read.empty();
    const std::vector<FactRowView> general = facts_.rows("ci", "database-variable");
    const auto counts = [&](std::string_view name) {
      if (!own_.empty() && own_.count(name) == 0 && role_of(name) == Role::Address) return false;
      if (read.count(name) > 0 || own_.count(name) > 0) return true;
      return client && role_of(name) == Role::Address &&
             std::any_of(general.begin(), general.end(),
                         [&](const FactRowView& row) { return glob_match(row.path, name); });
    };
    for (const auto& [name, value] : values_) {
      if (value && counts(name)) signs_.add(sign_of_variable(name, *value));
    }
    for (const Value& argument : operation_.arguments) {
      std::string_view text = argument.text;
      for (const std::string_view mark : {surrounding_mark, std::string_view("with "), std::string_view("where ")}) {
        if (!text.starts_with(mark)) continue;
        text.remove_prefix(mark.size());
        const std::size_t sign = text.find('=');
        if (sign == std::string_view::npos) break;
        const std::string_view name = text.substr(0, sign);
        const bool environment = name == "environment" && mark == surrounding_mark;  // of a job
        if (environment || counts(name)) signs_.add(sign_of_variable(name, text.substr(sign + 1)));
        break;
      }
    }
  }

  const Operation& operation_;
  const SharedValues& values_;
  const FactTables& facts_;
  Signs signs_;
  bool direct_ = false;                     ///< its words say the address
  std::set<std::string, std::less<>> own_;  ///< variables that its words name
};

/// What has an address at all, and loses what is kept there.
bool has_destination(const Operation& operation) {
  const bool harm = operation.verb == Verb::Destroy || operation.verb == Verb::Empty ||
                    operation.verb == Verb::Delete || operation.verb == Verb::Overwrite ||
                    operation.verb == Verb::Rewrite || operation.verb == Verb::Narrow;
  return harm && (operation.stack == Stack::Sql || operation.object == "database" || operation.object == "queue");
}

}  // namespace

Sign sign_of_address(std::string_view address) {
  if (is_hole(address)) return {Sign::Kind::Address, named_in(address), std::string(address.substr(0, longest_shown))};
  const Parts parts = parts_of(address);
  return {Sign::Kind::Address, where_is(parts), parts.file ? "a file" : shown({}, parts)};
}

Sign sign_of_variable(std::string_view name, std::string_view value) {
  const Role role = role_of(name);
  if (role == Role::None || value.empty()) return {};
  if (role == Role::Environment)
    return {Sign::Kind::Environment, named_in(value), std::string(name) + "=" + shortened(value, longest_shown)};
  if (role == Role::Name)
    return {Sign::Kind::Name, named_in(value), std::string(name) + "=" + shortened(value, longest_shown)};
  if (is_hole(value)) {
    const Destination named = std::max(named_in(value), named_in(name));
    return {Sign::Kind::Address, std::max(named, Destination::Elsewhere), std::string(name)};
  }
  const Parts parts = parts_of(value);
  Destination where = where_is(parts);
  if (where == Destination::Elsewhere) where = std::max(named_in(name), where);
  return {Sign::Kind::Address, where, shown(name, parts)};
}

Sign sign_of_file(std::string_view path) {
  const std::string_view name = base_name(path);
  Destination where = named_in(name);
  if (where == Destination::Unknown && is_nearby_host(name.starts_with(".env.") ? name.substr(5) : name))
    where = Destination::Nearby;
  return {Sign::Kind::File, where, std::string(name)};
}

Value loads_file(std::string_view path) { return known_string(std::string(file_mark) + std::string(path)); }

std::vector<std::string_view> loaded_files(const Operation& operation) {
  std::vector<std::string_view> files;
  for (const Value& argument : operation.arguments) {
    const std::string_view text = argument.text;
    if (text.starts_with(file_mark)) files.push_back(text.substr(file_mark.size()));
  }
  return files;
}

bool names_variables(std::string_view word) {
  return word.find_first_of(" \t\"'`;|&<>()") == std::string_view::npos && word.size() < 256 &&
         command_file(word, {}) == CommandFile::Environment;
}

std::vector<std::string> variable_files_in(std::string_view text) {
  constexpr std::string_view dividers = " \t\n\"'`;|&<>()$";
  std::vector<std::string> files;
  for (std::size_t at = text.find_first_not_of(dividers); at < text.size() && files.size() < 8;) {
    const std::size_t end = std::min(text.find_first_of(dividers, at), text.size());
    if (names_variables(text.substr(at, end - at))) files.emplace_back(text.substr(at, end - at));
    at = text.find_first_not_of(dividers, end);
  }
  return files;
}

std::optional<Value> destination_of(const Operation& operation, const SharedValues& values, const FactTables& facts) {
  if (!has_destination(operation) || !reach_of(operation).because.empty()) return std::nullopt;
  return Judge(operation, values, facts).run();
}

}  // namespace redtag::shell
