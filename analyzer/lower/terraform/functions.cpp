#include "lower/terraform/functions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"
#include "lower/terraform/json.h"

namespace redtag::terraform {

namespace {

using Arguments = std::vector<Value>;
constexpr double exact_integers = 9007199254740992.0;  // beyond 2^53 a double is no longer the number that was written
constexpr std::size_t longest_text = std::size_t{1} << 20;

std::string replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit = text.find(from); hit != std::string_view::npos && out.size() < longest_text;
       hit = text.find(from, at)) {
    out += text.substr(at, hit - at);
    out += to;
    at = hit + from.size();
  }
  return out += text.substr(at);
}

std::string upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string titled(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if ((i == 0 || out[i - 1] == ' ') && out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
  return out;
}

std::string_view trim_set(std::string_view text, std::string_view set) {
  const auto first = text.find_first_not_of(set);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(set) - first + 1);
}

/// `format`, for the verbs that configurations use.
std::optional<std::string> formatted(const Arguments& arguments) {
  const std::string_view pattern = arguments[0].text;
  std::string out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    if (++i >= pattern.size()) return std::nullopt;
    if (pattern[i] == '%') {
      out += '%';
      continue;
    }
    std::size_t width = 0;
    const bool zeros = pattern[i] == '0';
    for (; i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9' && width < 100; ++i)
      width = width * 10 + static_cast<std::size_t>(pattern[i] - '0');
    if (i >= pattern.size() || next >= arguments.size()) return std::nullopt;
    const auto text = as_text(arguments[next++]);
    const char verb = pattern[i];
    if (!text || (verb != 's' && verb != 'v' && verb != 'd' && verb != 'q')) return std::nullopt;
    if (verb == 'd' && !as_number(arguments[next - 1])) return std::nullopt;
    if (verb == 'q')
      out += *write_json(known_string(std::string(*text)));
    else
      out += std::string(width > text->size() ? width - text->size() : 0, zeros ? '0' : ' ') + std::string(*text);
  }
  return next == arguments.size() ? std::optional(out) : std::nullopt;
}

std::optional<Value> call_text_function(std::string_view name, const std::vector<std::string_view>& a, Region region) {
  const auto text = [&](std::string out) { return std::optional(known_string(std::move(out), region)); };
  if (a.size() == 1) {
    if (name == "title") return text(titled(a[0]));
    if (name == "lower") return text(lower_ascii(a[0]));
    if (name == "upper") return text(upper_ascii(a[0]));
    if (name == "trimspace") return text(std::string(trim(a[0])));
    if (name == "chomp") return text(std::string(a[0].substr(0, a[0].find_last_not_of("\r\n") + 1)));
    if (name == "dirname")
      return text(std::string(a[0].find('/') == std::string_view::npos ? "." : a[0].substr(0, a[0].rfind('/'))));
    if (name == "basename") return text(std::string(a[0].substr(a[0].rfind('/') + 1)));
  }
  if (a.size() == 2) {
    if (name == "trim") return text(std::string(trim_set(a[0], a[1])));
    if (name == "trimprefix") return text(std::string(a[0].starts_with(a[1]) ? a[0].substr(a[1].size()) : a[0]));
    if (name == "trimsuffix")
      return text(std::string(a[0].ends_with(a[1]) ? a[0].substr(0, a[0].size() - a[1].size()) : a[0]));
    if (name == "startswith") return known_bool(a[0].starts_with(a[1]), region);
    if (name == "endswith") return known_bool(a[0].ends_with(a[1]), region);
    if (name == "strcontains") return known_bool(a[0].find(a[1]) != std::string_view::npos, region);
    if (name == "split" && !a[0].empty()) {
      Value list;
      list.presence = Presence::Known;
      list.shape = Shape::List;
      list.region = region;
      std::string_view rest = a[1];
      for (std::size_t hit = rest.find(a[0]); hit != std::string_view::npos; hit = rest.find(a[0])) {
        list.items.push_back(known_string(std::string(rest.substr(0, hit)), region));
        rest.remove_prefix(hit + a[0].size());
      }
      list.items.push_back(known_string(std::string(rest), region));
      return list;
    }
  }
  const bool pattern = a.size() == 3 && a[1].size() > 1 && a[1].front() == '/' && a[1].back() == '/';
  if (name == "replace" && a.size() == 3 && !a[1].empty() && !pattern) return text(replaced(a[0], a[1], a[2]));
  return std::nullopt;
}

std::optional<Value> call_number_function(std::string_view name, const Arguments& arguments, Region region) {
  std::vector<double> numbers;
  for (const Value& argument : arguments) {
    const auto number = as_number(argument);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.empty()) return std::nullopt;
  if (name == "min") return number_value(*std::min_element(numbers.begin(), numbers.end()), region);
  if (name == "max") return number_value(*std::max_element(numbers.begin(), numbers.end()), region);
  if (numbers.size() != 1) return std::nullopt;
  if (name == "abs") return number_value(std::fabs(numbers[0]), region);
  if (name == "ceil") return number_value(std::ceil(numbers[0]), region);
  if (name == "floor") return number_value(std::floor(numbers[0]), region);
  return std::nullopt;
}

std::optional<Value> convert(std::string_view name, const Value& value, Region region) {
  if (value.is_null()) return value;
  if (name == "tostring") {
    const auto text = as_text(value);
    return text ? std::optional(known_string(std::string(*text), value.region)) : std::nullopt;
  }
  if (name == "tonumber") {
    const auto number = as_number(value);
    return number ? std::optional(number_value(*number, value.region)) : std::nullopt;
  }
  if (name == "tobool") {
    const auto truth = as_bool(value);
    return truth ? std::optional(known_bool(*truth, value.region)) : std::nullopt;
  }
  return read_json(value.text, region);  // jsondecode
}

/// The parts of `format`'s text with its arguments between them; false if a verb does more than insert one.
bool insert_all(std::string_view text, const Arguments& arguments, std::vector<Value>& parts) {
  std::string literal;
  std::size_t next = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      literal += text[at];
      continue;
    }
    const char verb = at + 1 < text.size() ? text[++at] : '\0';
    if (verb == '%') {
      literal += verb;
      continue;
    }
    if ((verb != 's' && verb != 'v' && verb != 'd') || next >= arguments.size()) return false;
    if (!literal.empty()) parts.push_back(known_string(std::move(literal), arguments[0].region));
    literal.clear();
    parts.push_back(arguments[next++]);
  }
  if (!literal.empty()) parts.push_back(known_string(std::move(literal), arguments[0].region));
  return next == arguments.size();
}

}  // namespace

std::optional<double> as_number(const Value& value) {
  if (!value.known() || value.shape != Shape::Scalar || value.type == ScalarType::Bool || value.text.empty())
    return std::nullopt;
  double number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(number) || std::fabs(number) >= exact_integers)
    return std::nullopt;
  return number;
}

std::optional<bool> as_bool(const Value& value) {
  if (!value.known() || value.shape != Shape::Scalar) return std::nullopt;
  if (value.text == "true") return true;
  return value.text == "false" ? std::optional(false) : std::nullopt;
}

std::optional<std::string_view> as_text(const Value& value) {
  if (!value.known() || value.shape != Shape::Scalar || value.type == ScalarType::Null) return std::nullopt;
  return value.text;
}

Value number_value(double number, Region region) {
  char buffer[64];
  const auto written = std::to_chars(buffer, buffer + sizeof(buffer), number + 0.0);
  return known_number(std::string(buffer, written.ptr), region);
}

bool wholly_known(const Value& value) {
  return value.known() && std::all_of(value.items.begin(), value.items.end(), wholly_known) &&
         std::all_of(value.entries.begin(), value.entries.end(), [](const Entry& e) { return wholly_known(e.value); });
}

std::optional<Value> call_function(std::string_view name, const Arguments& arguments, Region region) {
  if (name == "jsonencode" && arguments.size() == 1) {
    std::optional<std::string> text = write_json(arguments[0]);
    return text ? std::optional(known_string(std::move(*text), region)) : std::nullopt;
  }
  if (arguments.size() == 1 && (name == "tostring" || name == "tonumber" || name == "tobool" || name == "jsondecode")) {
    return arguments[0].known() && arguments[0].shape == Shape::Scalar ? convert(name, arguments[0], region)
                                                                       : std::nullopt;
  }
  if (std::optional<Value> result = call_collection_function(name, arguments, region)) return result;
  if (std::optional<Value> result = call_relating_function(name, arguments, region)) return result;
  if (std::optional<Value> result = call_cutting_function(name, arguments, region)) return result;
  std::vector<std::string_view> texts;
  for (const Value& argument : arguments) {
    const auto text = as_text(argument);
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  if (name == "format" && !arguments.empty()) {
    std::optional<std::string> text = formatted(arguments);
    return text ? std::optional(known_string(std::move(*text), region)) : std::nullopt;
  }
  if (std::optional<Value> result = call_text_function(name, texts, region)) return result;
  return call_number_function(name, arguments, region);
}

std::optional<Value> compose_text(std::string_view name, const Arguments& arguments, Region region) {
  Value composed = unknown_value({}, {}, region);
  composed.expression = Expression::Template;
  const bool format = name == "format" && !arguments.empty() && as_text(arguments[0]);
  const bool join = name == "join" && arguments.size() == 2 && as_text(arguments[0]) && arguments[1].known() &&
                    arguments[1].shape == Shape::List;
  if (format && !insert_all(*as_text(arguments[0]), arguments, composed.items)) return std::nullopt;
  if (join) {
    for (const Value& item : arguments[1].items) {
      if (!composed.items.empty()) composed.items.push_back(known_string(std::string(*as_text(arguments[0])), region));
      composed.items.push_back(item);
    }
  }
  const bool scalars = std::all_of(composed.items.begin(), composed.items.end(), [](const Value& item) {
    return as_text(item).has_value() || item.presence == Presence::Unknown;
  });
  return composed.items.empty() || !scalars ? std::nullopt : std::optional(std::move(composed));
}

std::optional<Value> apply_operator(std::string_view sign, const Arguments& operands, Region region) {
  if (operands.size() == 1) {
    const auto truth = as_bool(operands[0]);
    const auto number = as_number(operands[0]);
    if (sign == "!" && truth) return known_bool(!*truth, region);
    if (sign == "-" && number) return number_value(-*number, region);
    return std::nullopt;
  }
  if (operands.size() != 2) return std::nullopt;
  const Value& left = operands[0];
  const Value& right = operands[1];
  if (sign == "&&" || sign == "||") {  // one operand may decide alone
    const bool decides = sign == "||";
    const auto a = as_bool(left), b = as_bool(right);
    if ((a && *a == decides) || (b && *b == decides)) return known_bool(decides, region);
    return a && b ? std::optional(known_bool(!decides, region)) : std::nullopt;
  }
  if (sign == "==" || sign == "!=") {
    if (!wholly_known(left) || !wholly_known(right)) return std::nullopt;
    return known_bool(same_value(left, right) == (sign == "=="), region);
  }
  const auto a = as_number(left), b = as_number(right);
  if (!a || !b) return std::nullopt;
  if (sign == "<") return known_bool(*a < *b, region);
  if (sign == ">") return known_bool(*a > *b, region);
  if (sign == "<=") return known_bool(*a <= *b, region);
  if (sign == ">=") return known_bool(*a >= *b, region);
  double result = 0;
  if (sign == "+")
    result = *a + *b;
  else if (sign == "-")
    result = *a - *b;
  else if (sign == "*")
    result = *a * *b;
  else if (sign == "/" && *b != 0)
    result = *a / *b;
  else if (sign == "%" && *b != 0)
    result = std::fmod(*a, *b);
  else
    return std::nullopt;
  return std::fabs(result) < exact_integers ? std::optional(number_value(result, region)) : std::nullopt;
}

}  // namespace redtag::terraform
