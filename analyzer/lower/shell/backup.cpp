// What a script makes: copies that something can be restored from, and files, directories and things that are its own.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

bool matches(const LineView& line, std::string_view words) {
  const std::size_t program_end = std::min(words.find(' '), words.size());
  if (line.invocation.program != words.substr(0, program_end)) return false;
  if (program_end == words.size()) return true;
  std::size_t at = line.invocation.begin + 1;
  for (const std::string_view word : split(words.substr(program_end + 1), ' ')) {
    if (word[0] == '-') {
      if (!line.has(word)) return false;
      continue;
    }
    while (at < line.last() && line.text(at) != word && line.text(at).starts_with("-")) ++at;
    if (at >= line.last() || line.text(at) != word) return false;
    ++at;
  }
  return true;
}

bool sounds_like_copy(std::string_view path) {
  const std::string name = lower_ascii(base_name(path));
  for (const std::string_view word : {"bak", "backup", ".old", ".orig", ".save", "archive", "snapshot"}) {
    if (name.find(word) != std::string::npos) return true;
  }
  return lower_ascii(path).find("backup") != std::string::npos;
}

/// `./backup.sh`, `bin/db-backup`, `make backup`: a command of the house whose name says that it makes a copy.
bool is_own_backup(const LineView& line) {
  const std::string& program = line.invocation.program;
  const bool runner = program == "make" || program == "just" || program == "task";
  if (runner && line.first() >= line.last()) return false;
  const std::string name = lower_ascii(runner ? std::string_view(line.text(line.first())) : std::string_view(program));
  if (line.has_any({"--restore", "restore", "--list", "list", "ls", "--help", "status"})) return false;
  if (line.has_any({"forget", "prune", "delete", "remove", "rm", "expire"}))
    return false;                                  // `x-backup-client snapshot forget`
  const auto checks = listed(List::CheckingWord);  // `verify_backup` makes none
  const auto begins = [&](std::string_view word) { return name.find(word) != std::string::npos; };
  if (std::any_of(checks.begin(), checks.end(), begins)) return false;
  bool copies = false;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find_first_of("-_.:", at), name.size());
    const std::string_view part = std::string_view(name).substr(at, end - at);
    if (part == "restore" || part == "delete" || part == "prune" || part == "clean" || part == "rotate" ||
        part == "list" || part == "remove" || part == "check")
      return false;
    copies = copies || part == "backup";
    at = end + 1;
  }
  return copies;
}

/// Clients of object stores that copy without deleting.
bool copies_objects(const LineView& line) {
  if (!is_listed(List::ObjectStoreClient, line.invocation.program)) return false;
  const bool copies = line.has_word("cp") || line.has_word("sync") || line.has_word("copy") || line.has_word("rsync") ||
                      line.has_word("mirror");
  return copies &&
         !line.has_any({"--delete", "-d", "--remove", "--delete-removed", "--delete-unmatched-destination-objects"});
}

/// cp, mv, rsync and tar make a backup when where they write says so.
bool copies_aside(const LineView& line) {
  const std::string& program = line.invocation.program;
  const std::vector<std::size_t> operands = line.operands("-C -e --exclude -f");
  if (program == "tar") {
    const bool creates =
        line.has_any({"-c", "--create"}) || (!operands.empty() && line.text(operands.front()).starts_with("c"));
    if (!creates) return false;
  } else if (program != "cp" && program != "mv" && program != "rsync" && program != "scp" && !copies_objects(line)) {
    return false;
  }
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const bool target = program == "tar" || i + 1 == line.last();
    if (target && sounds_like_copy(line.text(i))) return true;
  }
  return false;
}

void make(Creations& creations, const Script& script, const Reading& reading, std::size_t command) {
  const std::string path = tidy_path(text_of(reading));
  if (path.empty() || path == "." || path == "/" || path == "…") return;
  creations.add(script, path, command);
}

/// `ln -s /var/lib/pg x`, `mount --bind /var/lib/pg x`: what is done below x is done there.
void find_links(const LineView& line, Creations& creations) {
  const bool links = line.invocation.program == "ln" && line.has_any({"-s", "--symbolic"});
  const bool mounts =
      line.invocation.program == "mount" && (line.has_any({"--bind", "-B", "--rbind"}) || line.has_word("bind"));
  if (!links && !mounts) return;
  const std::vector<std::size_t> operands = line.operands("-o -t -S");
  if (operands.size() != 2) return;
  const Reading& target = line.words[operands[0]].readings.front();
  std::string path = tidy_path(text_of(line.words[operands[1]].readings.front()));
  // A link that is made in a directory has the name of what it leads to.
  if (path == ".") path = std::string(base_name(tidy_path(text_of(target))));
  if (path.empty() || path == "/" || target.empty()) return;
  creations.links[path].push_back({line.command, target, mounts, false});
}

/// `/srv/data:/d:rw`: the place outside, and the one inside; nullopt for a volume that has a name, and for a place that is not known.
std::optional<std::pair<Reading, std::string>> parts_of_mount(const Reading& reading, std::size_t skip) {
  Reading outside;
  std::string inside;
  bool behind = false;
  for (std::size_t i = 0; i < reading.size(); ++i) {
    Piece piece = reading[i];
    if (i == 0 && piece.hole == Hole::None) piece.text.erase(0, std::min(skip, piece.text.size()));
    if (behind) {
      if (piece.hole != Hole::None) return std::nullopt;
      inside += piece.text;
      continue;
    }
    const std::size_t colon = piece.hole == Hole::None ? piece.text.find(':') : std::string::npos;
    behind = colon != std::string::npos;
    if (behind) {
      inside = piece.text.substr(colon + 1);
      piece.text.resize(colon);
    }
    if (!piece.text.empty()) outside.push_back(std::move(piece));
  }
  if (const std::size_t colon = inside.find(':'); colon != std::string::npos) {
    if (inside.substr(colon).find("ro") != std::string::npos) return std::nullopt;  // nothing goes there
    inside.resize(colon);
  }
  if (outside.empty() || !inside.starts_with('/') || inside.size() < 2) return std::nullopt;
  const Piece& first = outside.front();
  const bool place = first.hole != Hole::None || first.text.starts_with('/') || first.text.starts_with('.') ||
                     first.text.starts_with('~');
  return place ? std::optional(std::pair(std::move(outside), tidy_path(inside))) : std::nullopt;
}

/// `docker run -v /srv/data:/d image rm -rf /d/x`: what the container does below `/d` it does in `/srv/data`.
void find_mounts(const std::vector<Argument>& words, std::size_t command, Creations& creations) {
  static constexpr std::array<std::string_view, 3> starters{"docker", "podman", "nerdctl"};
  const auto starter = std::find_if(words.begin(), words.end(), [&](const Argument& word) {
    return std::find(starters.begin(), starters.end(), base_name(word.text)) != starters.end();
  });
  if (starter == words.end() || starter + 1 == words.end() || (starter + 1)->text != "run") return;
  for (auto at = starter + 2; at != words.end(); ++at) {
    std::size_t skip = 0;
    if (at->text == "-v" || at->text == "--volume") {
      if (++at == words.end()) return;
    } else if (at->text.starts_with("--volume=")) {
      skip = 9;
    } else if (at->text.starts_with("-v") && at->text.find(':') != std::string::npos) {
      skip = 2;
    } else {
      continue;
    }
    if (auto parts = parts_of_mount(at->readings.front(), skip))
      creations.links[parts->second].push_back({command, std::move(parts->first), true, true});
  }
}

/// Operands of a command that come into being by it: `mkdir x`, `git clone url x`, `curl -o x`.
void find_made(const LineView& line, Creations& creations) {
  const std::string& program = line.invocation.program;
  const auto make_all = [&](const std::vector<std::size_t>& operands, std::size_t from) {
    for (std::size_t i = from; i < operands.size(); ++i) {
      for (const Reading& reading : line.words[operands[i]].readings)
        make(creations, line.script, reading, line.command);
    }
  };
  const auto make_value = [&](std::string_view option) {
    const std::size_t at = line.value_of(option);
    if (at != LineView::npos && line.text(at).find('=') == std::string::npos) make_all({at}, 0);
  };
  const std::vector<std::size_t> operands = line.operands("-b --branch --depth -m --mode -p --python -C -t");
  if (program == "mkdir" || program == "touch" || program == "mkfifo" || program == "virtualenv" || program == "tee")
    make_all(operands, 0);
  if (program == "cp" || program == "mv" || program == "ln" || program == "install" || program == "scp") {
    if (operands.size() > 1) make_all(operands, operands.size() - 1);
  }
  if (program == "git" && operands.size() > 1 && line.text(operands[0]) == "clone") {
    if (operands.size() > 2) {
      make_all(operands, 2);
    } else {
      std::string name(base_name(line.text(operands[1])));
      if (name.ends_with(".git")) name.resize(name.size() - 4);
      if (!name.empty()) creations.add(line.script, name, line.command);
    }
  }
  if (program == "git" && operands.size() > 2 && line.text(operands[0]) == "worktree") make_all(operands, 2);
  if (program == "curl" || program == "wget" || program == "openssl" || program == "gcc" || program == "go") {
    for (const std::string_view option : {"-o", "-O", "--output", "-out"}) make_value(option);
  }
  if (program == "unzip") make_value("-d");
  if (program == "tar") make_value("-C");
  if (program.starts_with("python") && line.has_word("venv") && !operands.empty())
    make_all(operands, operands.size() - 1);
  // Things of a platform: `docker volume create x`, `docker run --name x`, `kubectl create namespace x`.
  const bool creates = line.has_word("create") || line.has_word("run") || line.has_word("new") || line.has_word("mb") ||
                       line.has_word("init");
  if (creates) {
    for (std::size_t i = line.first(); i < line.last(); ++i)
      creations.add(line.script, program + " " + line.text(i), line.command);
  }
}

}  // namespace

/// `pg_dump … || true`: whether it worked is nobody's business.
static bool failure_is_ignored(const LineView& line) {
  return std::any_of(line.script.blocks.begin(), line.script.blocks.end(), [&](const Block& block) {
    if (block.kind != BlockKind::Else || block.condition.last != line.command + 1 || block.condition.empty())
      return false;
    if (block.body.last != block.body.first + 1 || block.body.first >= line.script.commands.size()) return false;
    const Command& instead = line.script.commands[block.body.first];
    return instead.words.size() == 1 && (instead.words[0].source == "true" || instead.words[0].source == ":");
  });
}

std::optional<Operation> lower_backup(const LineView& line) {
  const auto backups = listed(List::Backup);
  const bool known =
      std::any_of(backups.begin(), backups.end(), [&](std::string_view words) { return matches(line, words); });
  if ((!known && !copies_aside(line) && !is_own_backup(line)) || failure_is_ignored(line)) return std::nullopt;
  Operation operation = begin_operation(line, Verb::Back, "");
  const std::vector<std::size_t> operands = line.operands();
  operation.object = "copy";
  if (!operands.empty()) operation.target = value_of(line.words[operands.front()]);
  operation.cited = true;
  return operation;
}

Creations find_creations(const Script& script, const Scope& scope) {
  Creations creations;
  const Creations none;
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    const Command& command = script.commands[i];
    for (const Redirect& redirect : command.redirects) {
      if (redirect.kind != RedirectKind::Write && redirect.kind != RedirectKind::Append) continue;
      for (const Reading& reading : scope.read(redirect.word, i)) make(creations, script, reading, i);
    }
    if (command.words.empty()) continue;
    const std::vector<Argument> words = scope.arguments(i);
    std::vector<std::string> texts;
    for (const Argument& word : words) texts.push_back(word.text);
    find_mounts(words, i, creations);
    for (Invocation& run : strip(texts)) {
      if (run.query) continue;
      const LineView line{script, scope, none, i, std::move(run), words, {}};
      find_made(line, creations);
      find_links(line, creations);
    }
  }
  return creations;
}

}  // namespace redtag::shell
