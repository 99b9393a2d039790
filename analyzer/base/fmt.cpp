// {fmt}, compiled once. Debian ships its headers and a shared library, no archive; as headers alone it costs each file that formats
// some four seconds of g++.
#include <fmt/format-inl.h>

FMT_BEGIN_NAMESPACE
namespace detail {
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
}  // namespace detail
FMT_END_NAMESPACE
