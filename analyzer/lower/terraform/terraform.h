// Terraform and OpenTofu: configuration in HCL as resources, with values evaluated across the files of a directory.
//
//   text ──Tree──> blocks ──read──> Model: values as written, expressions kept with their operands
//                                     │
//   all files of a side ──Scopes──> evaluate variables, locals, module arguments ──> known values, access documents,
//                                                                                     instances, addresses
//
// `lower` sees one text and decides nothing that another file could change. `link` sees every lowered file of one side and
// replaces what can be known from the text; what cannot stays Unknown, with its expression in one canonical spelling, so
// that `"${aws_kms_key.main.arn}"` equals `aws_kms_key.main.arn`.
//
// What comes out
//   resource      `type.name`, prefixed by its directory and a colon unless that is the top; `data.type.name`, `module.name`
//   settings      `var.name`, `local.name`, `output.name`; a line of a variable file is `tfvar.name@file.tfvars`
//   state         `terraform.backend` whatever its kind (attribute `label`); `terraform.required_providers.aws`
//   nested block  an entry of Shape::Block, once for each repetition; labels of a nested block are entries called `label`
//   dynamic block its repetitions where `for_each` is known; else one block of that name with an entry `for_each`
//   names         what Terraform reads as an address (`depends_on`, `ignore_changes`, `provider`, `from`, `to` …) is a known
//                 string, never a reference to evaluate; such lists are sets
//   regions       Value.region is where the deciding literal stands, which may be another file (a variable's default);
//                 Entry.region is the attribute itself. To mark a line, prefer the one that changed.
//
// Access documents have one normal form, whichever way they were written (jsonencode, JSON in a here-document or string, a
// data.aws_iam_policy_document): Value{shape = Permissions, items = [statement …]}. A statement is a Map with, in this order and
// only where present,
//   effect                                       scalar, `Allow` or `Deny`
//   principals, not_principals                   Set of `*`, `AWS:arn…`, `Service:…`, `Federated:…`
//   actions, not_actions                         Set, in lower case: IAM does not tell cases of actions apart
//   resources, not_resources                     Set
//   conditions                                   Set of `operator|key|value`
// What could not be evaluated is an Unknown element of its set, or an Unknown statement of the list. Sids are left out: they
// name, and grant nothing. A document that is unknown as a whole stays an Unknown scalar.
//
// A declaration inside a module, or under a for_each, is evaluated as far as all its callers and keys agree; expand.h adds a copy for each
// way and key where a changed file decides (Resource::expanded), and Resource::calls says from where it is reached.
//
// Rejected: to evaluate while lowering (a changed default would need every file's syntax again), and to trust the grammar's
// error recovery (one lost brace lets it read the rest of a file as a here-document): a text that does not parse is cut into
// statements by brackets and quotes, and only those that still do not parse are gaps.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend terraform_frontend;

}  // namespace redtag
