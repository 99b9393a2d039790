#include "clearance/envelope.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/base64.h"

namespace redtag {
namespace {

using Json = nlohmann::json;

std::string decoded(const Json& object, const char* key) {
  auto bytes = from_base64(object.at(key).get<std::string>());
  if (!bytes) throw std::invalid_argument("no base64");
  return std::move(*bytes);
}

Envelope envelope_of(const Json& json) {
  Envelope envelope;
  envelope.payload_type = json.at("payloadType").get<std::string>();
  envelope.payload = decoded(json, "payload");
  const Json& signatures = json.at("signatures");
  if (!signatures.is_array() || signatures.size() != 1) throw std::invalid_argument("one signature");
  envelope.key = signatures[0].at("keyid").get<std::string>();
  envelope.signature = decoded(signatures[0], "sig");
  return envelope;
}

}  // namespace

std::string signed_bytes(std::string_view payload_type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(), payload);
}

std::string print_envelope(const Envelope& envelope) {
  const Json json{{"payload", base64(envelope.payload)},
                  {"payloadType", envelope.payload_type},
                  {"signatures", Json::array({{{"keyid", envelope.key}, {"sig", base64(envelope.signature)}}})}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Expected<Envelope> read_envelope(std::string_view text) {
  if (text.size() > envelope_bytes) return fail(ErrorCode::Limit, "an envelope is larger than the limit");
  Envelope envelope;
  try {
    const auto shallow = [](int depth, Json::parse_event_t, Json&) {
      if (depth > 4) throw std::invalid_argument("too deep");
      return true;
    };
    envelope = envelope_of(Json::parse(text, shallow));
  } catch (const std::exception&) {
    return fail(ErrorCode::Input, "not a DSSE envelope with one signature");
  }
  if (print_envelope(envelope) != text) return fail(ErrorCode::Input, "an envelope is not spelt as redtag spells it");
  return envelope;
}

}  // namespace redtag
