// How far the same command reaches on the two sides: what it leaves alone, and how often a clock starts it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delta/delta.h"
#include "model/model.h"

namespace redtag {

/// Wider where less is left alone than before, Narrower where more is, Different where neither can be said.
[[nodiscard]] Movement movement_of_spared(const Operation& was, const Operation& is);

/// A sentence where what it acts on is chosen by less than before: a filter, a limit or a list of names is gone or wider; empty otherwise.
[[nodiscard]] std::string chooses_more(const Operation& was, const Operation& is);

/// A sentence where the clock starts it more often than before; empty otherwise.
[[nodiscard]] std::string runs_oftener(const Operation& was, const Operation& is);

/// A sentence where what tells it where to go leads to a place that is worth more than before, or to production where nothing said so;
/// empty otherwise.
[[nodiscard]] std::string led_elsewhere(const Operation& was, const Operation& is);

/// A sentence where it runs on the opposite of a condition that it ran on before; empty otherwise.
[[nodiscard]] std::string turned_round(const Operation& was, const Operation& is);

/// Procedures that start it now and did not before, by the last part of their addresses.
[[nodiscard]] std::vector<std::string_view> new_starters(const Operation& was, const Operation& is);

}  // namespace redtag
