// CloudFormation, SAM and what CDK synthesizes: templates in YAML or JSON as resources.
//
//   text ──read_yaml──> Nodes ──Evaluator──> values: intrinsic functions evaluated where the template alone decides them
//                                 │
//                                 └─> Declarer: resources, parameters, outputs, policies, boot scripts
//
// What comes out
//   resource      `LogicalId`, behind the template's path and a colon; its properties are its attributes, without `Properties.`
//                 before them, beside `DeletionPolicy`, `UpdateReplacePolicy`, `Condition` and the other resource attributes
//   nested stack  the same, and declares a module: it contains what its template declares
//   settings      `Parameters.Name`, `Outputs.Name`, `Conditions.Name`
//   maps          blocks; a list of maps is the block repeated; a list of scalars is a set
//   Fn::If        of maps: both branches as blocks, each with an entry `Condition`; of anything else one unknown value
//   parameters    their default, `Defaulted` and with the expression kept, for whoever deploys may set another value
//   pseudo parameters (`AWS::Region`) are the same word in all of a stack's life, and known as `${AWS::Region}`
//   documents     wherever a map holds `Statement`: Shape::Permissions, as terraform.h describes the normal form
//   a logical id written twice: the last one counts, as for CloudFormation, and has an attribute `declared_again`
//
// `Ref` and `Fn::GetAtt` of a resource stay unknown, as `Name` and `Name.Attribute`; `Fn::Sub`, `Fn::Join` and the rest that
// hold one come out as one text with `${Name}` in it, so that two spellings of the same value are equal.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend cloudformation_frontend;

}  // namespace redtag
