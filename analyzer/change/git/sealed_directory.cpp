#include "change/git/sealed_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.h"
#include "change/read_file.h"

namespace redtag {

namespace {

bool is_directory(const std::string& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

/// `path` without links and dots; empty if it does not exist.
std::string real_path(const std::string& path) {
  std::array<char, PATH_MAX> buffer{};
  return realpath(path.c_str(), buffer.data()) == nullptr ? std::string() : std::string(buffer.data());
}

std::string joined(const std::string& directory, std::string_view path) {
  return path.starts_with('/') ? std::string(path) : directory + "/" + std::string(path);
}

constexpr std::size_t small_file = std::size_t{1} << 20;

std::optional<std::string> small_text(const std::string& path) {
  auto text = read_file(path, small_file);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

/// Where a `.git` file (of a linked work tree or a submodule) points to; empty if it points nowhere.
std::string pointed_directory(const std::string& file, const std::string& from) {
  const auto text = small_text(file);
  constexpr std::string_view word = "gitdir:";
  if (!text || !text->starts_with(word)) return {};
  return real_path(joined(from, trim(std::string_view(*text).substr(word.size()))));
}

bool is_git_directory(const std::string& path) {
  return exists(path + "/HEAD") &&
         (exists(path + "/commondir") || (is_directory(path + "/objects") && is_directory(path + "/refs")));
}

std::string common_of(const std::string& git_directory) {
  const auto text = small_text(git_directory + "/commondir");
  return text ? real_path(joined(git_directory, trim(*text))) : git_directory;
}

/// The repository whose top is `directory`, if there is one.
std::optional<RepositoryPlaces> repository_at(const std::string& directory) {
  RepositoryPlaces places;
  const std::string dot_git = directory + "/.git";
  const std::string git = is_directory(dot_git) ? real_path(dot_git) : pointed_directory(dot_git, directory);
  if (!git.empty() && is_git_directory(git)) {
    places = {git, common_of(git), directory};
  } else if (is_git_directory(directory)) {
    places = {directory, common_of(directory), ""};
  } else {
    return std::nullopt;
  }
  return places.common_directory.empty() ? std::nullopt : std::optional(std::move(places));
}

std::string disk_error(std::string_view what, const std::string& path) {
  return std::string(what) + " " + printable(path) + ": " + std::strerror(errno);
}

}  // namespace

Expected<RepositoryPlaces> find_repository(const std::string& directory) {
  std::string at = real_path(directory.empty() ? "." : directory);
  if (at.empty()) return fail(ErrorCode::Missing, disk_error("expected a directory at", directory));
  if (!is_directory(at)) return fail(ErrorCode::Usage, "expected a directory, " + printable(directory) + " is a file");
  for (;;) {
    if (auto places = repository_at(at == "/" ? "" : at)) return std::move(*places);
    const std::size_t slash = at.rfind('/');
    if (at == "/" || slash == std::string::npos) break;
    at = slash == 0 ? "/" : at.substr(0, slash);
  }
  return fail(ErrorCode::Missing,
              "no git repository at " + printable(directory.empty() ? "." : directory) + " or above it");
}

SealedDirectory::SealedDirectory(SealedDirectory&& from) noexcept
    : places_(std::move(from.places_)),
      path_(std::exchange(from.path_, {})),
      temporary_(std::move(from.temporary_)),
      scratch_(std::exchange(from.scratch_, {})),
      has_store_(from.has_store_),
      quarantine_(std::move(from.quarantine_)),
      tracking_(std::move(from.tracking_)),
      program_(std::move(from.program_)),
      search_path_(std::move(from.search_path_)),
      owner_(from.owner_),
      shallow_(from.shallow_),
      partial_(from.partial_),
      sha256_(from.sha256_),
      reftable_(from.reftable_) {}

SealedDirectory::~SealedDirectory() {
  if (owner_ != getpid()) return;
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

Expected<void> SealedDirectory::write(std::string_view name, std::string_view content) const {
  RT_TRY(write_file(path(name), content));
  return {};
}

Expected<void> SealedDirectory::make_directory(std::string_view name) const {
  if (mkdir(path(name).c_str(), 0700) != 0) return fail(ErrorCode::Disk, disk_error("cannot make", path(name)));
  return {};
}

/// A link that cannot be made, or leads nowhere, is a file that the repository has not.
void SealedDirectory::link(const std::string& target, std::string_view name) const {
  if (symlink(target.c_str(), path(name).c_str()) != 0) errno = 0;
}

namespace {

/// One `key = value` line of a configuration file and the section that it stands in.
struct ConfigurationLine {
  std::string section;       // lower case
  std::string_view subject;  // of `[branch "subject"]`
  std::string key;           // lower case
  std::string_view value;
};

/// Enough of git's syntax for the few words that we look for; what is written in an unusual way is passed over.
std::vector<ConfigurationLine> configuration_lines(std::string_view text) {
  std::vector<ConfigurationLine> lines;
  ConfigurationLine here;
  for (const std::string_view raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with('[')) {
      const std::size_t end = line.find_first_of(" ]");
      here.section = lower_ascii(line.substr(1, end == std::string_view::npos ? end : end - 1));
      const std::size_t quote = line.find('"');
      const std::size_t close = line.rfind('"');
      here.subject = quote < close ? line.substr(quote + 1, close - quote - 1) : std::string_view();
      continue;
    }
    const std::size_t equals = line.find('=');
    here.key = lower_ascii(trim(line.substr(0, equals)));
    here.value = equals == std::string_view::npos ? "true" : trim(line.substr(equals + 1));
    lines.push_back(here);
  }
  return lines;
}

/// True for what can stand in a configuration file without any quoting.
bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("/._-+:*").find(c) != std::string_view::npos;
  });
}

}  // namespace

/// The few words of the repository's configuration that say how its objects are stored, and what `@{upstream}` means. Nothing else of
/// it is looked at.
void SealedDirectory::read_configuration() {
  const auto text = small_text(places_.common_directory + "/config");
  if (!text) return;
  for (const auto& [section, subject, key, value] : configuration_lines(*text)) {
    if (section == "extensions" && key == "objectformat") sha256_ = value == "sha256";
    if (section == "extensions" && key == "refstorage") reftable_ = value == "reftable";
    if (section == "extensions" && key == "partialclone") partial_ = true;
    if (section == "remote" && key == "promisor" && value != "false") partial_ = true;
    const bool tracks =
        (section == "branch" && (key == "remote" || key == "merge")) || (section == "remote" && key == "fetch");
    if (!tracks || !is_plain(subject) || !is_plain(value)) continue;
    tracking_ += "[" + section + " \"" + std::string(subject) + "\"]\n\t" + key + " = " + std::string(value) + "\n";
  }
}

std::string SealedDirectory::remote_address(std::string_view remote) const {
  const auto text = small_text(places_.common_directory + "/config");
  if (!text) return {};
  for (const auto& [section, subject, key, value] : configuration_lines(*text)) {
    if (section == "remote" && subject == remote && key == "url") return std::string(value);
  }
  return {};
}

namespace {

/// Files that git calls binary by their size are never diffed; we have no use for them either.
std::string configuration(std::string_view extensions) {
  return "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\tattributesFile = /dev/null\n\texcludesFile = "
         "/dev/null\n"
         "\thooksPath = /dev/null\n\tfsmonitor = false\n\tuntrackedCache = false\n\tbigFileThreshold = 16m\n"
         "\tquotePath = true\n\twarnAmbiguousRefs = false\n\tlooseCompression = 0\n\tsafecrlf = false\n"
         "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[extensions]\n" +
         std::string(extensions);
}

/// Beats every .gitattributes file: no conversion, no filter, no diff or merge driver.
constexpr std::string_view attributes =
    "* -text !eol !ident !filter !working-tree-encoding !diff !merge !whitespace !conflict-marker-size !export-subst\n";

}  // namespace

Expected<void> SealedDirectory::fill() {
  const std::string& common = places_.common_directory;
  const auto head = small_text(places_.git_directory + "/HEAD");
  if (!head) return fail(ErrorCode::Disk, disk_error("cannot read", places_.git_directory + "/HEAD"));
  read_configuration();
  RT_TRY(write("HEAD", *head));
  RT_TRY(write("config", configuration(std::string(sha256_ ? "\tobjectFormat = sha256\n" : "") +
                                       (reftable_ ? "\trefStorage = reftable\n" : "")) +
                             tracking_));
  RT_TRY(make_directory("info"));
  RT_TRY(write("info/attributes", attributes));
  for (const std::string_view name : {"objects", "refs", "packed-refs"}) link(common + "/" + std::string(name), name);
  if (reftable_) link(common + "/reftable", "reftable");
  shallow_ = exists(common + "/shallow");
  if (shallow_) link(common + "/shallow", "shallow");
  for (const std::string_view name : {"FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"}) {
    const std::string file = places_.git_directory + "/" + std::string(name);
    if (exists(file)) link(file, name);
  }
  return {};
}

namespace {

/// A new directory that only we may enter.
Expected<std::string> make_temporary(const std::string& in) {
  std::string pattern = in + "/redtag-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return fail(ErrorCode::Disk, disk_error("cannot make a temporary directory in", in) + "; set TMPDIR");
  }
  return real_path(pattern);
}

}  // namespace

Expected<SealedDirectory> SealedDirectory::create(const RepositoryPlaces& places, const Surroundings& surroundings) {
  SealedDirectory sealed;
  sealed.places_ = places;
  sealed.search_path_ = surroundings.search_path;
  sealed.temporary_ = surroundings.temporary;
  sealed.quarantine_ = surroundings.quarantine;
  sealed.program_ = find_program("git", sealed.search_path_);
  if (sealed.program_.empty()) {
    return fail(ErrorCode::Missing, "git is not installed, or not in an absolute directory of PATH");
  }
  auto path = make_temporary("/dev/shm");
  if (!path) path = make_temporary(sealed.temporary_);
  RT_TRY(sealed.path_, std::move(path));
  sealed.owner_ = getpid();
  RT_TRY(sealed.fill());
  return sealed;
}

Expected<std::string> SealedDirectory::scratch() {
  if (scratch_.empty()) {
    RT_TRY(scratch_, make_temporary(temporary_));
  }
  return scratch_;
}

Expected<void> SealedDirectory::make_store() {
  if (has_store_) return {};
  RT_TRY(const std::string directory, scratch());
  const std::string store = directory + "/store";
  if (mkdir(store.c_str(), 0700) != 0) return fail(ErrorCode::Disk, disk_error("cannot make", store));
  has_store_ = true;
  return {};
}

void SealedDirectory::link_logs() const {
  if (mkdir(path("logs").c_str(), 0700) != 0) return;  // made before
  link(places_.common_directory + "/logs/refs", "logs/refs");
  link(places_.git_directory + "/logs/HEAD", "logs/HEAD");
}

Expected<void> SealedDirectory::link_index_parts() const {
  link(places_.common_directory + "/info/exclude", "info/exclude");
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(places_.git_directory, failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("sharedindex.")) link(entry.path().string(), name);
  }
  if (failed) return fail(ErrorCode::Disk, "cannot list " + printable(places_.git_directory) + ": " + failed.message());
  return {};
}

namespace {

/// One entry of GIT_ALTERNATE_OBJECT_DIRECTORIES, quoted so that no colon or quote in it is misread.
std::string alternate(const std::string& path) {
  std::string quoted = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? "\\n" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace

Command SealedDirectory::git(std::vector<std::string> arguments) const {
  Command command;
  command.program = program_;
  command.arguments = std::move(arguments);
  command.environment = {"PATH=" + search_path_,
                         "LC_ALL=C",
                         "TZ=UTC",
                         "GIT_DIR=" + path_,
                         "GIT_CONFIG_NOSYSTEM=1",
                         "GIT_CONFIG_GLOBAL=/dev/null",
                         "GIT_ATTR_NOSYSTEM=1",
                         "GIT_NO_REPLACE_OBJECTS=1",
                         "GIT_NO_LAZY_FETCH=1",
                         "GIT_OPTIONAL_LOCKS=0",
                         "GIT_TERMINAL_PROMPT=0",
                         "GIT_ALLOW_PROTOCOL=",
                         "GIT_ADVICE=0"};
  std::string stores = quarantine_.empty() ? "" : alternate(quarantine_);
  if (has_store_) {
    command.environment.push_back("GIT_OBJECT_DIRECTORY=" + scratch_ + "/store");
    stores += (stores.empty() ? "" : ":") + alternate(path("objects"));
  }
  if (!stores.empty()) command.environment.push_back("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + stores);
  command.directory = path_;
  return command;
}

Command SealedDirectory::git_in_work_tree(std::vector<std::string> arguments, const std::string& index) const {
  Command command = git(std::move(arguments));
  command.environment.push_back("GIT_WORK_TREE=" + places_.work_tree);
  command.environment.push_back("GIT_INDEX_FILE=" + index);
  command.directory = places_.work_tree;
  return command;
}

}  // namespace redtag
