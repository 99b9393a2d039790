// Mail headers that are not ASCII.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// Replaces the encoded words (`=?UTF-8?q?Jos=C3=A9?=`) of a header by what they mean. Words in other character sets than UTF-8 and
/// ASCII, and broken ones, stay as they are.
[[nodiscard]] std::string decode_mail_words(std::string_view header);

}  // namespace redtag
