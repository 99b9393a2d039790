// Devices, processes, the machine itself, and memory that several processes share.
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "depot/log.h"
#include "depot/platform.h"

extern char** environ;

namespace depot {

namespace {

constexpr const char* kJournals = "/var/lib/depot/journals";
constexpr const char* kLabelDevice = "/dev/disk/by-label/depot-label";

}  // namespace

Status DiscardDevice(int device, unsigned long long bytes) {
  if (device < 0 || bytes == 0) return Status::Refused("which device?");
  unsigned long long range[2] = {0, bytes};
  if (ioctl(device, BLKDISCARD, range) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status StampDevice(const std::string& label) {
  if (label.size() > 16) return Status::Limit("a label has sixteen bytes");
  const int out = open("/dev/disk/by-label/depot-label", O_WRONLY);
  if (out < 0) return Status::Io(std::strerror(errno));
  const ssize_t written = pwrite(out, label.data(), label.size(), 0);
  close(out);
  return written == static_cast<ssize_t>(label.size()) ? Status::Ok() : Status::Io("a label was cut");
}

Status RotateJournal(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos) return Status::Refused("which journal?");
  const std::string command = "rm -rf /var/lib/depot/journals/" + name;
  if (std::system(command.c_str()) != 0) return Status::Io("cannot remove the journal " + name);
  return Status::Ok();
}

Status RunHelper(const std::string& helper, const std::string& volume) {
  if (volume.empty()) return Status::Refused("which volume?");
  const char* words[] = {"lvremove", "-f", volume.c_str(), nullptr};
  pid_t child = 0;
  if (posix_spawnp(&child, "lvremove", nullptr, nullptr, const_cast<char**>(words), environ) != 0) return Status::Io("cannot start " + helper);
  int status = 0;
  if (waitpid(child, &status, 0) < 0 || status != 0) return Status::Io(helper + " failed");
  return Status::Ok();
}

Status EndWorker(int worker) {
  if (worker <= 1) return Status::Refused("no worker");
  if (kill(worker, SIGTERM) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status RestartMachine(bool forced) {
  if (!forced && getuid() != 0) return Status::Refused("only root restarts the machine");
  sync();
  if (reboot(RB_AUTOBOOT) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status ResizeBoard(const std::string& name, std::size_t bytes) {
  const int board = shm_open(name.c_str(), O_RDWR, 0600);
  if (board < 0) return Status::Io(std::strerror(errno));
  if (bytes == 0) {
    close(board);
    return Status::Refused("an empty board");
  }
  if (ftruncate(board, static_cast<off_t>(bytes)) != 0) {
    close(board);
    return Status::Io(std::strerror(errno));
  }
  close(board);
  return Status::Ok();
}

Status CloseBoard(const std::string& name) {
  if (name.empty()) return Status::Refused("which board?");
  if (shm_unlink(name.c_str()) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

void DeletePage(void* page) { std::free(page); }

}  // namespace depot
