// Merges small segments into one, and lets go of what was merged when the new one is on disk and known.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <vector>

#include "depot/guards.h"
#include "depot/log.h"
#include "depot/segments.h"

namespace depot {

/// One merge: what goes in, what comes out, and who has to know of it.
class Compactor {
 public:
  Compactor(StoreOptions options, Database& catalog) : options_(std::move(options)), catalog_(catalog) {}

  Status pick(const std::vector<Segment>& segments, std::vector<Segment>& picked) const;
  Status merge(const std::vector<Segment>& picked, const std::string& merged);
  Status publish(const std::vector<Segment>& picked, const std::string& merged);
  Status discard(const std::vector<Segment>& picked);
  Status abandon(const std::string& merged);
  Status round(const std::vector<Segment>& segments);

 private:
  Status append(int out, const std::string& path);

  StoreOptions options_;
  Database& catalog_;
  std::uint64_t next_ = 1;
};

Status Compactor::pick(const std::vector<Segment>& segments, std::vector<Segment>& picked) const {
  std::vector<Segment> small;
  for (const Segment& segment : segments) {
    if (!segment.referenced && segment.bytes < options_.max_segment_bytes / 4) small.push_back(segment);
  }
  std::sort(small.begin(), small.end(), [](const Segment& a, const Segment& b) { return a.touched_at < b.touched_at; });
  std::size_t bytes = 0;
  for (const Segment& segment : small) {
    if (bytes + segment.bytes > options_.max_segment_bytes) break;
    bytes += segment.bytes;
    picked.push_back(segment);
  }
  return picked.size() < 2 ? Status::NotFound("nothing to merge") : Status::Ok();
}

Status Compactor::append(int out, const std::string& path) {
  const Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in.valid()) return Status::Io("cannot open " + path);
  char buffer[16384];
  for (;;) {
    const ssize_t got = ::read(in.number(), buffer, sizeof(buffer));
    if (got == 0) return Status::Ok();
    if (got < 0) return Status::Io("cannot read " + path);
    if (::write(out, buffer, static_cast<std::size_t>(got)) != got) return Status::Io(std::strerror(errno));
  }
}

Status Compactor::merge(const std::vector<Segment>& picked, const std::string& merged) {
  const std::string beside = merged + ".new";
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (out < 0) return Status::Io("cannot make " + beside);
  for (const Segment& segment : picked) {
    const Status appended = append(out, segment.path);
    if (!appended.ok()) {
      ::close(out);
      ::unlink(beside.c_str());
      return appended;
    }
  }
  if (::fsync(out) != 0) {
    ::close(out);
    ::unlink(beside.c_str());
    return Status::Io("cannot bring " + beside + " to disk");
  }
  ::close(out);
  if (std::rename(beside.c_str(), merged.c_str()) != 0) return Status::Io("cannot rename " + beside);
  return Status::Ok();
}

// The catalog learns of the new one and forgets the old ones, or nothing changes.
Status Compactor::publish(const std::vector<Segment>& picked, const std::string& merged) {
  Batch batch(catalog_);
  if (!batch.open()) return Status::Conflict("the catalog is busy");
  Row row;
  row.name = merged;
  for (const Segment& segment : picked) row.bytes += static_cast<std::int64_t>(segment.bytes);
  const Status added = catalog_.insert(row);
  if (!added.ok()) return added;
  for (const Segment& segment : picked) {
    const Status removed = catalog_.remove_row(static_cast<std::int64_t>(segment.id));
    if (!removed.ok()) return removed;
  }
  return batch.commit();
}

Status Compactor::discard(const std::vector<Segment>& picked) {
  std::size_t failures = 0;
  for (const Segment& segment : picked) {
    if (segment.referenced) continue;
    std::error_code failed;
    std::filesystem::remove(segment.path, failed);
    if (failed) {
      Log(Level::Warning, "cannot remove " + segment.path + ": " + failed.message());
      ++failures;
    }
  }
  return failures == 0 ? Status::Ok() : Status::Io(std::to_string(failures) + " segments are left");
}

Status Compactor::abandon(const std::string& merged) {
  const std::string beside = merged + ".new";
  if (::unlink(beside.c_str()) != 0 && errno != ENOENT) return Status::Io(std::strerror(errno));
  return Status::Ok();
}

Status Compactor::round(const std::vector<Segment>& segments) {
  std::vector<Segment> picked;
  const Status found = pick(segments, picked);
  if (!found.ok()) return found.code() == Code::NotFound ? Status::Ok() : found;
  const std::string merged = options_.directory + "/segments/m" + std::to_string(next_++) + ".seg";
  const Status made = merge(picked, merged);
  if (!made.ok()) {
    const Status abandoned = abandon(merged);
    if (!abandoned.ok()) Log(Level::Warning, abandoned.message());
    return made;
  }
  const Status published = publish(picked, merged);
  if (!published.ok()) return published;
  return discard(picked);
}

}  // namespace depot
