// The commands about clearances and about the gate as it stands, and what `check` needs to apply clearances.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"

namespace redtag::cli {

/// What tells clearances where a change is.
struct PlaceOptions {
  std::string repository_name;  ///< `github.com/acme/shop`; empty: from the address of the remote `origin`
  std::string target;           ///< the branch that the change is for; empty: the one that its base names
};

/// `check` as a gate: with clearances, or as advice that stops nobody.
struct GateOptions {
  CheckOptions check;
  PlaceOptions place;
  bool advise = false;  ///< print, and end with status 0 whatever comes
};

struct ClearOptions {
  CheckOptions check;  ///< the change, and how it is judged
  PlaceOptions place;
  std::vector<std::string> fingerprints;
  bool all = false;
  std::string report;  ///< a report of the change instead of judging it again
  std::string reason;
  std::string until;
  std::string key;
  bool yes = false;
  bool break_glass = false;
  std::string witness_for;  ///< login of the reviewer whose word a machine passes on
};

struct LogOptions {
  std::string repository;
  std::string target;  ///< branch whose tip says who may sign
  std::string at;
  std::string format = "text";
  bool unite = false;  ///< take in what was fetched
};

struct RevokeOptions {
  std::string repository;
  std::vector<std::string> ids;  ///< clearances, or keys (`SHA256:…`)
  std::string reason;
  std::string at;
};

struct DoctorOptions {
  std::string repository;
};

struct SelftestOptions {
  std::vector<std::string> packs;
};

int gate(const GateOptions& options);
int clear(const ClearOptions& options);
int log(const LogOptions& options);
int revoke(const RevokeOptions& options);
int doctor(const DoctorOptions& options);
int selftest(const SelftestOptions& options);

}  // namespace redtag::cli
