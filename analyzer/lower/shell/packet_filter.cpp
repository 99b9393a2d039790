// Rule files of packet filters, as iptables-restore and nft load them: who may come in where, and what becomes of everybody else. Rules are
// taken in their order: what stands behind one that turns everybody away lets nobody in. Directives of templates are left out, so that both
// branches of a condition count; jumps from chain to chain are not followed.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/shell/carriers.h"
#include "lower/yaml_source.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_lines = 20000;
constexpr std::size_t most_words = 400;  // of one line
constexpr std::size_t most_doors = 1000;

constexpr std::string_view anyone = "anyone";

/// What one rule lets in, or whom it turns away.
struct Rule {
  std::vector<std::string> protocols, ports, sources;
  std::string verdict;
  bool bounded = false;  ///< something that is not read here narrows it
  bool idle = false;     ///< it lets in what belongs to something older, or comes from the machine itself
};

struct Door {
  std::set<std::string> sources;
  Region region;
};

struct Chain {
  std::string policy;
  bool outward = false;  ///< it is not about who comes in
  bool closed = false;   ///< the rest of it sees nobody
  Region region, closes;
  std::map<std::string, Door> doors;
};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size() && words.size() < most_words;) {
    const std::size_t begin = line.find_first_not_of(" \t\r,;", at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(" \t\r,;", begin), line.size());
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

/// What a template fills in is one word.
std::string without_open_blanks(std::string_view line) {
  std::string text(line);
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"{{", "}}"}, {"<%", "%>"}}) {
    std::size_t end = 0;
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, end)) {
      end = text.find(close, at);
      if (end == std::string::npos) break;
      std::replace_if(
          text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end),
          [](char c) { return c == ' ' || c == ',' || c == ';'; }, '_');
    }
  }
  return text;
}

bool is_everybody(std::string_view source) {
  return source == "0.0.0.0/0" || source == "::/0" || source == "0/0" || source == "any";
}

bool has(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

/// `-A INPUT -p tcp -s 10.0.0.0/8 --dport 22 -j ACCEPT`, from the third word on.
Rule read_iptables(const std::vector<std::string_view>& words) {
  Rule rule;
  std::string interface;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
    if (word == "-j" || word == "--jump" || word == "-g") rule.verdict = next;
    if (word == "-p" || word == "--protocol") rule.protocols.emplace_back(next);
    if (word == "-i" || word == "--in-interface") interface = next;
    if (word == "-s" || word == "--source" || word == "--src" || word == "--src-range") {
      for (std::size_t k = i + 1; k < words.size() && !words[k].starts_with('-'); ++k)
        rule.sources.emplace_back(words[k]);
      if (words[i - 1] == "!") rule.sources = {"not " + std::string(next)};
    }
    if (word == "--match-set") rule.sources.push_back("set " + std::string(next));
    if (word.starts_with("--dport") || word.starts_with("--destination-port")) {
      for (std::size_t k = i + 1; k < words.size() && !words[k].starts_with('-'); ++k)
        rule.ports.emplace_back(words[k]);
    }
    if ((word == "--state" || word == "--ctstate") && !has(next, "NEW")) {
      bool fresh = false;
      for (std::size_t k = i + 1; k < words.size() && !words[k].starts_with('-'); ++k)
        fresh = fresh || words[k] == "NEW";
      rule.idle = rule.idle || !fresh;
      rule.bounded = true;
    }
    static constexpr std::array narrowing =
        std::to_array<std::string_view>({"--uid-owner", "--limit", "--mac-source", "--icmp-type", "--icmpv6-type", "-d",
                                         "--destination", "-o", "--tcp-flags", "--set", "--rcheck", "--update",
                                         "--string", "--connlimit-above", "--sport", "--hitcount", "--ctdir"});
    if (std::find(narrowing.begin(), narrowing.end(), word) != narrowing.end()) rule.bounded = true;
  }
  rule.idle = rule.idle || interface == "lo";
  if (rule.sources.empty() && !interface.empty()) rule.sources.push_back("interface " + interface);
  return rule;
}

/// The values behind `words[at]`: one, or those in braces.
std::vector<std::string> values_behind(const std::vector<std::string_view>& words, std::size_t at) {
  std::vector<std::string> values;
  if (at + 1 >= words.size()) return values;
  std::string_view first = words[at + 1];
  if (!first.starts_with('{')) return {std::string(first)};
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    const bool last = word.ends_with('}');
    if (word.starts_with('{')) word.remove_prefix(1);
    if (word.ends_with('}')) word.remove_suffix(1);
    if (!word.empty()) values.emplace_back(word);
    if (last) break;
  }
  return values;
}

/// `ip saddr 10.0.0.0/8 tcp dport { 22, 2222 } accept`
Rule read_nft(const std::vector<std::string_view>& words) {
  Rule rule;
  std::string interface;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "accept" || word == "drop" || word == "reject") rule.verdict = word;
    if (word == "jump" || word == "goto" || word == "counter" || word == "log") continue;
    if (word == "saddr") {
      const std::vector<std::string> sources = values_behind(words, i);
      for (const std::string& source : sources) rule.sources.push_back(source == "!=" ? "all but some" : source);
    }
    if (word == "dport") {
      rule.ports = values_behind(words, i);
      if (i > 0 && (words[i - 1] == "tcp" || words[i - 1] == "udp")) rule.protocols.emplace_back(words[i - 1]);
    }
    if (word == "iif" || word == "iifname") {
      const std::vector<std::string> names = values_behind(words, i);
      interface = names.empty() ? std::string() : names.front();
      std::erase(interface, '"');
    }
    if (word == "state") {
      const std::vector<std::string> states = values_behind(words, i);
      const bool fresh =
          std::any_of(words.begin(), words.end(), [](std::string_view each) { return has(each, "new"); });
      rule.idle = rule.idle || (!states.empty() && !fresh);
      rule.bounded = true;
    }
    static constexpr std::array narrowing =
        std::to_array<std::string_view>({"icmp", "icmpv6", "daddr", "oif", "oifname", "limit", "sport", "protocol",
                                         "l4proto", "meta", "flags", "type"});
    if (std::find(narrowing.begin(), narrowing.end(), word) != narrowing.end()) rule.bounded = true;
  }
  rule.idle = rule.idle || interface == "lo";
  if (rule.sources.empty() && !interface.empty()) rule.sources.push_back("interface " + interface);
  return rule;
}

class Reader {
 public:
  explicit Reader(const SourceFileView& file) : file_(file) {}

  Model run() {
    std::size_t lines = 0;
    for (std::size_t at = 0; at < file_.text.size() && ++lines <= most_lines;) {
      const std::size_t end = std::min(file_.text.find('\n', at), file_.text.size());
      read_line(trim(file_.text.substr(at, end - at)),
                region_in(file_, {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)}));
      at = end + 1;
    }
    Model model;
    if (lines > most_lines) model.gaps.push_back({whole(), Stack::Shell, "more rules than the limit for one file"});
    if (file_.partial || lines > most_lines) return model;
    for (const auto& [name, chain] : chains_) {
      if (!chain.outward) declare(name, chain, model);
    }
    return model;
  }

 private:
  [[nodiscard]] Region whole() const { return region_in(file_, {0, static_cast<std::uint32_t>(file_.text.size())}); }

  static bool is_outward(std::string_view name) {
    const std::string low = lower_ascii(name);
    static constexpr std::array words =
        std::to_array<std::string_view>({"output", "forward", "fwd", "docker", "postrouting", "out", "log"});
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has(low, word); });
  }

  void read_line(std::string_view line, const Region& region) {
    if (line.empty() || line[0] == '#' || line.starts_with("{%") || line.starts_with("{#") || line.starts_with("<%"))
      return;
    if (line[0] == '*') {
      table_ = std::string(line.substr(1));
      return;
    }
    const std::string text = without_open_blanks(line);
    const std::vector<std::string_view> words = words_of(text);
    if (words.empty()) return;
    if (line[0] == ':' && words.size() > 1) {
      Chain& chain = chain_of(table_, words[0].substr(1), region);
      if (words[1] != "-") chain.policy = lower_ascii(words[1]);
    } else if ((words[0] == "-A" || words[0] == "--append" || words[0] == "-I") && words.size() > 2) {
      add(chain_of(table_, words[1], region), read_iptables(words), region);
    } else if (words[0] == "table") {
      table_ = words.size() > 2 ? std::string(words[1]) + " " + std::string(words[2]) : std::string();
    } else if (words[0] == "chain" && words.size() > 1) {
      nft_ = &chain_of(table_, words[1], region);
    } else if (nft_ != nullptr) {
      read_nft_line(words, region);
    }
  }

  void read_nft_line(const std::vector<std::string_view>& words, const Region& region) {
    if (words[0] == "}") return;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i] == "hook") nft_->outward = words[i + 1] != "input";
      if (words[i] != "policy") continue;
      nft_->policy = words[i + 1];
      nft_->region = region;
    }
    if (words[0] == "type" || words[0] == "policy") return;
    add(*nft_, read_nft(words), region);
  }

  Chain& chain_of(const std::string& table, std::string_view name, const Region& region) {
    const auto [chain, fresh] = chains_.try_emplace(table + "/" + std::string(name));
    if (!fresh) return chain->second;
    chain->second.region = region;
    chain->second.outward = is_outward(name) || table == "nat" || table == "mangle" || table == "raw";
    return chain->second;
  }

  void add(Chain& chain, const Rule& rule, const Region& region) {
    const std::string verdict = lower_ascii(rule.verdict);
    if (rule.idle || chain.closed) return;
    const bool unbound = rule.protocols.empty() && rule.ports.empty() && rule.sources.empty() && !rule.bounded;
    if ((verdict == "drop" || verdict == "reject") && unbound) {
      chain.closed = true;
      chain.closes = region;
      return;
    }
    if (verdict != "accept" || (rule.bounded && rule.ports.empty())) return;
    // Messages between machines and routers open nothing.
    static constexpr std::array signalling =
        std::to_array<std::string_view>({"icmp", "icmpv6", "ipv6-icmp", "igmp", "vrrp", "ah", "esp", "ospf"});
    const bool signals = std::any_of(rule.protocols.begin(), rule.protocols.end(), [](const std::string& protocol) {
      return std::find(signalling.begin(), signalling.end(), protocol) != signalling.end();
    });
    if (signals) return;
    std::vector<std::string> ports = rule.ports, protocols = rule.protocols;
    if (ports.empty()) ports.emplace_back("every port");
    if (protocols.empty()) protocols.emplace_back("any");
    for (const std::string& protocol : protocols) {
      for (const std::string& port : ports) {
        if (chain.doors.size() >= most_doors) return;
        Door& door = chain.doors[protocol + "/" + port];
        door.region = region;
        if (rule.sources.empty()) door.sources.emplace(anyone);
        for (const std::string& source : rule.sources)
          door.sources.insert(is_everybody(source) ? std::string(anyone) : source);
      }
    }
  }

  void declare(const std::string& name, const Chain& chain, Model& model) const {
    Resource rules;
    rules.stack = Stack::Shell;
    rules.type = "packet filter";
    rules.name = name;
    rules.scope = file_.path;
    rules.address = std::string(file_.path) + ":" + name;
    rules.region = whole();
    rules.header = chain.region;
    const Region ends = chain.closed ? chain.closes : chain.region;
    const bool open = !chain.closed && chain.policy == "accept";
    if (chain.closed || !chain.policy.empty())
      rules.attributes.push_back({"otherwise", known_string(open ? "let in" : "turned away", ends), ends});
    Value doors;
    doors.presence = Presence::Known;
    doors.shape = Shape::Block;
    doors.region = chain.region;
    for (const auto& [door, who] : chain.doors) {
      Value sources;
      sources.presence = Presence::Known;
      sources.shape = Shape::Set;
      sources.region = who.region;
      for (const std::string& source : who.sources) sources.items.push_back(known_string(source, who.region));
      doors.entries.push_back({door, std::move(sources), who.region});
    }
    rules.attributes.push_back({"accepts", std::move(doors), chain.region});
    const Value count = known_number(std::to_string(chain.doors.size()), ends);
    rules.attributes.push_back({"doors", count, ends});
    model.resources.push_back(std::move(rules));
  }

  const SourceFileView& file_;
  std::string table_;
  std::map<std::string, Chain> chains_;
  Chain* nft_ = nullptr;
};

}  // namespace

Model lower_packet_filter(const SourceFileView& file) { return Reader(file).run(); }

}  // namespace redtag::shell
