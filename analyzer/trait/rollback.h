// How honest the way back of a procedure is, told by running both ways on paper.
//
//   state before ──up──> what stands, what is gone, what moved ──down──> the same state? the same data?
//
// Nothing is known of a table that neither way names. What is left over decides: something still made, moved or altered is a
// partial way back; something made again that was gone has its structure, and its data only if a copy carries them there and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/model.h"

namespace redtag {

/// What the way back of a procedure comes to.
enum class Reverse : std::uint8_t {
#define REDTAG_REVERSE(enumerator, name, sentence) enumerator,
#include "trait/reverse.def"
#undef REDTAG_REVERSE
};
[[nodiscard]] std::string_view reverse_name(Reverse reverse);
[[nodiscard]] std::string_view reverse_sentence(Reverse reverse);

struct ReverseEvidence {
  Reverse reverse = Reverse::None;
  std::string because;  ///< the first thing that decided, in a sentence; empty for none
  Region region;        ///< of it, or of the way back; invalid where there is none
};

/// Judges `down`, which reverses `up`. Cost: linear in the operations of the model.
[[nodiscard]] ReverseEvidence judge_reverse(const Model& model, ProcedureId up, ProcedureId down);

/// True if running the procedure loses rows or values that stood before it, as far as its operations say.
[[nodiscard]] bool loses_data(const Model& model, ProcedureId procedure);

}  // namespace redtag
