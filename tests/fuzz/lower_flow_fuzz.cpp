// Any bytes are a file of values and the script that reads it: both are read, values lie in the text, and a script with values in it is
// lowered like any other.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lower/flow/values.h"
#include "lower/shell/bound.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  static const FactTables facts = FactTables::builtin();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find("\n---8<---\n");
  const std::string_view setter = text.substr(0, cut);
  const std::string_view script = cut == std::string_view::npos ? std::string_view() : text.substr(cut + 10);
  shell::Bound bound;
  for (const std::string_view path : {"a.yaml", "a.env", "a.txt", "Makefile", "a.service", "a.sh"}) {
    for (flow::PlacedValue& value : flow::values_in(flow::value_file(path, setter), path, setter)) {
      if (value.bytes.begin > value.bytes.end || value.bytes.end > setter.size()) std::abort();
      if (value.path.ends_with("[]")) bound.fresh.push_back(value);
      if (!value.key.starts_with('[')) bound.variables.emplace_back(value.key, value.value);
      bound.values.push_back(std::move(value));
    }
  }
  const auto back = flow::values_from(flow::to_bytes(bound.values));
  if (back.size() != bound.values.size()) std::abort();
  bound.file = "lists/a.txt";
  bound.arguments = {"destroy", "", "prod"};
  bound.empty = {"GONE"};
  bound.text = std::string(setter);
  for (const std::string_view path : {"run.sh", "Makefile"})
    static_cast<void>(shell::lower_bound(path, script, bound, facts));
  static_cast<void>(flow::values_from(text));
  return 0;
}
