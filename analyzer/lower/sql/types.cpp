#include "lower/sql/types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <vector>

#include "base/text.h"

namespace redtag::sql {

namespace {

struct Spelling {
  std::string_view written;
  std::string_view canonical;
};
constexpr std::array spellings = std::to_array<Spelling>({
    {"int", "integer"},
    {"int4", "integer"},
    {"serial", "integer"},
    {"serial4", "integer"},
    {"int8", "bigint"},
    {"bigserial", "bigint"},
    {"int2", "smallint"},
    {"smallserial", "smallint"},
    {"character varying", "varchar"},
    {"nvarchar", "varchar"},
    {"varchar2", "varchar"},
    {"nvarchar2", "varchar"},
    {"character", "char"},
    {"nchar", "char"},
    {"bpchar", "char"},
    {"decimal", "numeric"},
    {"number", "numeric"},
    {"dec", "numeric"},
    {"float4", "real"},
    {"float8", "double"},
    {"double precision", "double"},
    {"float", "double"},
    {"bool", "boolean"},
    {"timestamptz", "timestamp with time zone"},
    {"timestamp without time zone", "timestamp"},
    {"datetime", "timestamp"},
    {"datetime2", "timestamp"},
    {"timetz", "time with time zone"},
    {"time without time zone", "time"},
    {"ntext", "text"},
    {"clob", "text"},
    {"nclob", "text"},
    {"varbinary", "bytea"},
});

// Wider ones are larger; types of different families are not comparable.
struct Rank {
  std::string_view type;
  char family;
  int width;
};
constexpr std::array ranks = std::to_array<Rank>({
    {"boolean", 'i', 0},    {"tinyint", 'i', 1},    {"smallint", 'i', 2},
    {"mediumint", 'i', 3},  {"integer", 'i', 4},    {"bigint", 'i', 8},
    {"real", 'f', 4},       {"double", 'f', 8},     {"numeric", 'n', 0},
    {"char", 's', 0},       {"varchar", 's', 0},    {"tinytext", 's', 0},
    {"text", 's', 1},       {"mediumtext", 's', 2}, {"longtext", 's', 3},
    {"date", 't', 1},       {"timestamp", 't', 2},  {"timestamp with time zone", 't', 3},
    {"time", 'c', 1},       {"tinyblob", 'b', 1},   {"blob", 'b', 2},
    {"mediumblob", 'b', 3}, {"longblob", 'b', 4},   {"bytea", 'b', 4},
    {"json", 'j', 1},       {"jsonb", 'j', 1},
});

struct Parsed {
  std::string_view base;
  long first = -1;   // length or precision; -1 where none is written
  long second = -1;  // scale
};

long number_of(std::string_view text) {
  long value = -1;
  text = trim(text);
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text == "max") return std::numeric_limits<long>::max();
  return result.ec == std::errc() ? value : -1;
}

Parsed parse(std::string_view type) {
  Parsed parsed;
  const std::size_t open = type.find('(');
  parsed.base = trim(type.substr(0, open));
  if (open == std::string_view::npos) return parsed;
  const std::string_view inside = type.substr(open + 1, type.find(')', open) - open - 1);
  const std::size_t comma = inside.find(',');
  parsed.first = number_of(inside.substr(0, comma));
  if (comma != std::string_view::npos) parsed.second = number_of(inside.substr(comma + 1));
  return parsed;
}

const Rank* rank_of(std::string_view base) {
  const auto found = std::find_if(ranks.begin(), ranks.end(), [&](const Rank& rank) { return rank.type == base; });
  return found == ranks.end() ? nullptr : &*found;
}

Conversion compare_text(const Parsed& from, const Parsed& to, const Rank& from_rank, const Rank& to_rank) {
  const long unlimited = std::numeric_limits<long>::max();
  const auto length = [&](const Parsed& type, const Rank& rank) {
    if (type.base == "tinytext") return 255L;
    if (rank.width > 0) return unlimited - 8 + rank.width;
    if (type.first >= 0) return type.first;
    return type.base == "char" ? 1L : unlimited - 7;  // varchar without a length holds what text holds
  };
  const long was = length(from, from_rank), is = length(to, to_rank);
  if (was == is) return from.base == to.base ? Conversion::Same : Conversion::Widens;
  return is > was ? Conversion::Widens : Conversion::MayReject;
}

Conversion compare_numeric(const Parsed& from, const Parsed& to) {
  if (to.first < 0) return Conversion::Widens;
  const long from_scale = std::max(from.second, 0L), to_scale = std::max(to.second, 0L);
  if (from.first < 0 || to_scale < from_scale) return Conversion::Loses;  // digits behind the point are rounded away
  return to.first - to_scale < from.first - from_scale ? Conversion::MayReject : Conversion::Widens;
}

Conversion compare_families(const Parsed& from, const Parsed& to, const Rank& was, const Rank& is) {
  if (was.family == 'i' && (is.family == 'n' || is.family == 'f')) return Conversion::Widens;
  if ((was.family == 'f' || was.family == 'n') && is.family == 'i') return Conversion::Loses;
  if (was.family == 'n' && is.family == 'f') return Conversion::Loses;
  if (was.family == 'f' && is.family == 'n') return to.first < 0 ? Conversion::Widens : Conversion::Loses;
  if (was.family == 't' && is.family == 'c') return Conversion::Loses;
  const bool to_long_text = is.family == 's' && (is.width > 0 || to.first < 0 || to.first >= 64);
  if (to_long_text && to.base != "char" && was.family != 'b') return Conversion::Widens;
  if (was.family == 's' && from.base != "char" && is.family != 'j') return Conversion::MayReject;
  return Conversion::Unknown;
}

/// `enum('a','b')`: values that are named no longer have no place.
Conversion compare_values(const Parsed& from, std::string_view from_type, std::string_view to_type) {
  const auto values_of = [&](std::string_view type) {
    std::vector<std::string_view> values = split(type.substr(std::min(from.base.size() + 1, type.size())), ',');
    for (std::string_view& value : values) value = trim(value.substr(0, value.find(')')));
    std::sort(values.begin(), values.end());
    return values;
  };
  const std::vector<std::string_view> was = values_of(from_type), is = values_of(to_type);
  return std::includes(is.begin(), is.end(), was.begin(), was.end()) ? Conversion::Widens : Conversion::MayReject;
}

}  // namespace

std::string canonical_type(std::string_view type) {
  std::string folded;
  for (const char c : lower_ascii(trim(type))) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (folded.empty() || folded.back() == ' ')) continue;
    folded += blank ? ' ' : c;
  }
  const std::size_t open = folded.find('(');
  const std::size_t close = folded.find(')');
  std::string base(trim(std::string_view(folded).substr(0, open)));
  std::string modifier;
  if (open != std::string::npos && close != std::string::npos && close > open) {
    for (const char c : folded.substr(open, close - open + 1)) {
      if (c != ' ') modifier += c;
    }
    base += folded.substr(close + 1);  // timestamp(3) with time zone
  }
  if (base == "tinyint" && modifier == "(1)") return "boolean";
  for (const std::string_view ignored : {" unsigned", " signed", " zerofill", " binary"}) {
    if (base.ends_with(ignored)) base.resize(base.size() - ignored.size());
  }
  for (const Spelling& spelling : spellings) {
    if (spelling.written == base) {
      base = spelling.canonical;
      break;
    }
  }
  const Rank* rank = rank_of(base);
  if (rank != nullptr && (rank->family == 'i' || rank->family == 't'))
    modifier.clear();  // display widths and fractions
  return base + modifier;
}

Conversion compare_types(std::string_view from, std::string_view to) {
  if (from.empty() || to.empty()) return Conversion::Unknown;
  if (from == to) return Conversion::Same;
  const Parsed was = parse(from), is = parse(to);
  if (was.base == is.base && (was.base == "enum" || was.base == "set")) return compare_values(was, from, to);
  const Rank* from_rank = rank_of(was.base);
  const Rank* to_rank = rank_of(is.base);
  if (from_rank == nullptr || to_rank == nullptr) return Conversion::Unknown;
  if (from_rank->family != to_rank->family) return compare_families(was, is, *from_rank, *to_rank);
  switch (from_rank->family) {
    case 's': return compare_text(was, is, *from_rank, *to_rank);
    case 'n': return compare_numeric(was, is);
    case 't':
      // Another reading of the same instant: the hour may be meant otherwise, no digit of it goes.
      if (from_rank->width == 3 && to_rank->width == 2) return Conversion::MayReject;
      return to_rank->width >= from_rank->width ? Conversion::Widens : Conversion::Loses;
    case 'i': return to_rank->width >= from_rank->width ? Conversion::Widens : Conversion::MayReject;
    default: return to_rank->width >= from_rank->width ? Conversion::Widens : Conversion::Loses;
  }
}

bool holds_little(std::string_view type) {
  const std::string_view base = parse(type).base;
  return base == "date" || base == "smallint" || base == "boolean" || base == "real" || base == "tinyint" ||
         base == "time";
}

}  // namespace redtag::sql
