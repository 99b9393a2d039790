// Which way a file of SQL leads, by the conventions of the tools that run it: pairs of files, folders, or sections in one file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/sql/lex.h"
#include "model/model.h"

namespace redtag::sql {

/// What a file's name says about it.
struct Pairing {
  Direction direction = Direction::Unknown;
  std::vector<std::string> partners;  ///< paths the other half may have, most likely first; empty where there is none
  bool reverse_expected = false;      ///< the convention has a way back for each way forth
  bool runs_in_transaction = false;   ///< the tool wraps each file in a transaction
  bool one_way = false;               ///< the file is one way as a whole: comments in it do not part it
  bool repeats = false;               ///< it runs again whenever it changes
  bool by_tool = true;  ///< a tool runs files of this name this way; false: only the presence of the partner shows it
};

[[nodiscard]] Pairing read_pairing(std::string_view path);

/// A part of a file that its tool runs on its own. `begin` is where it starts; it ends where the next one begins.
struct Section {
  std::uint32_t begin = 0;
  Direction direction = Direction::Unknown;
  bool in_transaction = true;
};

/// True for a file of named queries (sqlc, HugSQL, aiosql): code runs them one by one, with parameters.
[[nodiscard]] bool holds_named_queries(const LexedView& lexed);

/// True for a file that Drizzle made, in whatever folder: it parts its statements by a comment.
[[nodiscard]] bool has_breakpoints(const LexedView& lexed);

/// Sections marked by comments (goose, dbmate, sql-migrate, node-pg-migrate, MyBatis), in order; empty for a plain file.
/// A way down counts only behind its way up, as the tools have it; `partial` is a window that may begin between the two.
[[nodiscard]] std::vector<Section> find_sections(const LexedView& lexed, bool partial);

/// A change set of Liquibase's formatted SQL: `--changeset author:id`, up to the next one.
struct ChangeSet {
  std::string name;         ///< `author:id`
  std::uint32_t begin = 0;  ///< where it starts
  bool in_transaction = true;
  bool repeats = false;              ///< it runs again whenever it changes, or always
  std::vector<ByteRange> rollbacks;  ///< the statements behind each `--rollback`, in order
};

/// The change sets of a file that starts with `--liquibase formatted sql`, in order; empty for any other file.
[[nodiscard]] std::vector<ChangeSet> find_change_sets(const LexedView& lexed);

}  // namespace redtag::sql
