#include "depot/status.h"

namespace depot {

const char* NameOf(Code code) {
  switch (code) {
    case Code::Ok: return "ok";
    case Code::NotFound: return "not found";
    case Code::Refused: return "refused";
    case Code::Busy: return "busy";
    case Code::Corrupt: return "corrupt";
    case Code::Io: return "i/o";
    case Code::Conflict: return "conflict";
    case Code::Limit: return "limit";
  }
  return "?";
}

}  // namespace depot
