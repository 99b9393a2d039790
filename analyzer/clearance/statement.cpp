#include "clearance/statement.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace redtag {
namespace {

using Json = nlohmann::json;  // keys come out sorted

constexpr std::string_view statement_type = "https://in-toto.io/Statement/v1";
constexpr std::string_view fingerprint_head = "redtag/v1:";
constexpr std::array<std::string_view, 3> kinds{"clearance", "break-glass", "witnessed"};
constexpr std::array<std::string_view, 4> bands{"0-24", "25-49", "50-74", "75-100"};
constexpr std::size_t name_bytes = 1000;  // of one rule or entity

/// Foreign text as JSON takes it; entities need not be UTF-8.
std::string text(std::string_view foreign) {
  const std::string cut = shortened(foreign, name_bytes);
  return is_utf8(cut) ? cut : printable(cut);
}

std::string_view hex_of(std::string_view fingerprint) { return fingerprint.substr(fingerprint_head.size()); }

Json accepted_json(const AcceptedFinding& accepted) {
  return {{"band", band_name(accepted.band)},
          {"entity", text(accepted.entity)},
          {"fingerprint", accepted.fingerprint},
          {"rule", text(accepted.rule)}};
}

/// A member that must be a text; throws what the one reader below turns into an error.
std::string string_at(const Json& object, const char* key) { return object.at(key).get<std::string>(); }

ScoreBand band_named(const std::string& name) {
  const auto found = std::find(bands.begin(), bands.end(), name);
  if (found == bands.end()) throw std::invalid_argument("unknown band");
  return {static_cast<int>(found - bands.begin())};
}

ClearanceKind kind_named(const std::string& name) {
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) throw std::invalid_argument("unknown kind");
  return static_cast<ClearanceKind>(found - kinds.begin());
}

Instant instant_at(const Json& object, const char* key) {
  const auto instant = parse_instant(string_at(object, key));
  if (!instant) throw std::invalid_argument("no time");
  return *instant;
}

ClearanceStatement statement_of(const Json& json) {
  if (string_at(json, "predicateType") != clearance_predicate) throw std::invalid_argument("another predicate");
  const Json& predicate = json.at("predicate");
  ClearanceStatement statement;
  statement.kind = kind_named(string_at(predicate, "kind"));
  statement.repository = string_at(predicate, "repository");
  statement.target = string_at(predicate, "target");
  if (statement.kind != ClearanceKind::Clearance) statement.head = string_at(predicate, "head");
  if (statement.kind == ClearanceKind::Witnessed) statement.reviewer = string_at(predicate, "reviewer");
  statement.reason = string_at(predicate, "reason");
  statement.key = string_at(predicate, "key");
  statement.signed_at = instant_at(predicate, "signedAt");
  statement.until = instant_at(predicate, "until");
  for (const Json& one : predicate.at("accepts")) {
    statement.accepts.push_back({string_at(one, "fingerprint"), band_named(string_at(one, "band")),
                                 string_at(one, "rule"), string_at(one, "entity")});
  }
  return statement;
}

/// What a statement must be beyond its form; empty if it is.
std::string wrong_with(const ClearanceStatement& statement) {
  if (statement.accepts.empty()) return "it accepts nothing";
  if (statement.accepts.size() > statement_findings) return "it accepts more findings than one statement may";
  for (std::size_t i = 0; i < statement.accepts.size(); ++i) {
    if (!is_fingerprint(statement.accepts[i].fingerprint)) return "a fingerprint is none";
    if (i > 0 && statement.accepts[i - 1].fingerprint >= statement.accepts[i].fingerprint) {
      return "its fingerprints are not in order";
    }
  }
  if (statement.repository.empty() || statement.target.empty() || statement.key.empty()) {
    return "it names no repository, target or key";
  }
  if (trim(statement.reason).empty() || statement.reason.size() > reason_bytes)
    return "it gives no reason, or too long a one";
  return {};
}

}  // namespace

std::string_view clearance_kind_name(ClearanceKind kind) { return kinds[static_cast<std::uint8_t>(kind)]; }
ScoreBand band_of(int score) { return {std::clamp(score, 0, 99) / 25}; }
std::string_view band_name(ScoreBand band) { return bands[static_cast<std::size_t>(std::clamp(band.index, 0, 3))]; }

bool names(const AcceptedFinding& accepted, std::string_view rule, std::string_view entity) {
  return text(accepted.rule) == text(rule) && text(accepted.entity) == text(entity);
}

bool is_fingerprint(std::string_view text) {
  return text.size() == fingerprint_head.size() + 64 && text.starts_with(fingerprint_head) &&
         hex_of(text).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string print_statement(const ClearanceStatement& statement) {
  Json subjects = Json::array();
  Json accepts = Json::array();
  for (const AcceptedFinding& accepted : statement.accepts) {
    subjects.push_back({{"digest", {{"sha256", hex_of(accepted.fingerprint)}}},
                        {"name", text(accepted.rule) + " " + text(accepted.entity)}});
    accepts.push_back(accepted_json(accepted));
  }
  Json predicate{{"accepts", std::move(accepts)},
                 {"key", statement.key},
                 {"kind", clearance_kind_name(statement.kind)},
                 {"reason", text(statement.reason)},
                 {"repository", statement.repository},
                 {"signedAt", print_instant(statement.signed_at)},
                 {"target", statement.target},
                 {"until", print_instant(statement.until)}};
  if (statement.kind != ClearanceKind::Clearance) predicate["head"] = statement.head;
  if (statement.kind == ClearanceKind::Witnessed) predicate["reviewer"] = statement.reviewer;
  const Json json{{"_type", statement_type},
                  {"predicate", std::move(predicate)},
                  {"predicateType", clearance_predicate},
                  {"subject", std::move(subjects)}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Expected<ClearanceStatement> read_statement(std::string_view payload) {
  if (payload.size() > statement_bytes)
    return fail(ErrorCode::Limit, "a clearance's statement is larger than the limit");
  ClearanceStatement statement;
  try {
    // Nesting is bounded before a tree is built: the reader of the library keeps its own stack, but frees its trees by recursion.
    const auto shallow = [](int depth, Json::parse_event_t, Json&) {
      if (depth > 8) throw std::invalid_argument("too deep");
      return true;
    };
    statement = statement_of(Json::parse(payload, shallow));
  } catch (const std::exception&) {
    return fail(ErrorCode::Input, "not a statement of a clearance that this version of redtag knows");
  }
  if (const std::string wrong = wrong_with(statement); !wrong.empty()) {
    return fail(ErrorCode::Input, "a clearance's statement is not valid: " + wrong);
  }
  if (print_statement(statement) != payload) {
    return fail(ErrorCode::Input, "a clearance's statement is not spelt as redtag spells it");
  }
  return statement;
}

}  // namespace redtag
