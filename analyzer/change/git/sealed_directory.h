// A git directory of our own, put before the objects and refs of the repository under review.
//
//     repository's git directory              ours, temporary
//       objects, refs, packed-refs, …  <────    links of the same names
//       config, hooks, info/attributes          config, info/attributes of ours
//                                               store: what git itself has to write (the tree of a merge)
//
// git reads configuration, hooks and attributes from the directory it is pointed at, and a repository's own may name programs to
// run, other diff drivers or another work tree. There is no switch that turns all of it off, and overriding keys by name forgets
// the next one. So git never sees them: it is pointed at a directory whose configuration we wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/process.h"

namespace redtag {

/// Where a repository keeps what we read. Paths are absolute.
struct RepositoryPlaces {
  std::string git_directory;     ///< HEAD, index
  std::string common_directory;  ///< objects, refs; the same but in a linked work tree
  std::string work_tree;         ///< empty for a bare repository
};

/// What the caller's environment may say.
struct Surroundings {
  std::string search_path = "/usr/local/bin:/usr/bin:/bin";  ///< PATH
  std::string temporary = "/tmp";                            ///< TMPDIR
  std::string quarantine;                                    ///< GIT_QUARANTINE_PATH
};

/// Finds the repository that `directory` belongs to, going upwards.
[[nodiscard]] Expected<RepositoryPlaces> find_repository(const std::string& directory);

/// The temporary directory. Removed when it goes, except in a forked copy of the process that made it.
class SealedDirectory {
 public:
  /// Only PATH (where git is looked for), TMPDIR (where what may grow large is put, and the rest too unless there is a file system in
  /// memory: a dozen small files cost a millisecond on a disk) and GIT_QUARANTINE_PATH (set for hooks of a server) are read.
  [[nodiscard]] static Expected<SealedDirectory> create(const RepositoryPlaces& places,
                                                        const Surroundings& surroundings);
  SealedDirectory(SealedDirectory&& from) noexcept;
  SealedDirectory& operator=(SealedDirectory&&) = delete;
  SealedDirectory(const SealedDirectory&) = delete;
  ~SealedDirectory();

  /// A git command over the repository's objects and refs, without a work tree.
  [[nodiscard]] Command git(std::vector<std::string> arguments) const;
  /// The same over the work tree, with an index of ours.
  [[nodiscard]] Command git_in_work_tree(std::vector<std::string> arguments, const std::string& index) const;
  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// A directory for files that may grow large, made when first asked for.
  [[nodiscard]] Expected<std::string> scratch();
  /// From now on, git commands write new objects into a store of ours and find them there.
  [[nodiscard]] Expected<void> make_store();
  /// Lets git read what the repository remembers of its refs' past (`HEAD@{1}`).
  void link_logs() const;
  /// Lets git read what the repository ignores, and the parts of a split index.
  [[nodiscard]] Expected<void> link_index_parts() const;

  /// `remote.NAME.url` of the repository's configuration, as it is written there; empty for none.
  [[nodiscard]] std::string remote_address(std::string_view remote) const;
  [[nodiscard]] bool shallow() const { return shallow_; }
  [[nodiscard]] bool partial() const { return partial_; }  ///< objects were left behind on purpose (a promisor remote)
  /// Digits of an object id.
  [[nodiscard]] std::size_t id_size() const { return sha256_ ? 64 : 40; }

 private:
  SealedDirectory() = default;
  Expected<void> fill();
  Expected<void> write(std::string_view name, std::string_view content) const;
  Expected<void> make_directory(std::string_view name) const;
  void link(const std::string& target, std::string_view name) const;
  void read_configuration();

  RepositoryPlaces places_;
  std::string path_;
  std::string temporary_;
  std::string scratch_;  // empty until it is made
  bool has_store_ = false;
  std::string quarantine_;  // where git holds what somebody pushes until a hook lets it in
  std::string tracking_;    // which branches follow which, as configuration
  std::string program_;
  std::string search_path_;
  int owner_ = 0;
  bool shallow_ = false;
  bool partial_ = false;
  bool sha256_ = false;
  bool reftable_ = false;
};

}  // namespace redtag
