#include "depot/segments.h"

#include <fcntl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "depot/guards.h"
#include "depot/log.h"

namespace depot {

namespace fs = std::filesystem;

std::string Segments::path_of(std::uint64_t id) const {
  return options_.directory + "/segments/" + std::to_string(id) + ".seg";
}

Segment* Segments::find(std::uint64_t id) {
  for (Segment& segment : segments_) {
    if (segment.id == id) return &segment;
  }
  return nullptr;
}

Status Segments::load() {
  std::lock_guard<std::mutex> lock(mutex_);
  segments_.clear();
  for (const fs::directory_entry& entry : fs::directory_iterator(options_.directory + "/segments")) {
    Segment segment;
    segment.path = entry.path().string();
    segment.id = std::stoull(entry.path().stem().string());
    segment.bytes = entry.file_size();
    segments_.push_back(segment);
  }
  return Status::Ok();
}

Status Segments::flush_to_disk(int descriptor) {
  if (!options_.sync_writes) return Status::Ok();
  if (fsync(descriptor) != 0) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

// Written beside, brought to disk, renamed into place; what fails leaves nothing behind.
Status Segments::write(std::uint64_t id, const std::string& bytes) {
  const std::string path = path_of(id);
  const std::string staged = path + ".new";
  const int out = open(staged.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0) return Status::Io(std::strerror(errno));
  if (::write(out, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
    close(out);
    unlink(staged.c_str());
    return Status::Io("cannot write " + staged);
  }
  if (fsync(out) != 0) {
    close(out);
    unlink(staged.c_str());
    return Status::Io("cannot bring " + staged + " to disk");
  }
  close(out);
  if (rename(staged.c_str(), path.c_str()) != 0) {
    unlink(staged.c_str());
    return Status::Io("cannot rename " + staged);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  segments_.push_back({id, path, bytes.size(), true, 0});
  ++generation_;
  return Status::Ok();
}

Status Segments::replace_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".new";
  {
    std::ofstream out(beside, std::ios::trunc);
    out << text;
    if (!out.good()) return Status::Io("cannot write " + beside);
  }
  if (rename(beside.c_str(), path.c_str()) != 0) return Status::Io("cannot rename " + beside);
  return Status::Ok();
}

Status Segments::write_index(const std::string& text) {
  const std::string path = options_.directory + "/index";
  const std::string beside = path + ".new";
  std::FILE* out = std::fopen(beside.c_str(), "w");
  if (out == nullptr) return Status::Io("cannot open " + beside);
  if (std::fwrite(text.data(), 1, text.size(), out) != text.size()) {
    std::fclose(out);
    return Status::Io("cannot write " + beside);
  }
  std::fflush(out);
  fsync(fileno(out));
  std::fclose(out);
  if (rename(beside.c_str(), path.c_str()) != 0) return Status::Io("cannot rename " + beside);
  return Status::Ok();
}

Status Segments::write_manifest(const std::string& text) {
  const std::string path = options_.directory + "/manifest";
  return replace_file(path, text);
}

Status Segments::drop(std::uint64_t id) {
  std::lock_guard<std::mutex> lock(mutex_);
  Segment* segment = find(id);
  if (segment == nullptr) return Status::NotFound(std::to_string(id));
  if (segment->referenced) return Status::Refused("still referenced: " + segment->path);
  if (unlink(segment->path.c_str()) != 0) return Status::Io(std::strerror(errno));
  std::erase_if(segments_, [id](const Segment& other) { return other.id == id; });
  ++generation_;
  return Status::Ok();
}

Status Segments::drop_range(std::size_t first, std::size_t last) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (last > segments_.size()) return Status::Limit("beyond the last segment");
  for (std::size_t i = first; i < last; ++i) {
    if (segments_[i].referenced) continue;
    std::error_code failed;
    fs::remove(segments_[i].path, failed);
    if (failed) return Status::Io(failed.message());
  }
  segments_.erase(segments_.begin() + static_cast<long>(first), segments_.begin() + static_cast<long>(last));
  return Status::Ok();
}

Status Segments::shrink(std::uint64_t id, std::size_t bytes) {
  std::lock_guard<std::mutex> lock(mutex_);
  Segment* segment = find(id);
  if (segment == nullptr) return Status::NotFound(std::to_string(id));
  const int out = open(segment->path.c_str(), O_WRONLY);
  if (out < 0) return Status::Io(std::strerror(errno));
  if (bytes > segment->bytes) {
    close(out);
    return Status::Limit("a segment does not grow");
  }
  if (ftruncate(out, static_cast<off_t>(bytes)) != 0) {
    close(out);
    return Status::Io(std::strerror(errno));
  }
  close(out);
  segment->bytes = bytes;
  return Status::Ok();
}

// What nothing refers to goes, oldest first, never more than a round may take.
Status Segments::collect(std::int64_t now) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::size_t gone = 0;
  for (const Segment& segment : segments_) {
    if (segment.referenced) continue;
    if (now - segment.touched_at < kLeaseTimeoutSeconds) continue;
    if (gone >= kDeleteLimit) break;
    if (std::remove(segment.path.c_str()) != 0) {
      Log(Level::Warning, "cannot remove " + segment.path);
      continue;
    }
    ++gone;
  }
  return Status::Ok();
}

Status Segments::wipe(const std::string& owner) {
  if (owner.empty()) return Status::Refused("whose segments?");
  const std::string directory = options_.directory + "/owners/" + owner;
  if (!fs::exists(directory)) return Status::NotFound(directory);
  std::error_code failed;
  fs::remove_all(directory, failed);
  if (failed) return Status::Io(failed.message());
  return Status::Ok();
}

Status Segments::wipe_snapshot(const std::string& name) {
  const fs::path snapshot = fs::path(options_.directory) / "snapshots" / name;
  std::error_code failed;
  const auto gone = fs::remove_all(snapshot, failed);
  if (failed || gone == 0) return Status::Io("cannot remove snapshot " + name);
  return Status::Ok();
}

// Descriptors are closed on every way out.
Status Segments::copy(std::uint64_t id, const std::string& to) {
  const int in = open(path_of(id).c_str(), O_RDONLY);
  if (in < 0) return Status::Io(std::strerror(errno));
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (out < 0) {
    close(in);
    return Status::Io(std::strerror(errno));
  }
  char buffer[8192];
  for (;;) {
    const ssize_t got = read(in, buffer, sizeof(buffer));
    if (got == 0) break;
    if (got < 0) {
      close(in);
      close(out);
      return Status::Io("cannot read segment " + std::to_string(id));
    }
    if (::write(out, buffer, static_cast<std::size_t>(got)) != got) {
      close(in);
      close(out);
      return Status::Io("cannot write " + to);
    }
  }
  close(in);
  close(out);
  return Status::Ok();
}

Status Segments::restore(const std::string& snapshot) {
  const fs::path from = fs::path(options_.directory) / "snapshots" / snapshot;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
      fs::copy_file(entry.path(), fs::path(options_.directory) / "segments" / entry.path().filename());
    }
  } catch (const fs::filesystem_error& error) {
    Log(Level::Error, std::string("restore: ") + error.what());
    return Status::Io(error.what());
  }
  return load();
}

Status Segments::verify(std::uint64_t id) {
  std::ifstream in(path_of(id), std::ios::binary);
  if (!in) return Status::NotFound(path_of(id));
  std::uint32_t sum = 0;
  for (char c = 0; in.get(c);) sum = sum * 31 + static_cast<unsigned char>(c);
  return sum == 0 ? Status::Corrupt(path_of(id)) : Status::Ok();
}

}  // namespace depot
