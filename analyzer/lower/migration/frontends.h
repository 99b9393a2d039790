// Migrations of the common frameworks. Each front end reads one framework's words and leaves the rest to what they share:
//
//   code/      one shape of code for six languages
//   Plan       ways up and down, and how each step is taken back
//   sql/       what the steps do to tables, and what the steps before them decided
#pragma once

#include "lower/code/code.h"
#include "lower/frontend.h"
#include "lower/migration/plan.h"

namespace redtag::migration {

extern const Frontend rails_frontend;
extern const Frontend django_frontend;
extern const Frontend alembic_frontend;
extern const Frontend laravel_frontend;
extern const Frontend ecto_frontend;
extern const Frontend node_frontend;
extern const Frontend liquibase_frontend;

/// A migration of Entity Framework, which is of the stack SQL as every program is that speaks to a database: its builder's calls
/// are statements, and most of them say what the type was before.
[[nodiscard]] Model lower_entity_framework(const SourceFileView& file, const LoweringView& view);

/// The ways of a class of FluentMigrator, into a plan of the same stack.
void lower_fluent(Plan& plan, const code::Node& migration);

/// Marks what a broken text may hide: a gap, and procedures from whose silence nothing follows.
void report_unread(Plan& plan, const code::Program& program);

/// A migration of pgroll or reshape, whose tool keeps both versions until it is told to complete.
[[nodiscard]] Model lower_versioned(const SourceFileView& file, const LoweringView& view);

/// Prisma's schema, for the types of columns that it declares.
[[nodiscard]] Model lower_prisma_schema(const SourceFileView& file);

}  // namespace redtag::migration
