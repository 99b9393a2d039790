#include "depot/wal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "depot/log.h"

namespace depot {

namespace {

constexpr std::size_t kHeadBytes = 17;
constexpr std::size_t kRecordLimit = 4194304;

std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
    table[i] = value;
  }
  return table;
}

void put32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

void put64(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

std::uint64_t get(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return value;
}

std::uint64_t first_sequence_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  if (name.rfind("wal-", 0) != 0) return 0;
  return std::strtoull(name.c_str() + 4, nullptr, 10);
}

Status read_whole(const std::string& path, std::string& text) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status::NotFound(path);
  std::ostringstream all;
  all << in.rdbuf();
  text = all.str();
  return Status::Ok();
}

}  // namespace

std::uint32_t ChecksumOf(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> table = make_table();
  std::uint32_t sum = 0xFFFFFFFFU;
  for (const char c : bytes) sum = table[(sum ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (sum >> 8U);
  return sum ^ 0xFFFFFFFFU;
}

std::string Encode(const Record& record) {
  std::string body;
  put64(body, record.sequence);
  body.push_back(static_cast<char>(record.kind));
  body += record.payload;
  std::string out;
  put32(out, static_cast<std::uint32_t>(body.size()));
  put32(out, ChecksumOf(body));
  return out + body;
}

Status Decode(std::string_view bytes, Record& record, std::size_t& taken) {
  taken = 0;
  if (bytes.size() < kHeadBytes) return Status::Ok();
  const std::size_t length = get(bytes, 0, 4);
  if (length < 9 || length > kRecordLimit) return Status::Corrupt("a record of an impossible length");
  if (bytes.size() < 8 + length) return Status::Ok();
  const std::string_view body = bytes.substr(8, length);
  if (ChecksumOf(body) != get(bytes, 4, 4)) return Status::Corrupt("a record whose checksum is wrong");
  record.sequence = get(body, 0, 8);
  record.kind = static_cast<RecordKind>(body[8]);
  record.payload.assign(body.substr(9));
  taken = 8 + length;
  return Status::Ok();
}

Wal::~Wal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::vector<std::string> Wal::files() const {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.directory, error)) {
    if (entry.path().extension() == ".log") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) { return first_sequence_of(a) < first_sequence_of(b); });
  return found;
}

Status Wal::open() {
  std::lock_guard<std::mutex> lock(mutex_);
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error) return Status::Io("cannot make " + options_.directory + ": " + error.message());
  return start_file();
}

Status Wal::start_file() {
  const std::string path = options_.directory + "/wal-" + std::to_string(sequence_ + 1) + ".log";
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (made < 0) return Status::Io("cannot open " + path + ": " + std::strerror(errno));
  descriptor_ = made;
  written_ = 0;
  return Status::Ok();
}

Status Wal::close_file() {
  if (descriptor_ < 0) return Status::Ok();
  const int number = descriptor_;
  descriptor_ = -1;
  if (::fsync(number) != 0) {
    ::close(number);
    return Status::Io("cannot bring the log to disk");
  }
  if (::close(number) != 0) return Status::Io("cannot close the log");
  return Status::Ok();
}

Status Wal::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Status::Io(std::string("cannot write the log: ") + std::strerror(errno));
    written_ += static_cast<std::size_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Status::Ok();
}

Status Wal::append(RecordKind kind, std::string_view payload, std::uint64_t& sequence) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (payload.size() > kRecordLimit) return Status::Limit("a record is larger than the log takes");
  if (descriptor_ < 0) return Status::Refused("the log is not open");
  if (written_ >= options_.max_file_bytes) {
    const Status closed = close_file();
    if (!closed.ok()) return closed;
    const Status started = start_file();
    if (!started.ok()) return started;
  }
  Record record{sequence_ + 1, kind, std::string(payload)};
  const Status wrote = write_all(Encode(record));
  if (!wrote.ok()) return wrote;
  if (options_.sync_every_record && ::fdatasync(descriptor_) != 0) return Status::Io("cannot bring the record to disk");
  sequence = ++sequence_;
  return Status::Ok();
}

// All of them or none: what was written of them is cut off again where a later one fails.
Status Wal::append_all(const std::vector<Record>& records) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (descriptor_ < 0) return Status::Refused("the log is not open");
  const off_t start = ::lseek(descriptor_, 0, SEEK_END);
  if (start < 0) return Status::Io("cannot tell where the log ends");
  std::uint64_t next = sequence_;
  for (const Record& record : records) {
    const Status wrote = write_all(Encode({++next, record.kind, record.payload}));
    if (!wrote.ok()) {
      if (::ftruncate(descriptor_, start) != 0) Log(Level::Error, "a half-written group stays in the log");
      return wrote;
    }
  }
  if (::fdatasync(descriptor_) != 0) return Status::Io("cannot bring the group to disk");
  sequence_ = next;
  return Status::Ok();
}

Status Wal::checkpoint(std::uint64_t sequence) {
  std::uint64_t ignored = 0;
  const Status said = append(RecordKind::Checkpoint, std::to_string(sequence), ignored);
  if (!said.ok()) return said;
  std::lock_guard<std::mutex> lock(mutex_);
  return drop_before(sequence);
}

Status Wal::drop_before(std::uint64_t sequence) {
  const std::vector<std::string> known = files();
  const std::size_t kept = static_cast<std::size_t>(std::max(options_.keep_closed_files, 1));
  if (known.size() <= kept) return Status::Ok();
  for (std::size_t i = 0; i + kept < known.size(); ++i) {
    const std::uint64_t behind = first_sequence_of(known[i + 1]);
    if (behind == 0 || behind > sequence) break;
    if (::unlink(known[i].c_str()) != 0) return Status::Io("cannot remove " + known[i]);
  }
  return Status::Ok();
}

Status Wal::cut_torn_tail(const std::string& path, std::size_t whole) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Status::Io("cannot tell the size of " + path);
  if (size <= whole) return Status::Ok();
  Log(Level::Warning, path + ": a record was torn; the bytes behind the last whole one go");
  std::filesystem::resize_file(path, whole, error);
  if (error) return Status::Io("cannot cut " + path + ": " + error.message());
  return Status::Ok();
}

Status Wal::recover(const std::function<Status(const Record&)>& apply, Recovery& recovery) {
  std::lock_guard<std::mutex> lock(mutex_);
  const std::vector<std::string> known = files();
  for (std::size_t i = 0; i < known.size(); ++i) {
    std::string text;
    const Status got = read_whole(known[i], text);
    if (!got.ok()) return got;
    std::size_t at = 0;
    while (at < text.size()) {
      Record record;
      std::size_t taken = 0;
      const Status decoded = Decode(std::string_view(text).substr(at), record, taken);
      const bool last_file = i + 1 == known.size();
      if (!decoded.ok() && !last_file) return decoded;  // what stands before other files was closed whole
      if (!decoded.ok() || taken == 0) break;
      const Status applied = apply(record);
      if (!applied.ok()) return applied;
      recovery.last_sequence = record.sequence;
      ++recovery.records;
      at += taken;
    }
    recovery.torn_bytes += text.size() - at;
    const Status cut = cut_torn_tail(known[i], at);
    if (!cut.ok()) return cut;
  }
  sequence_ = std::max(sequence_, recovery.last_sequence);
  return Status::Ok();
}

}  // namespace depot
