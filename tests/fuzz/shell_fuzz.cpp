// Any bytes are a script, whole or as a window, and every region of what comes out lies in them.
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include "lower/shell/shell.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const LoweringView view{facts, 0};
  // The path decides the reader: the first byte chooses one of them, so that each mutation costs one run.
  constexpr std::string_view paths[] = {
      "x.sh",      "Makefile",     "justfile", "Procfile",     "crontab", "x.service",      "x.ps1", "Vagrantfile",
      "x.pkr.hcl", "package.json", "x.bat",    "Taskfile.yml", "x.fish",  "user-data.yaml", "x.env", "x.sql"};
  // What has Puppet's arrow in it is a manifest, what has Jsonnet's bars a text of that.
  const bool manifest = text.find("=>") != std::string_view::npos && size % 2 == 0;
  const bool jsonnet = text.find("|||") != std::string_view::npos && size % 2 == 1;
  const std::string_view path = manifest  ? "x.pp"
                                : jsonnet ? "x.jsonnet"
                                          : paths[size == 0 ? 0 : data[0] % std::size(paths)];
  for (const bool partial : {false, true}) {
    const Model model = shell_frontend.lower({FileId{0}, Side::After, path, text, 0, partial}, view);
    for (const Operation& operation : model.operations) {
      if (operation.region.bytes.begin > operation.region.bytes.end || operation.region.bytes.end > size) std::abort();
      if (operation.procedure.valid() && operation.procedure.value >= model.procedures.size()) std::abort();
    }
    for (const Gap& gap : model.gaps) {
      if (gap.region.bytes.end > size) std::abort();
    }
  }
  return 0;
}
