// The budgets that decide results. All are deterministic: the same input meets the same limit on every machine.
// The clock is only a backstop behind them, and a run that needs it ends with status 2.
#pragma once

#include <cstddef>
#include <cstdint>

namespace redtag::limits {

inline constexpr std::size_t file_bytes = std::size_t{16} << 20;       ///< a larger file is a gap
inline constexpr std::size_t patch_bytes = std::size_t{4} << 30;       ///< a larger patch is an error
inline constexpr std::size_t line_bytes = std::size_t{256} << 20;      ///< one line of a patch
inline constexpr std::size_t changed_files = 400'000;
inline constexpr std::size_t hunks_per_file = 4'000'000;
inline constexpr std::uint32_t parse_steps = 200'000;                  ///< progress callbacks of the parser, about 20 µs each
inline constexpr std::uint32_t tree_nodes = 20'000'000;
inline constexpr std::uint32_t nesting = 512;                          ///< levels that a front end follows
inline constexpr std::uint32_t entities_per_file = 200'000;
inline constexpr std::size_t context_files = 600;                      ///< unchanged files that a change may draw in
inline constexpr std::size_t context_bytes = std::size_t{64} << 20;
inline constexpr std::size_t graph_directories = 4000;                 ///< of the tree that the reference graph looks into
inline constexpr std::size_t graph_files = 400;                        ///< that a check's graph is built from
inline constexpr std::size_t graph_bytes = std::size_t{16} << 20;      ///< that a check reads to find them
inline constexpr std::size_t graph_edges = 400'000;
inline constexpr std::uint32_t backstop_seconds = 60;                  ///< for the analysis of one file; ends in status 2

}  // namespace redtag::limits
