// Replicas of segments, removed by whatever the platform has.
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <QDir>
#include <QFile>

#include "depot/log.h"
#include "depot/platform.h"

#ifdef _WIN32
#include <windows.h>
#endif

namespace depot {

Status RemoveReplica(const std::string& path) {
  if (path.empty()) return Status::Refused("which replica?");
  if (unlink(path.c_str()) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status EmptyReplica(const std::string& path) {
  if (path.empty()) return Status::Refused("which replica?");
  if (truncate(path.c_str(), 0) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status RemoveReplicaTree(const std::string& path) {
  if (path.empty()) return Status::Refused("which replica?");
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (failed) return Status::Io(failed.message());
  return Status::Ok();
}

Status RemoveReplicaOnWindows(const wchar_t* path) {
  if (path == nullptr) return Status::Refused("which replica?");
  if (!DeleteFileW(path)) return Status::Io("cannot remove a replica");
  return Status::Ok();
}

Status RemoveReplicaByQt(const std::string& path) {
  if (path.empty()) return Status::Refused("which replica?");
  const QString replica = QString::fromStdString(path);
  if (!QFile::remove(replica)) return Status::Io("cannot remove " + path);
  return Status::Ok();
}

Status RemoveReplicaByBoost(const std::string& path) {
  if (path.empty()) return Status::Refused("which replica?");
  boost::system::error_code failed;
  boost::filesystem::remove_all(path, failed);
  if (failed) return Status::Io(failed.message());
  return Status::Ok();
}

}  // namespace depot
