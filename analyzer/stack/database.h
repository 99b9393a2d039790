// Settings of what speaks to databases: where each environment's database is, and what a migration tool may do to it.
#pragma once

#include <cstdint>
#include <string_view>

namespace redtag {

enum class DatabaseSettings : std::uint8_t {
  None,
  Rails,       ///< `config/database.yml`: a section for each environment
  Knex,        ///< `knexfile.js`: the same, as a program
  Flyway,      ///< `flyway.conf`, `flyway.toml`
  Liquibase,   ///< `liquibase.properties`
  Properties,  ///< Spring's `application.properties`
  Yaml,        ///< Spring's `application.yml`
};

/// Which of them a file is, by its name and, where many things have that name, by what it says.
[[nodiscard]] DatabaseSettings database_settings(std::string_view path, std::string_view text);

}  // namespace redtag
