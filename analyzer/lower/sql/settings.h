// Settings of what speaks to databases, as resources.
//
// What comes out
//   database connection   of a file with a section for each environment, `config/database.yml:production`. Its settings are its attributes,
//                         as written and dotted (`seeds.directory`); passwords are compared and not shown. On the one of production
//                         stands besides `also_used_by`: other sections that lead to the same database
//   tool settings         of Flyway, Liquibase and Spring, one for each file (and profile), with dotted paths (`flyway.cleanDisabled`)
//
// What a setting does is a row of the fact tables.
#pragma once

#include "lower/frontend.h"

namespace redtag::sql {

[[nodiscard]] Model lower_settings(const SourceFileView& file);

/// A section whose seeds lie in a folder of which a script empties tables says so: `seeds.empties`.
void link_seeds(LoweredFile& file, SourceTree& tree);

}  // namespace redtag::sql
