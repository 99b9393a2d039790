// The canonical spelling of an expression: what an Unknown value is compared by and shown as.
#pragma once

#include <string>

#include "model/value.h"

namespace redtag::terraform {

/// One spelling for all ways to write the same: blanks, key order and needless interpolation do not count. At most a few
/// KiB: a digest stands for what is longer.
[[nodiscard]] std::string render(const Value& value);

/// Makes every expression inside `value` a plain Unknown with its rendered text, and drops the operands.
void settle(Value& value);

/// The same for what says how many of something there are, but calls and comprehensions keep their operands: where keys came from tells
/// of a loss even if they are not known.
void settle_keys(Value& value, unsigned levels = 8);

/// A value that Terraform reads as a name (`aws_db_instance.orders`, `[tags, ami]`, `list(string)`): references become known
/// strings, and lists sets.
void name_instead(Value& value);

}  // namespace redtag::terraform
