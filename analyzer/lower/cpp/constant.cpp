#include "lower/cpp/constant.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/c_names.h"
#include "base/text.h"

namespace redtag::cpp {

namespace {

constexpr int deepest = 24;
constexpr double most_exact = 9.0e15;  // beyond, not every whole number is one of ours

struct Amount {
  double value = 0;
  bool seconds = false;
};

struct Unit {
  std::string_view name;  ///< of a type or function, in lower case
  std::string_view suffix;
  double seconds;
};

constexpr std::array units = std::to_array<Unit>({
    {"nanoseconds", "ns", 1e-9},
    {"microseconds", "us", 1e-6},
    {"milliseconds", "ms", 1e-3},
    {"seconds", "s", 1},
    {"minutes", "min", 60},
    {"hours", "h", 3600},
    {"days", "d", 86400},
    {"weeks", "", 604800},
});

struct Most {
  std::string_view name;
  double value;
};

constexpr std::array limits_of_c = std::to_array<Most>({
    {"INT_MAX", 2147483647.0},
    {"INT32_MAX", 2147483647.0},
    {"INT64_MAX", 9223372036854775807.0},
    {"LLONG_MAX", 9223372036854775807.0},
    {"LONG_MAX", 9223372036854775807.0},
    {"SIZE_MAX", 18446744073709551615.0},
    {"SSIZE_MAX", 9223372036854775807.0},
    {"UINT32_MAX", 4294967295.0},
    {"UINT64_MAX", 18446744073709551615.0},
    {"UINT_MAX", 4294967295.0},
    {"ULLONG_MAX", 18446744073709551615.0},
    {"ULONG_MAX", 18446744073709551615.0},
});

/// The last part of a qualified name, without template arguments, in lower case.
std::string last_name(std::string_view name) {
  name = name.substr(0, name.find('<'));
  while (!name.empty() && !in_name(name.back())) name.remove_suffix(1);
  std::size_t begin = name.size();
  while (begin > 0 && in_name(name[begin - 1])) --begin;
  return lower_ascii(name.substr(begin));
}

const Unit* unit_named(std::string_view type) {
  const std::string name = last_name(type);
  for (const Unit& unit : units) {
    if (name == unit.name) return &unit;
  }
  return nullptr;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Amount> read() {
    const std::optional<Amount> value = binary(0, 0);
    skip();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  struct Sign {
    std::string_view text;
    int level;
  };
  static constexpr std::array signs =
      std::to_array<Sign>({{"<<", 1}, {">>", 1}, {"|", 0}, {"+", 2}, {"-", 2}, {"*", 3}, {"/", 3}});

  void skip() { at_ = skip_blanks(text_, at_); }

  [[nodiscard]] bool take(std::string_view word) {
    skip();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::optional<Amount> binary(int level, int depth) {
    if (depth > deepest) return std::nullopt;
    std::optional<Amount> left = unary(depth + 1);
    while (left) {
      skip();
      const Sign* found = nullptr;
      for (const Sign& sign : signs) {
        if (sign.level >= level && text_.substr(at_, sign.text.size()) == sign.text) found = &sign;
        if (found != nullptr) break;
      }
      if (found == nullptr) return left;
      at_ += found->text.size();
      const std::optional<Amount> right = binary(found->level + 1, depth + 1);
      left = right ? apply(*left, found->text, *right) : std::nullopt;
    }
    return left;
  }

  static std::optional<Amount> apply(Amount a, std::string_view sign, Amount b) {
    const bool same = a.seconds == b.seconds;
    if (sign == "+" && same) return Amount{a.value + b.value, a.seconds};
    if (sign == "-" && same) return Amount{a.value - b.value, a.seconds};
    if (sign == "*" && !(a.seconds && b.seconds)) return Amount{a.value * b.value, a.seconds || b.seconds};
    if (sign == "/" && b.value != 0 && !b.seconds) {
      const double value = a.value / b.value;
      return Amount{a.seconds ? value : std::trunc(value), a.seconds};
    }
    const bool shifts = !a.seconds && !b.seconds && b.value >= 0 && b.value < 63;
    if (sign == "<<" && shifts) return Amount{std::ldexp(a.value, static_cast<int>(b.value))};
    if (sign == ">>" && shifts) return Amount{std::floor(std::ldexp(a.value, -static_cast<int>(b.value)))};
    return std::nullopt;
  }

  std::optional<Amount> unary(int depth) {
    if (depth > deepest) return std::nullopt;
    if (take("-")) {
      std::optional<Amount> value = unary(depth + 1);
      if (value) value->value = -value->value;
      return value;
    }
    if (take("+")) return unary(depth + 1);
    for (const auto& [open, close] : {std::pair{"(", ")"}, std::pair{"{", "}"}}) {
      if (!take(open)) continue;
      const std::optional<Amount> value = binary(0, depth + 1);
      return value && take(close) ? value : std::nullopt;
    }
    skip();
    if (at_ >= text_.size()) return std::nullopt;
    const char c = text_[at_];
    if ((c >= '0' && c <= '9') || c == '.') return number();
    return in_name(c) ? named(depth) : std::nullopt;
  }

  std::optional<Amount> number() {
    std::string digits;
    std::size_t end = at_;
    const bool hexadecimal = text_.substr(at_, 2) == "0x" || text_.substr(at_, 2) == "0X";
    const auto belongs = [&](char c) {
      const bool digit = (c >= '0' && c <= '9') || c == '.';
      return digit || (hexadecimal && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == 'X'));
    };
    for (; end < text_.size() && (belongs(text_[end]) || text_[end] == '\''); ++end) {
      if (text_[end] != '\'') digits += text_[end];
    }
    const bool exponent = !hexadecimal && end + 1 < text_.size() && (text_[end] == 'e' || text_[end] == 'E');
    if (exponent) {
      digits += text_[end++];
      while (end < text_.size() && ((text_[end] >= '0' && text_[end] <= '9') || text_[end] == '-'))
        digits += text_[end++];
    }
    if (digits.size() > 40) return std::nullopt;
    const bool octal =
        !hexadecimal && !exponent && digits.size() > 1 && digits[0] == '0' && digits.find('.') == std::string::npos;
    Amount amount{octal ? static_cast<double>(std::strtoull(digits.c_str(), nullptr, 8))
                        : std::strtod(digits.c_str(), nullptr)};
    const std::size_t last = end_of_name(text_, end);
    const std::string_view suffix = text_.substr(end, last - end);
    at_ = last;
    if (suffix.find_first_not_of("uUlLzZ") == std::string_view::npos || suffix == "f" || suffix == "F") return amount;
    for (const Unit& unit : units) {
      if (suffix == unit.suffix) return Amount{amount.value * unit.seconds, true};
    }
    return std::nullopt;
  }

  /// A name, with template arguments and what it is called or made with: `std::chrono::seconds(30)`, `INT_MAX`.
  std::optional<Amount> named(int depth) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (in_name(text_[at_]) || text_[at_] == ':')) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    std::string_view of;
    if (at_ < text_.size() && text_[at_] == '<') {
      const std::size_t close = text_.find('>', at_);
      if (close == std::string_view::npos) return std::nullopt;
      of = text_.substr(at_ + 1, close - at_ - 1);
      at_ = close + 1;
    }
    for (const Most& most : limits_of_c) {
      if (name == most.name) return Amount{most.value};
    }
    if (name.ends_with("numeric_limits")) return take("::max()") ? Amount{largest(of)} : std::optional<Amount>();
    const Unit* unit = unit_named(name);
    skip();
    const bool cast = name == "static_cast" || of.empty();
    if (at_ >= text_.size() || (text_[at_] != '(' && text_[at_] != '{') || !cast) return std::nullopt;
    // `std::size_t{64}` is 64; what any other function makes of a number is not known.
    if (unit == nullptr && name != "static_cast" && !is_number_type(last_name(name))) return std::nullopt;
    const std::optional<Amount> inner = unary(depth + 1);
    if (!inner || unit == nullptr || inner->seconds) return inner;
    return Amount{inner->value * unit->seconds, true};
  }

  static bool is_number_type(std::string_view name) {
    constexpr std::array names =
        std::to_array<std::string_view>({"int", "long", "unsigned", "size_t", "ssize_t", "double"});
    for (const std::string_view known : names) {
      if (name == known) return true;
    }
    return (name.starts_with("int") || name.starts_with("uint")) && name.ends_with("_t");
  }

  static double largest(std::string_view type) {
    if (type.find("64") != std::string_view::npos || type.find("long") != std::string_view::npos ||
        type.find("size_t") != std::string_view::npos)
      return 9223372036854775807.0;
    if (type.find("16") != std::string_view::npos || type.find("short") != std::string_view::npos) return 32767;
    return type.find('8') != std::string_view::npos ? 127 : 2147483647.0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string written(double value) {
  char buffer[64];
  const bool integer = std::floor(value) == value && std::abs(value) < most_exact;
  std::snprintf(buffer, sizeof(buffer), integer ? "%.0f" : std::abs(value) >= most_exact ? "%.0f" : "%.6g", value);
  return buffer;
}

/// A duration in the largest of the units in which it is a whole number.
std::string duration(double seconds) {
  if (seconds == 0) return "0s";
  for (const auto& [suffix, size] : {std::pair{"s", 1.0}, std::pair{"ms", 1e-3}, std::pair{"us", 1e-6}}) {
    const double amount = seconds / size;
    if (std::abs(amount - std::round(amount)) < 1e-6 * std::abs(amount)) return written(std::round(amount)) + suffix;
  }
  return written(std::round(seconds * 1e9)) + "ns";
}

}  // namespace

std::optional<std::string> constant_of(std::string_view text, std::string_view type) {
  std::optional<Amount> amount = Reader(trim(text)).read();
  if (!amount || !std::isfinite(amount->value)) return std::nullopt;
  if (const Unit* unit = unit_named(type); unit != nullptr && !amount->seconds)
    amount = Amount{amount->value * unit->seconds, true};
  return amount->seconds ? duration(amount->value) : written(amount->value);
}

}  // namespace redtag::cpp
