#include "stack/database.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag {

namespace {

bool says_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

DatabaseSettings database_settings(std::string_view path, std::string_view text) {
  const std::string name = lower_ascii(path.substr(path.rfind('/') + 1));
  const bool yaml = name.ends_with(".yml") || name.ends_with(".yaml");
  if (name == "database.yml" || name == "database.yaml" || name == "database.yml.erb") return DatabaseSettings::Rails;
  if (name == "knexfile.js" || name == "knexfile.ts" || name == "knexfile.cjs" || name == "knexfile.mjs")
    return DatabaseSettings::Knex;
  const bool lines = name.ends_with(".conf") || name.ends_with(".toml") || name.ends_with(".properties");
  if (lines && (name.starts_with("flyway") || says_any(text, {"flyway.", "[flyway"})) && !says_any(text, {"spring."}))
    return DatabaseSettings::Flyway;
  if (name.ends_with(".properties") && name.starts_with("liquibase")) return DatabaseSettings::Liquibase;
  const bool spring = name.starts_with("application") || name.starts_with("bootstrap");
  if (spring && name.ends_with(".properties") &&
      says_any(text, {"spring.flyway.", "spring.jpa.", "spring.liquibase.", "spring.sql."}))
    return DatabaseSettings::Properties;
  if (spring && yaml && says_any(text, {"spring:"}) &&
      says_any(text, {"flyway:", "jpa:", "liquibase:", "ddl-auto", "sql:"}))
    return DatabaseSettings::Yaml;
  return DatabaseSettings::None;
}

}  // namespace redtag
