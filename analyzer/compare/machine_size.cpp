#include "compare/machine_size.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t longest_name = 64;

constexpr std::array words = std::to_array<std::pair<std::string_view, double>>({
    {"nano", 0.5},
    {"micro", 1},
    {"small", 2},
    {"medium", 4},
    {"large", 8},
    {"xlarge", 16},
});

std::optional<double> whole_number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

/// `8xlarge`, `medium`: GiB of a general machine.
std::optional<double> word_size(std::string_view word) {
  for (const auto& [name, size] : words) {
    if (word == name) return size;
    if (name != "xlarge" || !word.ends_with(name)) continue;
    if (const auto times = whole_number(word.substr(0, word.size() - name.size()))) return *times * size;
  }
  return std::nullopt;
}

/// The share of memory of a family, beside that of a general one.
double family_factor(std::string_view family) {
  switch (family.empty() ? ' ' : family.front()) {
    case 'r':
    case 'z': return 2;
    case 'x':
    case 'u': return 4;
    case 'c': return 0.5;
    default: return 1;
  }
}

/// `db.r6g.8xlarge`, `cache.t4g.small`, `r6g.large.search`.
std::optional<MachineSize> dotted(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '.');
  for (std::size_t i = 1; i < parts.size() && i < 4; ++i) {
    if (const auto size = word_size(parts[i]))
      return MachineSize{MachineSize::Naming::Dotted, *size * family_factor(parts[i - 1])};
  }
  return std::nullopt;
}

/// `Standard_D16s_v3`, `GP_Standard_E8ds_v4`, `GP_Gen5_8`.
std::optional<MachineSize> numbered(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '_');
  if (parts.size() < 2) return std::nullopt;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const bool behind_standard = parts[i - 1] == "standard", behind_generation = parts[i - 1].starts_with("gen");
    if (!behind_standard && !behind_generation) continue;
    const std::size_t begin = parts[i].find_first_of("0123456789");
    if (begin == std::string_view::npos || (behind_generation && begin != 0)) continue;
    const std::size_t end = std::min(parts[i].find_first_not_of("0123456789", begin), parts[i].size());
    if (const auto size = whole_number(parts[i].substr(begin, end - begin)))
      return MachineSize{MachineSize::Naming::Numbered, *size};
  }
  return std::nullopt;
}

/// `db-custom-16-61440`, `db-n1-highmem-8`, `n2-standard-16`, `db-f1-micro`.
std::optional<MachineSize> dashed(std::string_view name) {
  const std::vector<std::string_view> parts = split(name, '-');
  constexpr double shared = 0.5;  // of one processor, which others use as well
  if (parts.size() < 3) return std::nullopt;
  if (parts.back() == "micro" || parts.back() == "small") return MachineSize{MachineSize::Naming::Dashed, shared};
  const auto custom = std::find(parts.begin(), parts.end(), "custom");
  const bool with_memory = custom != parts.end() && parts.end() - custom == 3;
  if (const auto size = whole_number(with_memory ? custom[1] : parts.back()))
    return MachineSize{MachineSize::Naming::Dashed, *size};
  return std::nullopt;
}

}  // namespace

std::optional<MachineSize> machine_size(std::string_view name) {
  if (name.size() > longest_name) return std::nullopt;
  const std::string lower = lower_ascii(trim(name));
  if (const auto size = dotted(lower)) return size;
  if (const auto size = numbered(lower)) return size;
  return dashed(lower);
}

}  // namespace redtag
