// Names that cross files and stacks: which of a resource's attributes name it, and where such a name is written.
#pragma once

#include <functional>
#include <string_view>

#include "model/model.h"

namespace redtag {

/// True if an attribute of this key names a thing of this type: `bucket` of `aws_s3_bucket`, `BucketName` of `AWS::S3::Bucket`,
/// `name`, `identifier`. A `bucket` of a bucket's policy is a use.
[[nodiscard]] bool names_itself(std::string_view key, std::string_view type);

/// True for text that is one piece: no blanks, no separators of URLs, ARNs and documents.
[[nodiscard]] bool is_one_name(std::string_view text);

/// Calls `visit` with each piece of `text` that could be a name: the whole, and what stands between the separators of URLs, ARNs
/// and lists.
void for_each_name(std::string_view text, const std::function<void(std::string_view)>& visit);

}  // namespace redtag
