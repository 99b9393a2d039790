// A Makefile as variables and recipes. Line-driven, as make itself reads it: a window of one reads as well as the whole.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace redtag::shell {

/// One definition of a variable. Views the file.
struct MakeDefinition {
  enum class How : std::uint8_t { Set, Default, Append, Shell };
  How how = How::Set;
  std::string_view value;
  bool conditional = false;  ///< inside ifeq and its kin: one of several
};

struct MakeRule {
  std::string target;                    ///< as written, several of them with blanks between
  std::vector<std::string_view> needs;   ///< prerequisites by name
  std::vector<std::string_view> recipe;  ///< logical lines, continuation included, without the tab
};

struct Makefile {
  std::map<std::string, std::vector<MakeDefinition>, std::less<>> variables;
  std::set<std::string, std::less<>> exported;  ///< names of those that recipes find in their environment
  bool exports_all = false;
  std::map<std::string, std::vector<std::string_view>, std::less<>> canned;  ///< `define` bodies
  std::vector<MakeRule> rules;
  std::vector<std::string_view> included;  ///< other files that it reads, by their names as written
  bool one_shell = false;
};

[[nodiscard]] Makefile read_makefile(std::string_view text);

}  // namespace redtag::shell
