#include "lower/terraform/lock_file.h"

#include <utility>

namespace redtag::terraform {

bool is_lock_file(std::string_view path) { return path.substr(path.rfind('/') + 1) == ".terraform.lock.hcl"; }

void declare_lock_file(const SourceFileView& file, Model& model) {
  if (file.partial || model.resources.empty()) return;  // a lock of nothing holds nothing
  Resource lock;
  lock.stack = Stack::Terraform;
  lock.declares = Declares::Setting;
  lock.type = "lock_file";
  lock.name = ".terraform.lock.hcl";
  lock.address = "lock";
  lock.region = lock.header = {file.file, file.side, {file.offset, file.offset}};
  lock.attributes.push_back({"by_tool", known_bool(true), lock.header});
  model.resources.push_back(std::move(lock));
}

}  // namespace redtag::terraform
