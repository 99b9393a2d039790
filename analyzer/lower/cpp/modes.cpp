#include "lower/cpp/modes.h"

#include "base/text.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr unsigned others_write = 02, others_read = 05;

/// What an argument gives to others, of write and of read or enter; nullopt where it is no mode that is written out.
std::optional<unsigned> given_to_others(std::string_view argument, const GuardWords& words) {
  const std::string_view text = trim(argument);
  const bool octal = text.size() > 1 && text.size() < 8 && text[0] == '0' &&
                     text.find_first_not_of("01234567") == std::string_view::npos;
  if (octal || text == "0") return static_cast<unsigned>(text.back() - '0') & (others_write | others_read);
  unsigned bits = 0;
  bool mode = false;
  for (const std::string_view flag : split(text, '|')) {
    const std::string_view name = base_name(trim(flag));
    if (words.names("others-write", name)) bits |= others_write;
    if (words.names("others-read", name)) bits |= others_read;
    mode = mode || bits != 0 || name.starts_with("S_I") || name.starts_with("owner_") || name.starts_with("group_");
  }
  return mode ? std::optional<unsigned>(bits) : std::nullopt;
}

}  // namespace

std::vector<OpenedFile> modes_of(const Function& function, const GuardWords& words) {
  std::vector<OpenedFile> found;
  for (const Call& call : function.calls) {
    if (call.arguments.empty() || !words.names("sets-mode", call.name)) continue;
    const bool mask = call.name == "umask";
    if (!mask && call.arguments.size() < 2) continue;
    std::optional<unsigned> others;
    for (std::size_t i = mask ? 0 : 1; i < call.arguments.size() && !others; ++i) {
      others = given_to_others(call.arguments[i].text, words);
      // What a call at a directory is given first is where, and last are flags.
      if (others && call.arguments[i].text == "0" && i + 1 == call.arguments.size() && i > 1) others.reset();
    }
    if (!others) continue;
    const unsigned allowed = mask ? ~*others : *others;
    const Arming arming = (allowed & others_write) != 0  ? Arming::Armed
                          : (allowed & others_read) != 0 ? Arming::Plain
                                                         : Arming::Disarmed;
    const bool second = call.name.ends_with("at") && call.arguments.size() > 2;
    found.push_back({call.name, mask ? "files" : call.arguments[second ? 1 : 0].text, arming, call.bytes});
  }
  return found;
}

}  // namespace redtag::cpp
