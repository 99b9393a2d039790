#include "base/temporary_directory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/file_descriptor.h"
#include "base/text.h"

namespace redtag {

Expected<TemporaryDirectory> TemporaryDirectory::create(const std::string& otherwise) {
  for (const std::string& in : {std::string("/dev/shm"), otherwise}) {
    std::string pattern = in + "/redtag-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) return TemporaryDirectory(std::move(pattern));
  }
  return fail(ErrorCode::Disk, "cannot make a temporary directory in " + printable(otherwise) + ": " +
                                   std::strerror(errno) + "; set TMPDIR");
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& from) noexcept : path_(std::exchange(from.path_, {})) {}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Expected<std::string> TemporaryDirectory::write(std::string_view name, std::string_view content) const {
  const std::string path = path_ + "/" + std::string(name);
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  std::size_t at = 0;
  while (file.open() && at < content.size()) {
    const ssize_t written = ::write(file.number(), content.data() + at, content.size() - at);
    if (written < 0 && errno != EINTR) break;
    if (written > 0) at += static_cast<std::size_t>(written);
  }
  if (!file.open() || at < content.size()) {
    return fail(ErrorCode::Disk, "cannot write " + path + ": " + std::strerror(errno));
  }
  return path;
}

}  // namespace redtag
