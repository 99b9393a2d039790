#include "change/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"
#include "base/text.h"

namespace redtag {

namespace {

tl::unexpected<Error> failed(std::string_view what, const std::string& path) {
  return fail(errno == ENOENT || errno == ENOTDIR ? ErrorCode::Missing : ErrorCode::Disk,
              std::string(what) + " " + printable(path) + ": " + std::strerror(errno));
}

}  // namespace

Expected<std::string> read_file(const std::string& path, std::size_t limit) {
  // Not blocking, so that a pipe in the place of a file cannot hold us.
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (!file.open() || fstat(file.number(), &status) != 0) return failed("cannot read", path);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::Input, "expected a file, " + printable(path) + " is none");
  std::string text;
  std::size_t room = static_cast<std::size_t>(status.st_size) + 1;
  for (;;) {
    if (text.size() > limit || static_cast<std::size_t>(status.st_size) > limit) {
      return fail(ErrorCode::Limit, printable(path) + " is larger than " + std::to_string(limit) + " bytes");
    }
    const std::size_t before = text.size();
    text.resize(before + room);
    const ssize_t got = read(file.number(), text.data() + before, room);
    text.resize(before + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got < 0 && errno != EINTR) return failed("cannot read", path);
    if (got == 0) return text;
    room = std::size_t{64} << 10;  // it grew while we read
  }
}

Expected<void> write_file(const std::string& path, std::string_view content) {
  const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.open()) return failed("cannot write", path);
  while (!content.empty()) {
    const ssize_t put = write(file.number(), content.data(), content.size());
    if (put < 0 && errno != EINTR) return failed("cannot write", path);
    if (put > 0) content.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace redtag
