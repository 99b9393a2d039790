#include "lower/sql/migration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace redtag::sql {

namespace {

/// Two endings (or whole names) of one pair.
struct Ending {
  std::string_view up;
  std::string_view down;
  bool whole_name;  ///< the file is called just that
  bool by_tool;
  bool transaction;
};
constexpr std::array endings = std::to_array<Ending>({
    {".up.sql", ".down.sql", false, true, true},    // golang-migrate, sqlx, bun
    {".do.sql", ".undo.sql", false, true, false},   // postgrator
    {"up.sql", "down.sql", true, true, true},       // diesel, hasura
    {"-up.sql", "-down.sql", false, false, false},  // db-migrate
    {"_up.sql", "_down.sql", false, false, false},
    {"_upgrade.sql", "_downgrade.sql", false, false, false},
    {".upgrade.sql", ".downgrade.sql", false, false, false},
    {"_deploy.sql", "_rollback.sql", false, false, false},
    {".sql", "_rollback.sql", false, false, false},
    {".sql", ".rollback.sql", false, false, false},
    {".sql", "_undo.sql", false, false, false},
    {"upgrade.sql", "downgrade.sql", true, false, false},
    {"install.sql", "uninstall.sql", true, false, false},
    {"migrate.sql", "rollback.sql", true, false, false},
});

/// Two folders of one pair.
struct Folders {
  std::string_view up;
  std::string_view down;
  bool by_tool;
};
constexpr std::array folders = std::to_array<Folders>({
    {"deploy", "revert", false},  // sqitch
    {"up", "down", false},
    {"upgrade", "downgrade", false},
    {"migrations", "rollback", false},
    {"migrations", "rollbacks", false},
    {"migration", "rollback", false},
    {"do", "undo", false},
});

bool matches(std::string_view name, std::string_view ending, bool whole_name) {
  return whole_name ? name == ending : name.size() > ending.size() && name.ends_with(ending);
}

std::optional<Pairing> by_ending(std::string_view directory, std::string_view name, std::string_view lower) {
  for (const Ending& ending : endings) {
    for (const Direction direction : {Direction::Down, Direction::Up}) {
      const std::string_view mine = direction == Direction::Up ? ending.up : ending.down;
      const std::string_view other = direction == Direction::Up ? ending.down : ending.up;
      if (mine == ".sql" || !matches(lower, mine, ending.whole_name)) continue;
      Pairing pairing;
      pairing.direction = direction;
      pairing.partners = {std::string(directory) + std::string(name.substr(0, name.size() - mine.size())) +
                          std::string(other)};
      pairing.by_tool = ending.by_tool;
      pairing.reverse_expected = direction == Direction::Up && ending.by_tool;
      pairing.runs_in_transaction = ending.transaction;
      pairing.one_way = ending.by_tool;
      return pairing;
    }
  }
  return std::nullopt;
}

std::optional<Pairing> by_folder(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  for (std::size_t i = parts.size(); i-- > 1;) {
    const std::string part = lower_ascii(parts[i - 1]);
    for (const Folders& pair : folders) {
      const bool down = part == pair.down;
      if (!down) continue;
      std::string partner;
      for (std::size_t k = 0; k < parts.size(); ++k) {
        if (k > 0) partner += '/';
        partner += k == i - 1 ? pair.up : parts[k];
      }
      Pairing pairing;
      pairing.direction = Direction::Down;
      pairing.partners = {std::move(partner)};
      pairing.by_tool = pair.by_tool;
      return pairing;
    }
  }
  return std::nullopt;
}

/// Flyway: V2__title.sql runs, U2__title.sql takes it back, R__title.sql runs whenever it changes.
std::optional<Pairing> by_flyway(std::string_view directory, std::string_view name) {
  const std::size_t title = name.find("__");
  if (title == std::string_view::npos || title < 1) return std::nullopt;
  const char kind = name[0];
  const bool numbered =
      title > 1 && name.substr(1, title - 1).find_first_not_of("0123456789._") == std::string_view::npos;
  Pairing pairing;
  pairing.runs_in_transaction = pairing.one_way = true;
  if (kind == 'R' && title == 1) {
    pairing.repeats = true;
    return pairing;
  }
  if (!numbered || (kind != 'V' && kind != 'U' && kind != 'B')) return std::nullopt;
  pairing.direction = kind == 'U' ? Direction::Down : Direction::Up;
  if (kind != 'B')
    pairing.partners = {std::string(directory) + (kind == 'U' ? 'V' : 'U') + std::string(name.substr(1))};
  return pairing;
}

std::vector<long> version_of(std::string_view text) {
  std::vector<long> numbers;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] < '0' || text[i] > '9') {
      ++i;
      continue;
    }
    long number = 0;
    const auto end = std::from_chars(text.data() + i, text.data() + text.size(), number).ptr;
    numbers.push_back(number);
    i = static_cast<std::size_t>(end - text.data());
  }
  return numbers;
}

/// PostgreSQL's extensions: `name--1.0--1.1.sql` leads from one version to the other, whichever is higher.
std::optional<Pairing> by_extension_versions(std::string_view directory, std::string_view name) {
  const std::string_view stem = name.substr(0, name.size() - 4);
  const std::size_t second = stem.rfind("--");
  if (second == std::string_view::npos || second == 0) return std::nullopt;
  const std::size_t first = stem.rfind("--", second - 1);
  const std::size_t from_begin = first == std::string_view::npos ? 0 : first + 2;
  const std::string_view from = stem.substr(from_begin, second - from_begin), to = stem.substr(second + 2);
  const std::vector<long> was = version_of(from), is = version_of(to);
  if (was.empty() || is.empty() || from.find('.') == std::string_view::npos || to.find('.') == std::string_view::npos)
    return std::nullopt;
  Pairing pairing;
  pairing.direction = is < was ? Direction::Down : Direction::Up;
  pairing.runs_in_transaction = true;
  pairing.partners = {std::string(directory) + std::string(name.substr(0, from_begin)) + std::string(to) + "--" +
                      std::string(from) + ".sql"};
  return pairing;
}

/// Forward-only schemes: numbered or dated files in a folder of migrations, Drizzle's own among them, and Prisma's migration.sql.
Direction by_number(std::string_view directory, std::string_view name) {
  const std::string folder = lower_ascii(directory);
  const bool migrations = folder.find("migrat") != std::string::npos || folder.find("updates") != std::string::npos ||
                          folder.find("upgrade") != std::string::npos || folder.find("patches") != std::string::npos ||
                          folder.find("drizzle") != std::string::npos;
  const bool numbered = !name.empty() && name[0] >= '0' && name[0] <= '9';
  return migrations && (numbered || name == "migration.sql") ? Direction::Up : Direction::Unknown;
}

struct Marker {
  std::string_view text;  ///< lower case, behind the comment's dashes and blanks
  Direction direction;
};
constexpr std::array markers = std::to_array<Marker>({
    {"+goose up", Direction::Up},
    {"+goose down", Direction::Down},
    {"migrate:up", Direction::Up},
    {"migrate:down", Direction::Down},
    {"+migrate up", Direction::Up},
    {"+migrate down", Direction::Down},
    {"up migration", Direction::Up},
    {"down migration", Direction::Down},
    {"//@undo", Direction::Down},
    {"@undo", Direction::Down},
    {"+micrate up", Direction::Up},
    {"+micrate down", Direction::Down},
});

}  // namespace

Pairing read_pairing(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view directory = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
  const std::string lower = lower_ascii(name);
  if (!lower.ends_with(".sql")) return {};
  if (auto pairing = by_ending(directory, name, lower)) return *pairing;
  if (auto pairing = by_flyway(directory, name)) return *pairing;
  if (auto pairing = by_extension_versions(directory, name)) return *pairing;
  if (auto pairing = by_folder(path)) return *pairing;
  Pairing pairing;
  pairing.direction = by_number(directory, lower);
  return pairing;
}

bool has_breakpoints(const LexedView& lexed) {
  return std::any_of(lexed.comments.begin(), lexed.comments.end(), [&](const ByteRange& comment) {
    return std::string_view(lexed.lower).substr(comment.begin).starts_with("--> statement-breakpoint");
  });
}

bool holds_named_queries(const LexedView& lexed) {
  return std::any_of(lexed.comments.begin(), lexed.comments.end(), [&](const ByteRange& comment) {
    const std::string_view text = std::string_view(lexed.lower).substr(comment.begin, comment.size());
    if (!text.starts_with("--")) return false;
    const std::string_view line = trim(text.substr(2));
    return line.starts_with(":name ") || (line.starts_with("name: ") && line.size() < 200);
  });
}

namespace {

/// Behind nothing but blanks of its line.
bool starts_its_line(const LexedView& lexed, const ByteRange& comment) {
  const std::string_view before = std::string_view(lexed.lower).substr(0, comment.begin);
  const std::size_t last = before.find_last_not_of(" \t");
  return last == std::string_view::npos || before[last] == '\n' || before[last] == '\r';
}

/// Of a file without a way up before the first way down, no tool takes the rest for a way down; only MyBatis marks none.
void drop_orphaned(std::vector<Section>& sections, bool marked_without_up) {
  if (!sections.empty() && sections.front().direction == Direction::Down && !marked_without_up) {
    const auto up = std::find_if(sections.begin(), sections.end(),
                                 [](const Section& section) { return section.direction == Direction::Up; });
    sections.erase(sections.begin(), up);
  }
}

}  // namespace

std::vector<Section> find_sections(const LexedView& lexed, bool partial) {
  std::vector<Section> sections;
  bool undo = partial;
  for (const ByteRange& comment : lexed.comments) {
    std::string_view text = std::string_view(lexed.lower).substr(comment.begin, comment.size());
    if (!text.starts_with("--") || !starts_its_line(lexed, comment)) continue;
    text = trim(text.substr(2));
    for (const Marker& marker : markers) {
      if (!text.starts_with(marker.text)) continue;
      undo = undo || marker.text.ends_with("@undo");
      const std::string_view options = text.substr(marker.text.size());
      const bool transaction = options.find("notransaction") == std::string_view::npos &&
                               options.find("transaction:false") == std::string_view::npos;
      sections.push_back({comment.begin, marker.direction, transaction});
      break;
    }
    if (text.starts_with("+goose no transaction")) {
      for (Section& section : sections) section.in_transaction = false;
      sections.push_back({comment.begin, Direction::Unknown, false});
    }
  }
  // goose says NO TRANSACTION once for the whole file, before its first section.
  const bool none =
      std::any_of(sections.begin(), sections.end(), [](const Section& s) { return s.direction == Direction::Unknown; });
  if (none) {
    for (Section& section : sections) section.in_transaction = false;
    std::erase_if(sections, [](const Section& s) { return s.direction == Direction::Unknown; });
  }
  drop_orphaned(sections, undo);
  return sections;
}

std::vector<ChangeSet> find_change_sets(const LexedView& lexed) {
  std::vector<ChangeSet> sets;
  bool formatted = false;
  for (const ByteRange& comment : lexed.comments) {
    const std::string_view text = std::string_view(lexed.lower).substr(comment.begin, comment.size());
    if (!text.starts_with("--")) continue;
    const std::size_t start = std::min(text.find_first_not_of("- \t"), text.size());
    const std::string_view said = trim(text.substr(start));
    formatted = formatted || said.starts_with("liquibase formatted sql");
    if (!formatted) continue;
    if (said.starts_with("changeset ")) {
      const std::string_view rest = trim(said.substr(10));
      ChangeSet set;
      set.name = std::string(rest.substr(0, rest.find_first_of(" \t")));
      set.begin = comment.begin;
      set.repeats = rest.find("runonchange:true") != std::string_view::npos ||
                    rest.find("runalways:true") != std::string_view::npos;
      set.in_transaction = rest.find("runintransaction:false") == std::string_view::npos;
      sets.push_back(std::move(set));
    } else if (said.starts_with("rollback") && !sets.empty()) {
      const auto begin = static_cast<std::uint32_t>(comment.begin + start + std::string_view("rollback").size());
      sets.back().rollbacks.push_back({begin, comment.end});
    }
  }
  return sets;
}

}  // namespace redtag::sql
