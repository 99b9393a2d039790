#include "lower/cpp/condition.h"

#include <array>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace redtag::cpp {

namespace {

struct Comparison {
  std::string_view left;
  std::string_view sign;
  std::string_view right;
};

/// The one comparison that a text is; nullopt where it is none, or more, or may be a template's brackets.
std::optional<Comparison> comparison_in(std::string_view text) {
  constexpr std::array signs = std::to_array<std::string_view>({" == ", " != ", " <= ", " >= ", " < ", " > "});
  constexpr std::array others = std::to_array<std::string_view>({"&&", "||", "?", "<<", ">>", "->*", "<=>"});
  for (const std::string_view other : others) {
    if (text.find(other) != std::string_view::npos) return std::nullopt;
  }
  std::optional<Comparison> found;
  for (const std::string_view sign : signs) {
    const std::size_t at = text.find(sign);
    if (at == std::string_view::npos) continue;
    if (found || text.find(sign, at + 1) != std::string_view::npos) return std::nullopt;
    found = Comparison{trim(text.substr(0, at)), trim(sign), trim(text.substr(at + sign.size()))};
  }
  return found;
}

std::string_view opposite(std::string_view sign) {
  if (sign == "==") return "!=";
  if (sign == "!=") return "==";
  if (sign == "<") return ">=";
  if (sign == ">") return "<=";
  if (sign == "<=") return ">";
  return "<";
}

}  // namespace

std::string asked_for(const Condition& condition) {
  std::optional<Comparison> compared = comparison_in(condition.text);
  if (!compared) return (condition.negated ? "unless " : "if ") + condition.text;
  if (condition.negated) compared->sign = opposite(compared->sign);
  const bool turned = compared->sign.front() == '>';
  const bool symmetric = compared->sign == "==" || compared->sign == "!=";
  if (turned || (symmetric && compared->right < compared->left)) {
    std::swap(compared->left, compared->right);
    if (turned) compared->sign = compared->sign == ">" ? "<" : "<=";
  }
  return "if " + std::string(compared->left) + ' ' + std::string(compared->sign) + ' ' + std::string(compared->right);
}

}  // namespace redtag::cpp
