#include "clang/client.h"

#include <csignal>

namespace redtag::flow {

namespace {

// What dies again and again is not worth starting again for each of ten thousand files.
constexpr unsigned most_deaths = 3;

std::string end_in_words(int status) {
  if (status == 128 + SIGXCPU || status == 128 + SIGALRM || status == 128 + SIGKILL)
    return "redtag-clang met its limit of time or memory";
  if (status > 128) return "redtag-clang was ended by signal " + std::to_string(status - 128);
  return "redtag-clang ended with status " + std::to_string(status);
}

}  // namespace

Expected<Answer> Client::ask(const Request& request) {
  if (deaths_ >= most_deaths) return fail(ErrorCode::Process, "redtag-clang died or was silent too often");
  Expected<std::string> bytes = exchange(request);
  if (!bytes) {
    child_.reset();
    deaths_ = bytes.error().code == ErrorCode::Limit ? most_deaths : deaths_ + 1;
    return tl::make_unexpected(std::move(bytes.error()));
  }
  Expected<Answer> answer = answer_from_wire(*bytes);
  if (!answer) child_.reset();
  return answer;
}

Expected<std::string> Client::exchange(const Request& request) {
  if (!child_) {
    RT_TRY(Child child, Child::start(Command{program_, {}, {}, {}}));
    child_ = std::move(child);
    child_->expect_within(patience_);
  }
  child_->feed(frame(to_wire(request)));
  std::string bytes;
  for (;;) {
    Expected<bool> more = child_->read(bytes);
    if (!more && more.error().code == ErrorCode::Limit)
      return fail(ErrorCode::Limit, "redtag-clang did not answer in time and was ended");
    if (!more) return tl::make_unexpected(std::move(more.error()));
    if (!*more) {
      RT_TRY(const int status, child_->wait());
      return fail(ErrorCode::Process, end_in_words(status));
    }
    RT_TRY(std::optional<std::string> message, take_frame(bytes));
    if (message) return std::move(*message);
  }
}

}  // namespace redtag::flow
