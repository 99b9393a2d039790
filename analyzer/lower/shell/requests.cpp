// Requests that the tables know by their address: what a DELETE takes away, by the shape of the path behind the host.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/effect.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_segments = 24;
constexpr std::string_view type = "request";

using Segments = std::vector<std::string_view>;

bool is_open(std::string_view segment) { return segment.find(variable_begin) != std::string_view::npos; }

Segments segments_of(std::string_view path) {
  Segments out;
  for (const std::string_view segment : split(path, '/')) {
    if (!segment.empty()) out.push_back(segment);
  }
  return out;
}

/// The address without scheme, user, query and fragment.
std::string_view bare(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t user = url.substr(0, url.find('/')).find('@');
  return user == std::string_view::npos ? url : url.substr(user + 1);
}

/// How many segments of the template stand for themselves; nullopt where it does not fit. `*` is one segment, `**` at
/// the end one or more.
std::optional<std::size_t> fit(const Segments& shape, const Segments& path) {
  std::size_t literal = 0, at = 0;
  for (std::size_t i = 0; i < shape.size(); ++i, ++at) {
    if (shape[i] == "**" && i + 1 == shape.size()) return at < path.size() ? std::optional(literal) : std::nullopt;
    if (at >= path.size()) return std::nullopt;
    if (shape[i] == "*") continue;
    const bool same = lower_ascii(shape[i]) == lower_ascii(path[at]);  // Azure writes resourceGroups both ways
    if (!same && !(i == 0 && glob_match(shape[i], path[at]))) return std::nullopt;
    ++literal;
  }
  return at == path.size() ? std::optional(literal) : std::nullopt;
}

/// The address, and what it may be where an open segment stands for an owner and a name.
std::vector<Segments> readings_of(const Segments& path) {
  std::vector<Segments> out{path};
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!is_open(path[i]) && path[i].find('{') == std::string_view::npos) continue;
    out.push_back(path);
    out.back().insert(out.back().begin() + static_cast<std::ptrdiff_t>(i), path[i]);
    break;
  }
  return out;
}

/// Where a client sends what has no host, and what a variable names that everybody sets alike.
std::string address_of(const FactTables& facts, const std::string& program, std::string_view url) {
  std::string address(bare(url));
  const auto named = [&](std::string_view name) -> std::string_view {
    for (const FactRowView& row : facts.rows("shell", type, "alias")) {
      if (row.path == name) return row.value;
    }
    return {};
  };
  const bool hostless = program != "curl" && url.find("://") == std::string_view::npos;
  if (hostless && !is_open(address.substr(0, address.find('/')))) return std::string(named(program)) + "/" + address;
  if (address.starts_with(variable_begin)) {
    const std::size_t end = address.find(variable_end);
    if (end == std::string::npos) return address;
    const std::string_view meant = named("$" + address.substr(1, end - 1));
    if (!meant.empty()) return std::string(meant) + address.substr(end + 1);
  }
  // A server of one's own speaks as the vendor's does.
  if (const std::size_t own = address.find("/api/v3/"); own != std::string::npos && own == address.find('/'))
    return std::string(named("gh")) + address.substr(own + 7);
  return address;
}

}  // namespace

std::optional<Effect> find_request(const FactTables& facts, const LineView& line) {
  const std::string& program = line.invocation.program;
  if ((program != "curl" && program != "gh" && program != "glab") || !line.has_word("DELETE")) return std::nullopt;
  std::size_t target = LineView::npos;
  for (const std::size_t i :
       line.operands("-X -H -d -o -w -u -A -b -c -F -T -m -f -q -t -p --request --header --data --output --write-out "
                     "--user --max-time --retry --data-raw --connect-timeout --field --raw-field --jq --template "
                     "--hostname --input")) {
    const std::string& text = line.text(i);
    if (text.find('/') == std::string::npos) continue;
    if (target != LineView::npos && text.find("://") == std::string::npos) continue;
    target = i;
  }
  if (target == LineView::npos) return std::nullopt;
  const std::string address = address_of(facts, program, line.text(target));
  const Segments path = segments_of(address);
  if (path.size() < 2 || path.size() > most_segments) return std::nullopt;
  std::optional<FactRowView> best;
  std::size_t most = 0;
  for (const Segments& reading : readings_of(path)) {
    for (const FactRowView& row : facts.rows("shell", type)) {
      if (!row.path.starts_with("DELETE ")) continue;
      const auto literal = fit(segments_of(row.path.substr(7)), reading);
      if (literal && (!best || *literal > most)) best = row, most = *literal;
    }
  }
  if (!best) return std::nullopt;
  Effect effect;
  effect.row = *best;
  effect.row.path = "DELETE";  // what it is told as; the address is its target
  effect.operands = target;
  effect.verb = best->effect == "unguards" ? std::optional(Verb::Unguard) : verb_of(best->effect);
  return effect;
}

}  // namespace redtag::shell
