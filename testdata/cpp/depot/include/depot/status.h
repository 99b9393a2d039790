// How things go: one word, and what to tell a person.
#pragma once

#include <string>
#include <utility>

namespace depot {

enum class Code { Ok, NotFound, Refused, Busy, Corrupt, Io, Conflict, Limit };

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message) : code_(code), message_(std::move(message)) {}

  static Status Ok() { return Status(); }
  static Status NotFound(std::string what) { return Status(Code::NotFound, std::move(what)); }
  static Status Refused(std::string why) { return Status(Code::Refused, std::move(why)); }
  static Status Io(std::string what) { return Status(Code::Io, std::move(what)); }
  static Status Corrupt(std::string what) { return Status(Code::Corrupt, std::move(what)); }
  static Status Limit(std::string what) { return Status(Code::Limit, std::move(what)); }
  static Status Conflict(std::string what) { return Status(Code::Conflict, std::move(what)); }

  bool ok() const { return code_ == Code::Ok; }
  Code code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  Code code_ = Code::Ok;
  std::string message_;
};

const char* NameOf(Code code);

}  // namespace depot
