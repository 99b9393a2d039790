// Collects what surrounds a command text and binds its operations to it; see model/surrounding.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/document.h"
#include "facts/facts.h"
#include "model/model.h"

namespace redtag {

/// What a file says around a command text. Keeps the first hundred things, shortened.
class Around {
 public:
  explicit Around(const FactTables& facts) : facts_(facts) {}

  /// Something that decides for whatever runs there: a folder, a namespace, hosts. Nothing where `value` is empty.
  void say(std::string_view name, std::string_view value);
  /// A variable of the environment: it counts where a program of the text reads it by itself (fact rows `aimed-by`).
  void set(std::string_view name, std::string_view value);
  /// All members of a mapping as variables.
  void set_all(const document::Node* mapping);
  /// All of them for whatever runs there, where its programs are not known.
  void say_all(std::string_view name, const document::Node* mapping);
  /// A text that ran before in the same place: its commands that choose for others, enter folders or set variables.
  void after(std::string_view earlier);
  /// Binds operations to it; `text` is what they were read from.
  void bind(std::span<Operation> operations, std::string_view text) const;

 private:
  struct Thing {
    std::string name, value;
  };
  void add(std::vector<Thing>& to, std::string_view name, std::string_view value);

  const FactTables& facts_;
  std::vector<Thing> said_;
  std::vector<Thing> variables_;
};

}  // namespace redtag
