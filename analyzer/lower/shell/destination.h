// Whether what destroys something in a database does so on this machine, in a test, on another host or in production: by the address, the
// variables and the files that tell its client where to go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "lower/shell/shared.h"
#include "model/destination.h"

namespace redtag::shell {

/// What one word says of a destination.
struct Sign {
  enum class Kind : std::uint8_t {
    Address,      ///< a URL or a host
    Environment,  ///< the name of one: `production`
    File,         ///< the name of a file that is loaded
    Name,         ///< the name of a database
  };
  Kind kind = Kind::Name;
  Destination where = Destination::Unknown;
  std::string because;
};

/// What a variable says: `DATABASE_URL=postgres://…`, `RAILS_ENV=production`, `DB_HOST=127.0.0.1`.
[[nodiscard]] Sign sign_of_variable(std::string_view name, std::string_view value);
/// What an address says: a URL of any kind, or a host.
[[nodiscard]] Sign sign_of_address(std::string_view address);
/// What the name of a file of variables says: `.env.production`.
[[nodiscard]] Sign sign_of_file(std::string_view path);

/// The file of variables that a wrapper loads for the command behind it, as a surrounding: `dotenv -e .env.test -- …`.
[[nodiscard]] Value loads_file(std::string_view path);
/// Those files of an operation.
[[nodiscard]] std::vector<std::string_view> loaded_files(const Operation& operation);
/// True for a word that names a file of variables.
[[nodiscard]] bool names_variables(std::string_view word);
/// Those that the words of a text name.
[[nodiscard]] std::vector<std::string> variable_files_in(std::string_view text);

/// Where an operation acts with these variables in force beside what it says itself. Unknown where nothing says so, or where it is none
/// that has an address.
[[nodiscard]] std::optional<Value> destination_of(const Operation& operation, const SharedValues& values,
                                                  const FactTables& facts);

}  // namespace redtag::shell
