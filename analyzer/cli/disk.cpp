// The disk and the standard streams; the only file of the program that opens what a user names.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/limits.h"
#include "base/text.h"
#include "cli/source.h"

namespace redtag::cli {

namespace {

std::string why() { return std::strerror(errno); }

Expected<std::string> read_all(int in, const std::string& name) {
  std::string text;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t size = ::read(in, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail(ErrorCode::Disk, "cannot read " + printable(name) + ": " + why());
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() > limits::patch_bytes) return fail(ErrorCode::Limit, printable(name) + " is larger than the limit for a patch");
  }
}

bool write_all(int out, const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t written = ::write(out, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += static_cast<std::size_t>(written);
  }
  return true;
}

class DiskTree final : public SourceTree {
 public:
  explicit DiskTree(std::string root) : root_(std::move(root)) {}
  [[nodiscard]] std::optional<std::string> read(std::string_view path) override {
    const std::string name = root_ + "/" + std::string(path);
    struct stat status {};
    if (::lstat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    if (static_cast<std::size_t>(status.st_size) > limits::file_bytes) return std::nullopt;
    auto text = read_file(name);
    return text ? std::optional(std::move(*text)) : std::nullopt;
  }
  [[nodiscard]] std::vector<TreeEntry> list(std::string_view directory) override {
    std::vector<TreeEntry> entries;
    std::error_code error;
    std::filesystem::directory_iterator at(root_ + "/" + std::string(directory), error), end;
    while (!error && at != end) {
      const bool is_directory = at->symlink_status().type() == std::filesystem::file_type::directory;
      entries.push_back({at->path().filename().string(), is_directory, is_directory ? 040000U : 0100644U});
      at.increment(error);
    }
    std::sort(entries.begin(), entries.end());
    return entries;
  }

 private:
  std::string root_;
};

}  // namespace

std::unique_ptr<SourceTree> disk_tree(std::string root) { return std::make_unique<DiskTree>(std::move(root)); }

Expected<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input");
  const int in = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return fail(ErrorCode::Disk, "cannot open " + printable(path) + ": " + why());
  struct stat status {};
  if (::fstat(in, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(in);
    return fail(ErrorCode::Disk, "expected a file, got the directory " + printable(path));
  }
  auto text = read_all(in, path);
  ::close(in);
  return text;
}

Expected<void> write_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part-" + std::to_string(::getpid());
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (out < 0) return fail(ErrorCode::Disk, "cannot write " + printable(path) + ": " + why());
  const bool written = write_all(out, text);
  const bool closed = ::close(out) == 0;
  if (!written || !closed || ::rename(beside.c_str(), path.c_str()) != 0) {
    const std::string reason = why();
    ::unlink(beside.c_str());
    return fail(ErrorCode::Disk, "cannot write " + printable(path) + ": " + reason);
  }
  return {};
}

Expected<void> print_out(const std::string& text) {
  if (!write_all(STDOUT_FILENO, text)) return fail(ErrorCode::Disk, "cannot write to standard output: " + why());
  return {};
}

int complain(const Error& error) {
  std::string line = "redtag: " + printable(error.message) + "\n";
  write_all(STDERR_FILENO, line);
  return 2;
}

}  // namespace redtag::cli
