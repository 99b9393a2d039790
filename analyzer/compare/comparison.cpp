#include "compare/comparison.h"

#include <fmt/format.h>

namespace redtag {
namespace {

std::string phrase(std::string_view verb, const DifferenceSide& side) {
  const std::size_t rest = side.certain + side.possible - side.examples.size();
  std::string text = fmt::format("{} {}", verb, fmt::join(side.examples, ", "));
  if (rest != 0) text += fmt::format(" and {} more", rest);
  return text;
}

}  // namespace

std::string_view comparison_name(Comparison comparison) {
  switch (comparison) {
    case Comparison::Equal: return "equal";
    case Comparison::Wider: return "wider";
    case Comparison::Narrower: return "narrower";
    case Comparison::Both: return "both";
    case Comparison::Unknown: return "unknown";
  }
  return "unknown";
}

void DifferenceSide::add(std::string example) {
  const std::size_t place = certain++;
  if (place >= examples_kept) return;
  examples.insert(examples.begin() + static_cast<std::ptrdiff_t>(place), std::move(example));
  if (examples.size() > examples_kept) examples.pop_back();
}

void DifferenceSide::add_possible(std::string example) {
  ++possible;
  if (examples.size() < examples_kept) examples.push_back(std::move(example));
}

Comparison Difference::outcome() const {
  if (!gave_up.empty()) return Comparison::Unknown;
  if (gained.empty() && lost.empty()) return Comparison::Equal;
  if (lost.empty()) return Comparison::Wider;
  if (gained.empty()) return Comparison::Narrower;
  if (gained.certain != 0) return lost.certain != 0 ? Comparison::Both : Comparison::Wider;
  return Comparison::Unknown;
}

std::string Difference::sentence() const {
  if (!gave_up.empty()) return gave_up;
  std::string text;
  if (!gained.empty()) text = phrase(gained.certain != 0 ? "gains" : "may gain", gained);
  if (!lost.empty()) {
    if (!text.empty()) text += "; ";
    text += phrase(lost.certain != 0 ? "loses" : "may lose", lost);
  }
  return text;
}

}  // namespace redtag
