#include "lower/terraform/kinds.h"

#include "syntax/tree.h"

namespace redtag::terraform {

namespace {

Kinds resolve() {
  Kinds all;
#define REDTAG_HCL_KIND(name) all.name = syntax::kind_of(syntax::Grammar::Hcl, #name);
  REDTAG_HCL_KINDS(REDTAG_HCL_KIND)
#undef REDTAG_HCL_KIND
  all.body_file = syntax::kind_of(syntax::Grammar::Hcl, "config_file");
  return all;
}

}  // namespace

const Kinds& kinds() {
  static const Kinds all = resolve();
  return all;
}

}  // namespace redtag::terraform
